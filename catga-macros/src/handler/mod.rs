//! `#[handler]`.

mod batches;
mod bodies;
mod describe;
mod double;
mod expand;
mod fragments;
mod guard;
mod hand_over;
mod holds;
mod lint;
mod method;
mod model;
mod on_method;
mod orphan;
mod parse;
mod said;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemImpl;

pub(crate) use orphan::kept;

use self::bodies::Bodies;
use crate::errors::Errors;
use crate::unparsed;

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    if let Some(method) = on_method::warned(&arguments, &item) {
        return method;
    }
    let (without_bodies, bodies) = Bodies::take(item.clone());
    let Ok(parsed) = syn::parse2(without_bodies) else { return unparsed(item) };
    let errors = Errors::new();
    let set = parse::parse(arguments, parsed, bodies, item.clone(), &errors);
    // Of what is no impl, the user's item is not the set's.
    let is_another = set.as_ref().is_some_and(|set| set.is_stub_of_a_type());
    let other = (is_another || set.is_none()).then_some(item);
    let expansion = set.map(|set| expand::expand(&set));
    let expansion = quote!(#other #expansion);
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}

/// An impl that does not parse, and a set of its name.
fn unparsed(item: TokenStream) -> TokenStream {
    let set = syn::parse2(unparsed::emptied(item.clone())).ok().and_then(stub);
    let item = unparsed::quiet(item);
    quote!(#item #set)
}

/// What stands for an impl that lacks the attribute, which was said.
pub(crate) fn stub(unmarked: ItemImpl) -> Option<TokenStream> {
    parse::stub(unmarked).map(|set| expand::expand(&set))
}
