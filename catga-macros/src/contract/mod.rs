//! `#[contract]`: the messages that one mediator serves and others call.

mod expand;
mod hand_over;
mod model;
mod parse;
mod table;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use expand::{checked, default_codec, default_compression, include, wired};
pub(crate) use model::Way;
pub(crate) use table::{Arm, table};

use crate::errors::Errors;

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = parse::parse(arguments, item.clone(), &errors).map_or(item, |contract| expand::expand(&contract));
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}
