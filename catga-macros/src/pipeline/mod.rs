//! `#[pipeline]`: what its entries are, and the chain that they make.

mod chain;
mod describe;
mod entry;
mod said;
mod text;

use proc_macro2::{Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Item};

pub(crate) use chain::{chain, picks, place, within};
pub(crate) use describe::describe;
pub(crate) use entry::{Entry, Pipeline, is_self};
pub(crate) use said::{asks, is_for_commands, reached, said};
pub(crate) use text::text;

use crate::catalogue;
use crate::errors::{Errors, first_token};
use crate::near::is_almost;

/// What begins the arguments of one that was moved.
const MOVED: char = '@';

/// The attribute on its own. Above `#[handler]` or `#[mediator]` it runs before them, so it moves below;
/// elsewhere it has no meaning.
pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    // It is below already, and its owner has not taken it: that is not imported, and rustc says so, unless this went on
    // to move below for ever.
    if matches!(arguments.clone().into_iter().next(), Some(TokenTree::Punct(moved)) if moved.as_char() == MOVED) {
        return item;
    }
    let errors = Errors::new();
    let mut parsed = syn::parse2::<Item>(item.clone()).ok();
    let attributes = match &mut parsed {
        Some(Item::Impl(item)) => Some(&mut item.attrs),
        Some(Item::Struct(item)) => Some(&mut item.attrs),
        _ => None,
    };
    let is_misspelled = attributes.as_ref().is_some_and(|attributes| attributes.iter().any(is_almost_owner));
    let is_moved = attributes.is_some_and(|attributes| move_below(attributes, &arguments));
    let moved = if is_misspelled {
        item
    } else if is_moved {
        parsed.into_token_stream()
    } else {
        errors.at(first_token(item.clone()), catalogue::pipeline_place());
        item
    };
    let errors = errors.into_compile_errors();
    quote!(#moved #errors)
}

/// Whether an attribute was meant to be the pipeline's owner: that there is none of its name, rustc says.
fn is_almost_owner(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last().map(|last| last.ident.to_string());
    let is_meant = |owner: &str| last.as_ref().is_some_and(|last| last != owner && is_almost(last, owner));
    is_meant("handler") || is_meant("mediator")
}

fn move_below(attributes: &mut Vec<Attribute>, arguments: &TokenStream) -> bool {
    let owner = attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "handler" || last.ident == "mediator")
    });
    if owner {
        // Those that are left are below this one, wherever they stand.
        let below: Vec<Attribute> = attributes.extract_if(.., |attribute| is_pipeline(attribute)).collect();
        let moved = Punct::new(MOVED, Spacing::Alone);
        attributes.push(syn::parse_quote!(#[pipeline(#moved #arguments)]));
        attributes.extend(below);
    }
    owner
}

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
