//! The hidden macro by which a handler set tells a mediator what it handles. It takes what the sets
//! before it handed over, adds its own slots, and calls the next one's:
//! `Orders! { [before] (generic arguments) [next] rest }`. As a field's type it is what it is given:
//! `orders: Orders!(= Orders)`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, GenericArgument, Meta, PathArguments, Type, TypePath};

use super::lint;
use super::model::{HandlerSet, Slot};
use crate::catalogue;
use crate::krate::{at, hash, hidden, place, respan};
use crate::parameters;
use crate::pipeline::text;

/// Above this many different conditions, the variants of the macro get too many.
pub(super) const CONDITIONS: usize = 6;

/// The macro, and `items` behind it: of a second set of the same type nothing is left but one error, as the macro of the
/// first drops what is not its own.
///
/// In the module of the first that error is rustc's, a collision whose name says what to do. In another module it is ours:
/// there `only` is the second's own, and its macro does not know the first's number.
pub(super) fn hand_over(set: &HandlerSet, items: &TokenStream) -> TokenStream {
    let own = &set.ident;
    let only = only(own);
    let mut conditions = conditions(set);
    conditions.truncate(CONDITIONS);
    let number = number(set);
    let name = if set.export {
        // Exported macros share one namespace in a crate.
        hidden(format_args!("{own}_{number:016x}"))
    } else {
        hidden(own)
    };
    let (exported, visible) =
        if set.export { (quote!(#[macro_export]), quote!(pub)) } else { (quote!(), quote!(pub(crate))) };
    let kept = (!set.export).then(|| quote!(kept));
    let broken = set.is_broken.then(|| quote!(broken));
    let needs = needs(set);
    // A condition is decided in this crate, so every combination has a variant of its own.
    let variants = (0..1_usize << conditions.len()).map(|holding| {
        let holds = |condition: &TokenStream| {
            conditions
                .iter()
                .position(|known| known.to_string() == condition.to_string())
                .is_none_or(|i| holding >> i & 1 == 1)
        };
        let slots = set.slots.iter().filter(|slot| condition(&slot.conditions).as_ref().is_none_or(holds));
        let slots = slots.map(|slot| describe(set, slot));
        let gate = gate(&conditions, holding);
        quote! {
            #gate
            #exported
            #[doc(hidden)]
            #[allow(unused_macros)]
            macro_rules! #name {
                ([$($before:tt)*] ($($arguments:tt)*) [$next:path] $($rest:tt)*) => {
                    $next! { [$($before)* { #kept #broken #needs #(#slots)* }] $($rest)* }
                };
                (= $($own:tt)*) => { $($own)* };
                (remote [$($before:tt)*] [$next:path] $($rest:tt)*) => {
                    $next! { [$($before)* { no_contract }] $($rest)* }
                };
                (#number { $($own:tt)* } $($other:tt)*) => { $($own)* };
                ($other:tt $own:tt [] $twice:tt { $($error:tt)* }) => { $($error)* };
                ($other:tt $own:tt [$($only:tt)*] { $($more:tt)* } { $($twice:tt)* } { $($error:tt)* }) => {
                    $($only)* ! { #number { $($more)* } [] {} { $($twice)* $($error)* } }
                };
            }
        }
    });
    let (p, twice) = (set.krate.private(), twice(set));
    // A second set in a module and a third bring this both, and it is no collision of its own.
    let more = quote! {
        #[allow(unused_imports)]
        use #p::More as _;
    };
    let text = catalogue::two_impls(own);
    let error = respan(quote!(::core::compile_error! { #text }), at(own.span()));
    let module = quote! {
        #[doc(hidden)]
        #[allow(non_snake_case)]
        mod #only {
            #[allow(unused_imports)]
            #visible use #name as #own;
        }
    };
    // A second one is shown at its type.
    let module = respan(module, at(own.span()));
    quote! {
        #own! { #number { #items } [self::#only::#own] { #more } { #twice } { #error } }

        #(#variants)*

        #module

        #[doc(hidden)]
        #[allow(unused_imports)]
        #visible use #only::*;
    }
}

/// The module that a type has once.
fn only(own: &Ident) -> Ident {
    let name = own.to_string();
    let name = name.trim_start_matches("r#");
    Ident::new(&format!("CATGA055_put_all_handlers_of_{name}_into_one_impl"), at(own.span()))
}

/// What a second set says, so that what is missing is no mistake of its own.
fn twice(set: &HandlerSet) -> TokenStream {
    let (impl_generics, _, clause) = set.original.generics.split_for_impl();
    let self_type = set.self_type();
    quote! {
        #[doc(hidden)]
        #[allow(dead_code)]
        impl #impl_generics #self_type #clause { pub(crate) const __CATGA_TWICE: bool = true; }
    }
}

/// `needs ["Bank + Send" ""]`: what the impl says of the parameters that its type's arguments are, for a mediator that
/// says nothing of its own.
fn needs(set: &HandlerSet) -> Option<TokenStream> {
    let generics = &set.original.generics;
    if generics.params.is_empty() {
        return None;
    }
    let Type::Path(TypePath { path, .. }) = set.self_type() else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else { return None };
    let arguments = arguments.args.iter().filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)));
    let needs = arguments.map(|argument| {
        let parameter = parameters::parameter(generics, argument);
        let bounds: Vec<_> = parameter.into_iter().flat_map(|own| parameters::bounds(generics, own)).collect();
        text(quote!(#(#bounds)+*))
    });
    Some(quote!(needs [#(#needs)*]))
}

/// What tells one set from another of its ident.
fn number(set: &HandlerSet) -> u64 {
    let methods: Vec<String> = set.slots.iter().map(|slot| slot.method.to_string()).collect();
    hash(&format!("{} {}", methods.join(" "), place(set.ident.span())))
}

/// `(0 answers PlaceOrder [<..>] "key" "Orders::place" [Retry ?] [(sends ChargeCard []) (holds ChargeCard [])])`
fn describe(set: &HandlerSet, slot: &Slot) -> TokenStream {
    let index = syn::Index::from(slot.index);
    let word = slot.word();
    let ident = slot.ident();
    let mut arguments = slot.arguments();
    if set.has_parameter_in(&arguments) {
        // What the parameters are is the field's to say.
        arguments.extend(quote!(; $($arguments)*));
    }
    let key = slot.key.as_ref().map_or_else(|| ident.to_string(), syn::LitStr::value);
    let name = set.name(slot);
    // What the impl itself has need not be around it.
    let without = set.without(slot).map(|name| {
        let found = set.pipeline.has(name).then(|| quote!(?));
        quote!(#name #found)
    });
    let capabilities = slot.capabilities().into_iter().map(|capability| {
        let word = if capability.is_apart { "sends_apart" } else { capability.verb };
        let word = proc_macro2::Ident::new(word, proc_macro2::Span::call_site());
        let (message, arguments) = (capability.message, capability.arguments);
        quote!((#word #message [#arguments]))
    });
    // A behavior of its own may be what puts it on the heap.
    let holds = slot.holds.iter().filter(|_| set.entries(slot).is_empty());
    let holds = holds.map(|message| quote!((holds #message [])));
    let asks = slot.asks_for_more().then(|| quote!((asks more [])));
    let allowed = slot.allowed.iter().find(|name| *name == lint::REPEATED_SEND);
    let allows = allowed.map(|name| quote!((allows #name [])));
    quote!((#index #word #ident [#arguments] #key #name [#(#without)*] [#(#capabilities)* #(#holds)* #asks #allows]))
}

/// What `#[cfg(..)]` on a method says, all of them together.
fn condition(attributes: &[Attribute]) -> Option<TokenStream> {
    let mut all = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    });
    let first = all.next()?.clone();
    Some(all.fold(first, |all, next| quote!(all(#all, #next))))
}

/// The different conditions of the methods.
pub(super) fn conditions(set: &HandlerSet) -> Vec<TokenStream> {
    let mut known: Vec<TokenStream> = Vec::new();
    for condition in set.slots.iter().filter_map(|slot| condition(&slot.conditions)) {
        if !known.iter().any(|other| other.to_string() == condition.to_string()) {
            known.push(condition);
        }
    }
    known
}

fn gate(conditions: &[TokenStream], holding: usize) -> Option<TokenStream> {
    if conditions.is_empty() {
        return None;
    }
    let all = conditions
        .iter()
        .enumerate()
        .map(|(i, condition)| if holding >> i & 1 == 1 { quote!(#condition) } else { quote!(not(#condition)) });
    Some(quote!(#[cfg(all(#(#all),*))]))
}
