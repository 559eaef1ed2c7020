use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type, TypeParamBound, parse_quote};

use super::describe;
use super::double::doubled;
use super::guard::{check, check_all, guarded};
use super::hand_over::hand_over;
use super::model::{HandlerSet, Shape, Slot};
use super::orphan::orphan;
use super::said::said;
use crate::krate::{self, hash, ours, respan, scoped, short};
use crate::pipeline::{self, Entry, chain, picks, place, within};
use crate::threads::shared_at;

pub(super) fn expand(set: &HandlerSet) -> TokenStream {
    let expansion = Expansion { set, p: short() };
    let original = guarded(set);
    let slots = set.slots.iter().map(|slot| expansion.slot(slot));
    let names = expansion.names();
    let orphan = orphan(set);
    let warnings = &set.warnings;
    let uses = pipeline::uses(&set.paths);
    let (shared, doubled) = (expansion.shared(), doubled(set, &expansion.p));
    let ours = scoped(&set.krate, quote!(#shared #(#slots)* #names #doubled));
    let hand_over = hand_over(set, &quote!(#ours #orphan));
    quote!(#original #hand_over #(#warnings)* #uses)
}

struct Expansion<'a> {
    set: &'a HandlerSet,
    p: TokenStream,
}

impl Expansion<'_> {
    fn slot(&self, slot: &Slot) -> TokenStream {
        let parts = [self.alias(slot), self.number(slot), self.handler(slot), self.rows(slot)];
        let conditions = &slot.conditions;
        parts.into_iter().flatten().chain(self.within(slot)).map(|part| quote!(#(#conditions)* #part)).collect()
    }

    /// The message of slot number so much, for mediators to name it.
    fn number(&self, slot: &Slot) -> Option<TokenStream> {
        let p = &self.p;
        let index = slot.index;
        let (parameters, clause) = self.parameters(quote!(__CatgaTag: ?#p::core::marker::Sized));
        let self_type = self.set.self_type();
        let message = slot.checked();
        // A message that is less visible is shown at its name.
        let message = respan(quote!(type Message = #message;), krate::at(slot.message.span()));
        Some(quote! {
            #[automatically_derived]
            impl #parameters #p::Slot<__CatgaTag, #index> for #self_type #clause { #message }
        })
    }

    /// The impl's parameters and one more, and its where clause.
    fn parameters(&self, more: TokenStream) -> (TokenStream, TokenStream) {
        if self.is_plain() {
            return (quote!(<#more>), self.set.original.generics.where_clause.to_token_stream());
        }
        let mut generics = self.set.shared(&self.p);
        generics.params.push(parse_quote!(#more));
        let (parameters, _, clause) = generics.split_for_impl();
        (parameters.to_token_stream(), clause.to_token_stream())
    }

    /// The message as everything else here names it, where no parameter of the impl is in the way: it is none
    /// where something is wrong with it, which is one error at its name, and nothing that follows from it.
    fn alias(&self, slot: &Slot) -> Option<TokenStream> {
        if !slot.is_plain() {
            return None;
        }
        let (p, message, ident, alias) = (&self.p, &slot.message, slot.ident(), slot.checked());
        let name = ident.unraw().to_string();
        let hash = hash(&name);
        let way = Ident::new(
            match slot.shape {
                Shape::Async | Shape::Sync => "Value",
                Shape::HearAsync | Shape::HearSync => "Reference",
                Shape::Stream => "Rows",
            },
            Span::call_site(),
        );
        let shared = if self.is_plain() { quote!(_SHARED) } else { quote!(true) };
        let at = krate::at(slot.message.span());
        let (p, shared, alias) = (respan(p.clone(), at), respan(shared, at), respan(alias, at));
        // A path keeps its places: what is wrong with it is the same error as in the method.
        let check = quote_spanned!(at=> #p::check::<#message>(#hash, #p::Taken::#way, #name, #shared));
        // Its name is shown where it has no value, and is no user's: rustc would offer to give the constant a parameter
        // for a message that it does not know, which is another error than the one without.
        let mut right = format_ident!("THE_MESSAGE_OF_{}", slot.method.unraw());
        right.set_span(Span::mixed_site().located_at(at));
        let conditions = &slot.conditions;
        Some(quote_spanned! {at=>
            #[allow(non_upper_case_globals)]
            const #right: #p::core::primitive::bool = #check;
            #(#conditions)*
            type #alias = <#message as #p::Checked<{ #right }>>::Message;
        })
    }

    /// That threads may share the set.
    fn shared(&self) -> Option<TokenStream> {
        let (at, ty) = (self.at(), self.set.self_type().to_token_stream());
        let (p, shared) = (respan(self.p.clone(), at), shared_at(&ty, &self.p, at));
        let name = Ident::new("_SHARED", Span::mixed_site().located_at(at));
        self.is_plain().then(|| quote_spanned!(at=> const #name: #p::core::primitive::bool = #shared;))
    }

    /// Whether it has no parameters, which may not be used in constants.
    fn is_plain(&self) -> bool {
        self.set.original.generics.params.is_empty()
    }

    /// That its timeouts are no longer than its message's bound, where no parameter is in the way.
    fn within(&self, slot: &Slot) -> Vec<TokenStream> {
        if !slot.is_plain() {
            return Vec::new();
        }
        within(&self.set.entries(slot), &self.p, &slot.checked(), slot.ident())
    }

    /// What the set says of itself, for mediators to ask.
    fn names(&self) -> TokenStream {
        let p = &self.p;
        let wire = self.set.slots.iter().map(|slot| {
            let (message, ident, conditions) = (slot.checked(), slot.ident().unraw().to_string(), &slot.conditions);
            let hash = hash(&ident);
            quote!(#(#conditions)* (#hash, <#message as #p::Message>::WIRE, #ident))
        });
        let wire = quote! {
            const WIRE: &'static [(#p::core::primitive::u64, #p::core::primitive::u64, &'static #p::core::primitive::str)] =
                &[#(#wire),*];
        };
        let said = said(self.set, p);
        let guard = check_all(self.set, p);
        let part = describe::part(self.set, p);
        let generics = self.set.shared(p);
        let (impl_generics, _, clause) = generics.split_for_impl();
        let self_type = self.set.self_type();
        quote! {
            #[automatically_derived]
            impl #impl_generics #p::Named for #self_type #clause {
                type Nothing = ();
                const RIGHT: #p::core::primitive::bool = {
                    #[allow(unused_imports)]
                    use #p::{OneImpl as _, Single as _};
                    let _asked = (Self::WIRE, #guard);
                    !Self::__CATGA_TWICE && #p::is_single(|| #p::Impls.are())
                };
                #wire
                #said
                #part
            }
        }
    }

    fn handler(&self, slot: &Slot) -> Option<TokenStream> {
        let p = &self.p;
        let entries = self.set.entries(slot);
        if slot.shape == Shape::Stream {
            let run = self.run(slot, &entries, quote!(#p::Open));
            return Some(self.implement(slot, place(&entries, slot.answer), "Handler", run));
        }
        let call = self.call(slot);
        if entries.is_empty() {
            return Some(self.implement(slot, slot.answer, "Handler", call));
        }
        let method = self.implement(slot, slot.answer, "Method", call);
        let run = self.run(slot, &entries, quote!(#p::EndMethod(self)));
        let piped = self.implement(slot, place(&entries, slot.answer), "Handler", run);
        let conditions = &slot.conditions;
        Some(quote!(#method #(#conditions)* #piped))
    }

    /// `impl Handler<PlaceOrder, Scope> for Orders`, or `Method`, which has the same one function.
    fn implement(&self, slot: &Slot, at: Span, port: &str, body: TokenStream) -> TokenStream {
        let p = respan(self.p.clone(), at);
        let message = respan(slot.checked(), at);
        let (this, input, cx) = (ours("self", at), ours("__input", at), ours("__cx", at));
        let port = Ident::new(port, self.at());
        let handle = quote_spanned! {at=>
            #[inline]
            fn handle(&#this, #input: <#message as #p::Message>::In<'_>, #cx: &mut #p::Context<AnyScope>)
                -> impl #p::Future<Output = #p::Outcome<#message>> + #p::Send
            {
                #body
            }
        };
        let key = key(slot, at);
        let (message, scope) = (respan(message, self.at()), Ident::new("AnyScope", self.at()));
        let port = quote_spanned!(self.at()=> #p::#port<#message, #scope #key>);
        self.in_every_scope(slot, at, port, handle)
    }

    /// Where the set is.
    fn at(&self) -> Span {
        krate::at(self.set.ident.span())
    }

    /// An impl for every scope that has what the handler's context asks for. All of it is at one place,
    /// so that what is wrong with it is one error there.
    fn in_every_scope(&self, slot: &Slot, at: Span, port: TokenStream, body: TokenStream) -> TokenStream {
        let p = &self.p;
        let bounds = slot.context.iter().flat_map(|context| &context.bounds).map(|bound| self.bound(bound));
        // With a binder at the set's place rustc does not draw where the bound is, which the method shows.
        let binder = respan(quote!(for<>), self.at());
        let (parameters, clause) = self.parameters(quote!(AnyScope: #(#binder #bounds +)* #p::Dispatched));
        let self_type = self.set.self_type();
        quote_spanned! {at=>
            #[automatically_derived]
            impl #parameters #port for #self_type #clause { #body }
        }
    }

    /// A bound of a context, of a message that is checked: where it is none, nothing follows from it.
    fn bound(&self, bound: &TypeParamBound) -> TokenStream {
        let p = &self.p;
        let (TypeParamBound::Trait(original), Some(check)) =
            (bound, check(self.set, p, &self.set.self_type().to_token_stream(), [bound]))
        else {
            return bound.to_token_stream();
        };
        let mut checked = original.clone();
        if let Some(last) = checked.path.segments.last_mut()
            && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
            && let Some(GenericArgument::Type(message)) = arguments.args.first_mut()
        {
            let at = krate::at(message.span());
            *message = Type::Verbatim(respan(quote!(<#message as #p::Checked<#check>>::Message), at));
        }
        checked.into_token_stream()
    }

    /// The chain of the impl's and the method's entries.
    fn run(&self, slot: &Slot, entries: &[Entry], end: TokenStream) -> TokenStream {
        let p = &self.p;
        let (at, message) = (place(entries, slot.answer), slot.checked());
        let (input, cx, scope) = (ours("__input", at), ours("__cx", at), Ident::new("AnyScope", at));
        let chain = chain(entries, p, &message, &scope.to_token_stream(), at, end, None);
        let picks = respan(picks(p), at);
        let p = respan(p.clone(), at);
        let message = respan(message, at);
        quote_spanned!(at=> #picks #p::run::<#message, #scope, _>(#chain, #input, #cx))
    }

    /// The user's method with what it takes, and its answer as an outcome. What it takes is checked at
    /// the argument's type, what it answers at the return type.
    fn call(&self, slot: &Slot) -> TokenStream {
        let p = &self.p;
        let (at, message) = (slot.answer, slot.checked());
        if slot.is_stub {
            return match slot.shape {
                Shape::Stream => quote!(#p::no_rows()),
                _ => quote!(#p::core::future::pending()),
            };
        }
        let mut method = slot.method.clone();
        method.set_span(at);
        let taken = match slot.shape {
            Shape::Stream => quote!(__query),
            _ if slot.is_plain() => quote!(__input),
            Shape::Async | Shape::Sync => quote!(<#message as #p::ByValue>::take(__input)),
            Shape::HearAsync | Shape::HearSync => quote!(<#message as #p::ByReference>::take(__input)),
        };
        let taken = respan(taken, krate::at(slot.message.span()));
        let (this, cx) = (ours("self", at), ours("__cx", at));
        let cx = slot.context.as_ref().map(|_| quote_spanned!(at=> , #cx));
        let method = quote_spanned!(at=> Self::#method(#this, #taken #cx));
        let answer = |how: TokenStream| respan(quote!(#p::#how::<#message, _, _>), at);
        match slot.shape {
            Shape::Async | Shape::HearAsync if slot.is_tied => {
                // The lifetime that two arguments have together has no name out here, and in there needs none.
                let answer = answer(quote!(answer));
                quote_spanned!(at=> #answer(async move { #method.await }))
            }
            Shape::Async | Shape::HearAsync => {
                let answer = answer(quote!(answer));
                quote_spanned!(at=> #answer(#method))
            }
            Shape::Sync | Shape::HearSync => {
                let answer = answer(quote!(answer_now));
                quote_spanned!(at=> #answer(move || #method))
            }
            Shape::Stream => {
                let answer = answer(quote!(rows));
                quote_spanned!(at=> #answer(#method))
            }
        }
    }

    /// The rows of a stream query's handler.
    fn rows(&self, slot: &Slot) -> Option<TokenStream> {
        if slot.shape != Shape::Stream {
            return None;
        }
        let p = &self.p;
        let (at, message) = (slot.answer, slot.checked());
        let head = quote! {
            #[inline]
            #[allow(unused_variables)]
            fn rows(
                &self,
                __query: #message,
                __cx: #p::Context<AnyScope>,
            ) -> impl #p::Stream<Item = #p::RowOf<#message>> + #p::Send
        };
        let (head, key) = (respan(head, at), key(slot, at));
        let (message, scope) = (respan(message, self.at()), Ident::new("AnyScope", self.at()));
        let port = quote_spanned!(self.at()=> #p::StreamHandler<#message, #scope #key>);
        let call = self.call(slot);
        Some(self.in_every_scope(slot, at, port, quote_spanned!(at=> #head { #call })))
    }
}

/// The message as it is written, by which coherence tells the impls of a set apart: it does not see through the check.
fn key(slot: &Slot, at: Span) -> Option<TokenStream> {
    slot.is_plain().then(|| {
        let written = &slot.message;
        quote_spanned!(at=> , #written)
    })
}
