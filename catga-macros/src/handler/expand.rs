use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned as _;

use super::hand_over::hand_over;
use super::model::{HandlerSet, Shape, Slot};
use crate::krate::{hash, respan};
use crate::pipeline::{self, chain, joins};

pub(super) fn expand(set: &HandlerSet) -> TokenStream {
    let original = &set.original;
    let slots = set.slots.iter().map(|slot| {
        let (number, handler, rows) = (number(set, slot), handler(set, slot), rows(set, slot));
        quote!(#number #handler #rows)
    });
    let hand_over = hand_over(set);
    let uses = pipeline::uses(&set.paths);
    quote!(#original #(#slots)* #hand_over #uses)
}

/// The message of slot number so much, for mediators to name it.
fn number(set: &HandlerSet, slot: &Slot) -> TokenStream {
    let p = set.krate.private();
    let conditions = &slot.conditions;
    let index = slot.index;
    let mut generics = set.original.generics.clone();
    generics.params.push(parse_quote!(__CatgaTag: ?#p::core::marker::Sized));
    let (impl_generics, _, clause) = generics.split_for_impl();
    let self_type = set.self_type();
    let message = named(set, slot);
    quote! {
        #(#conditions)*
        #[automatically_derived]
        impl #impl_generics #p::Slot<__CatgaTag, #index> for #self_type #clause {
            type Message = #message;
        }
    }
}

/// The message, through the check that it is written under its own name.
fn named(_: &HandlerSet, slot: &Slot) -> TokenStream {
    let message = &slot.message;
    quote!(#message)
}

/// The impl's generics and the scope, which has what the handler's context asks for.
fn scoped(set: &HandlerSet, slot: &Slot) -> syn::Generics {
    let p = set.krate.private();
    let mut generics = set.original.generics.clone();
    let bounds = slot.context.iter().flat_map(|context| &context.bounds);
    generics.params.push(parse_quote!(__CatgaScope: #p::Dispatched #(+ #bounds)*));
    generics
}

fn handler(set: &HandlerSet, slot: &Slot) -> TokenStream {
    let entries = set.entries(slot);
    let p = set.krate.private();
    let message = &slot.message;
    if slot.shape == Shape::Stream {
        let run = run(slot, &entries, &p, quote!(#p::Open));
        return implementation(set, slot, &quote!(#p::Handler), &run);
    }
    let call = call(set, slot);
    if entries.is_empty() {
        return implementation(set, slot, &quote!(#p::Handler), &call);
    }
    let method = implementation(set, slot, &quote!(#p::Method), &call);
    let run = run(slot, &entries, &p, quote!(#p::EndMethod(self)));
    let piped = implementation(set, slot, &quote!(#p::Handler), &run);
    let _ = message;
    quote!(#method #piped)
}

/// `impl Handler<PlaceOrder, Scope> for Orders`, or `Method`, which has the same one function.
fn implementation(set: &HandlerSet, slot: &Slot, port: &TokenStream, body: &TokenStream) -> TokenStream {
    let p = set.krate.private();
    let conditions = &slot.conditions;
    let message = &slot.message;
    let self_type = set.self_type();
    let generics = scoped(set, slot);
    let (impl_generics, _, clause) = generics.split_for_impl();
    quote! {
        #(#conditions)*
        #[automatically_derived]
        impl #impl_generics #port<#message, __CatgaScope> for #self_type #clause {
            #[inline]
            fn handle(
                &self,
                input: <#message as #p::Message>::In<'_>,
                cx: &mut #p::Context<__CatgaScope>,
            ) -> impl #p::core::future::Future<Output = #p::Outcome<#message>> + #p::core::marker::Send {
                #body
            }
        }
    }
}

/// The chain of the impl's and the method's entries.
fn run(slot: &Slot, entries: &[pipeline::Entry], p: &TokenStream, end: TokenStream) -> TokenStream {
    let message = &slot.message;
    let joins = joins(p);
    let chain = chain(entries, p, end);
    quote! {
        #joins
        #p::Next::<#message, __CatgaScope>::run(#chain, input, cx)
    }
}

/// The user's method with what it takes, and its answer as an outcome. What it takes is checked at the
/// argument's type, what it answers at the return type.
fn call(set: &HandlerSet, slot: &Slot) -> TokenStream {
    let p = set.krate.private();
    let method = &slot.method;
    let message = &slot.message;
    let taken = slot.message.span();
    let conversion = match slot.shape {
        Shape::HearAsync | Shape::HearSync => quote!(ByReference),
        _ => quote!(ByValue),
    };
    let input = respan(quote!(<#message as #p::#conversion>::take(input)), taken);
    let input = if slot.shape == Shape::Stream { quote!(query) } else { input };
    let cx = slot.context.as_ref().map(|_| quote!(, cx));
    let call = quote!(Self::#method(self, #input #cx));
    let at = slot.answer;
    match slot.shape {
        Shape::Async | Shape::HearAsync => {
            let answer = respan(quote!(#p::answer::<#message, _, _>), at);
            quote_spanned!(at=> #answer(#call))
        }
        Shape::Sync | Shape::HearSync => {
            let answer = respan(quote!(#p::answer_now::<#message, _, _>), at);
            quote_spanned!(at=> #answer(move || #call))
        }
        Shape::Stream => {
            let rows = respan(quote!(#p::rows::<#message, _, _>), at);
            quote_spanned!(at=> #rows(#call))
        }
    }
}

/// The rows of a stream query's handler.
fn rows(set: &HandlerSet, slot: &Slot) -> Option<TokenStream> {
    if slot.shape != Shape::Stream {
        return None;
    }
    let p = set.krate.private();
    let conditions = &slot.conditions;
    let message = &slot.message;
    let self_type = set.self_type();
    let generics = scoped(set, slot);
    let (impl_generics, _, clause) = generics.split_for_impl();
    let call = call(set, slot);
    let _ = hash;
    Some(quote! {
        #(#conditions)*
        #[automatically_derived]
        impl #impl_generics #p::StreamHandler<#message, __CatgaScope> for #self_type #clause {
            #[inline]
            #[allow(unused_variables)]
            fn rows(
                &self,
                query: #message,
                cx: #p::Context<__CatgaScope>,
            ) -> impl #p::Stream<Item = #p::RowOf<#message>> + #p::core::marker::Send {
                #call
            }
        }
    })
}
