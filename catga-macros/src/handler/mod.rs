//! `#[handler]`.

mod bodies;
mod describe;
mod expand;
mod hand_over;
mod lint;
mod model;
mod orphan;
mod parse;
mod said;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use orphan::kept;

use crate::errors::Errors;

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = match parse::parse(arguments, item.clone(), &errors) {
        Some(set) => expand::expand(&set),
        None => item,
    };
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}
