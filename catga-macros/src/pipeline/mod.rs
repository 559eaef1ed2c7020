//! `#[pipeline]`: what its entries are, and the chain that they make.

mod chain;
mod describe;
mod entry;
mod said;
mod text;

use proc_macro2::{Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, Meta};

pub(crate) use chain::{chain, fits, known, picks, place, within};
pub(crate) use describe::describe;
pub(crate) use entry::{Entry, Pipeline, is_self};
pub(crate) use said::{asks, reached, said};
pub(crate) use text::text;

use crate::catalogue;
use crate::errors::{Errors, given};

/// Whether an attribute is `#[pipeline(..)]`, under whatever path.
pub(crate) fn is_pipeline(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "pipeline")
}

/// What begins the arguments of one that has run, and was put below its owner.
pub(crate) const MOVED: char = '@';

/// Whether arguments are those of one that has run.
pub(crate) fn has_moved(arguments: &TokenStream) -> bool {
    matches!(arguments.clone().into_iter().next(), Some(TokenTree::Punct(moved)) if moved.as_char() == MOVED)
}

/// The path of one that has not run: a use of it has to stay, or its import would seem unused.
pub(crate) fn called(attribute: &Attribute) -> Option<syn::Path> {
    let moved = matches!(&attribute.meta, Meta::List(list) if has_moved(&list.tokens));
    (!moved).then(|| attribute.path().clone())
}

/// What one says.
pub(crate) fn entries(attribute: &Attribute) -> syn::Result<Pipeline> {
    match &attribute.meta {
        Meta::Path(nothing) => Err(syn::Error::new_spanned(nothing, catalogue::pipeline_entry())),
        _ => attribute.parse_args(),
    }
}

/// Takes the pipelines out of a list of attributes, and says how they were called.
pub(crate) fn take(attributes: &mut Vec<Attribute>, errors: &Errors) -> (Pipeline, Vec<syn::Path>) {
    let mut pipeline = Pipeline::default();
    let mut paths = Vec::new();
    for attribute in attributes.extract_if(.., |attribute| is_pipeline(attribute)) {
        paths.extend(called(&attribute));
        if let Some(parsed) = errors.take_entries(entries(&attribute), given(&attribute)) {
            pipeline.append(parsed);
        }
    }
    (pipeline, paths)
}

/// What keeps the imports of consumed attributes used: they run on nothing, so that one that is not imported is an error
/// at its name.
pub(crate) fn uses(paths: &[syn::Path]) -> TokenStream {
    let mut seen = Vec::new();
    let mut uses = TokenStream::new();
    for path in paths {
        let text = path.to_token_stream().to_string();
        if !seen.contains(&text) {
            let moved = Punct::new(MOVED, Spacing::Alone);
            uses.extend(quote!(#[#path(#moved)] const _: () = ();));
            seen.push(text);
        }
    }
    uses
}
