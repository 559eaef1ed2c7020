//! `#[command]`, `#[query]`, `#[event]`.

mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;

pub(crate) use model::Kind;

use crate::errors::Errors;

pub(crate) fn attribute(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = match parse::parse(kind, arguments, item.clone(), &errors) {
        Some(message) => expand::expand(&message, errors.first()),
        None => item,
    };
    let errors = errors.into_compile_errors();
    quote::quote!(#expansion #errors)
}
