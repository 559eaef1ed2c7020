//! `#[pipeline]`: what its entries are, and the chain that they make.

mod chain;
mod describe;
mod entry;
mod said;
mod text;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Attribute;

pub(crate) use chain::{chain, fits, known, picks, place, within};
pub(crate) use describe::describe;
pub(crate) use entry::{Entry, Pipeline, is_self};
pub(crate) use said::{asks, reached, said};
pub(crate) use text::text;

use crate::errors::Errors;

/// Whether an attribute is `#[pipeline(..)]`, under whatever path.
pub(crate) fn is_pipeline(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "pipeline")
}

/// Takes the pipelines out of a list of attributes, and says how they were called: a use of each path
/// has to stay, or its import would seem unused.
pub(crate) fn take(attributes: &mut Vec<Attribute>, errors: &Errors) -> (Pipeline, Vec<syn::Path>) {
    let mut pipeline = Pipeline::default();
    let mut paths = Vec::new();
    for attribute in attributes.extract_if(.., |attribute| is_pipeline(attribute)) {
        paths.push(attribute.path().clone());
        if let Some(parsed) = errors.take(attribute.parse_args::<Pipeline>()) {
            pipeline.append(parsed);
        }
    }
    (pipeline, paths)
}

/// What keeps the imports of consumed attributes used.
pub(crate) fn uses(paths: &[syn::Path]) -> TokenStream {
    let mut seen = Vec::new();
    let mut uses = TokenStream::new();
    for path in paths {
        let text = path.to_token_stream().to_string();
        if !seen.contains(&text) {
            uses.extend(quote!(const _: () = { #[allow(unused_imports)] use #path as _; };));
            seen.push(text);
        }
    }
    uses
}
