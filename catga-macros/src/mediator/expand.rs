use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse_quote;
use syn::spanned::Spanned as _;

use super::checked::{Checked, CheckedSlot};
use super::model::{Asked, Set};
use crate::krate::{at, hash, respan, scoped, short};
use crate::pipeline::Entry;

pub(super) fn expand(checked: &Checked) -> TokenStream {
    let krate = &checked.mediator.options.krate;
    let expansion = Expansion { checked, p: short() };
    let (aliases, right) = (expansion.aliases(), expansion.right());
    let ports = (!expansion.is_plain()).then(|| expansion.ports());
    let fields = expansion.fields();
    let handles = checked.answering().map(|slot| expansion.handles(slot));
    let yields = checked.yielding().map(|slot| expansion.yields(slot));
    let hears = expansion.hears();
    let unheard = expansion.unheard();
    let named = expansion.named();
    let described = expansion.described();
    let evidence = expansion.evidence();
    let served = expansion.served();
    let (numbers, fits) = (expansion.numbers(), expansion.fits());
    // A macro has to be seen from outside of the block.
    let nested = expansion.nested();
    let ours = scoped(
        krate,
        quote! {
            #aliases #ports #right #fields #(#handles)* #(#yields)* #hears #unheard #named #described #evidence #served
            #numbers #fits
        },
    );
    quote! {
        #[allow(private_interfaces, unused_parens, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        #ours
        #nested
    }
}

/// What is known before the handler sets say what they handle: with it alone everything may be sent. Where no
/// parameter is in the way.
pub(super) fn begin(checked: &Checked) -> Option<TokenStream> {
    let expansion = Expansion { checked, p: short() };
    expansion.is_plain().then(|| scoped(&checked.mediator.options.krate, expansion.ports()))
}

pub(super) struct Expansion<'a> {
    pub(super) checked: &'a Checked,
    pub(super) p: TokenStream,
}

impl Expansion<'_> {
    /// `impl<..> Trait for Shop<..> { body }` at one place.
    pub(super) fn implement(&self, at: Span, of: TokenStream, body: TokenStream) -> TokenStream {
        let mut ident = self.checked.mediator.ident.clone();
        ident.set_span(at);
        if self.checked.mediator.generics.params.is_empty() {
            return quote_spanned!(at=> #[automatically_derived] impl #of for #ident { #body });
        }
        let (_, type_generics, _) = self.checked.mediator.generics.split_for_impl();
        let generics = self.shared();
        let (impl_generics, _, clause) = generics.split_for_impl();
        let head = quote!(#[automatically_derived] impl #impl_generics #of for #ident #type_generics #clause);
        let head = respan(head, at);
        quote_spanned!(at=> #head { #body })
    }

    /// The mediator's generics; a generic one is a mediator where its parameters let threads share it.
    pub(super) fn shared(&self) -> syn::Generics {
        let mut generics = self.checked.mediator.generics.clone();
        if !generics.params.is_empty() {
            let p = &self.p;
            let shared = parse_quote!(Self: #p::core::marker::Send + #p::core::marker::Sync);
            generics.make_where_clause().predicates.push(shared);
        }
        generics
    }

    pub(super) fn set(&self, slot: &CheckedSlot) -> &Set {
        &self.checked.mediator.sets[slot.set]
    }

    /// The message of a slot, as a name of its own where no parameter is in the way: the path is long, and stands
    /// in many places.
    pub(super) fn message(&self, slot: &CheckedSlot) -> TokenStream {
        if self.is_plain() {
            return format_ident!("_M{}", slot.number).into_token_stream();
        }
        self.path(slot)
    }

    /// Whether it has no parameters, which aliases would have to have too.
    pub(super) fn is_plain(&self) -> bool {
        self.checked.mediator.generics.params.is_empty()
    }

    /// The names of the sets that are asked, of the messages, and of the context.
    fn aliases(&self) -> Option<TokenStream> {
        let (p, ident) = (&self.p, &self.checked.mediator.ident);
        let context = quote!(type _Cx<'a> = #p::Context<#p::Inside<'a, #ident>>;);
        let messages = self.checked.slots.iter().map(|slot| {
            let (alias, path) = (self.message(slot), self.path(slot));
            quote!(type #alias = #path;)
        });
        let asked = self.checked.mediator.sets.iter().filter_map(|set| Some((&set.field, set.asked.as_ref()?)));
        let sets = asked.map(|(field, Asked { name, ty, text })| {
            let at = at(ty.span());
            let (p, name) = (respan(p.clone(), at), respan(name.to_token_stream(), at));
            // Its name is shown where it has no value.
            let right = Ident::new(&format!("THE_TYPE_OF_{}", field.unraw()), at);
            quote_spanned! {at=>
                #[allow(non_upper_case_globals)]
                const #right: #p::core::primitive::bool = {
                    #[allow(unused_imports)]
                    use #p::{IsNoSet as _, IsSet as _};
                    #p::core::assert!(#p::is_set(|| #p::Candidate::<#ty>::of().ask()), #text);
                    true
                };
                type #name = <#ty as #p::Checked<{ #right }>>::Message;
            }
        });
        self.is_plain().then(|| sets.chain(messages).chain([context]).collect())
    }

    /// The message of a slot, without its path in scope.
    fn path(&self, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let set = self.set(slot);
        let mut slots = self.checked.slots.iter();
        let has_twin = slots.any(|other| other.number != slot.number && other.slot.ident == slot.slot.ident);
        // Two of one ident are told apart by their types, which coherence does not see through the question.
        let ty = if has_twin { &set.ty } else { &set.own };
        let index = &slot.slot.index;
        let ident = &self.checked.mediator.ident;
        let (_, type_generics, _) = self.checked.mediator.generics.split_for_impl();
        quote!(<#ty as #p::Slot<#ident #type_generics, #index>>::Message)
    }

    pub(super) fn key(&self, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let hash = hash(&slot.slot.ident.to_string());
        quote!(#p::Key<#hash>)
    }

    /// The behaviors around a slot's handler.
    pub(super) fn entries(&self, slot: &CheckedSlot) -> Vec<Entry> {
        self.set(slot).entries(&self.checked.mediator.pipeline, &slot.slot.without)
    }
}
