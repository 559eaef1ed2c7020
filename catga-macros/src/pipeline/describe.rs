use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::entry::{Entry, Pipeline};
use super::text::text;

/// A pipeline as a value, for the table of a mediator; nothing where it is empty.
pub(crate) fn describe(pipeline: &Pipeline, p: &TokenStream) -> Option<TokenStream> {
    if pipeline.entries.is_empty() && pipeline.without.is_empty() {
        return None;
    }
    let entries = pipeline.entries.iter().map(|entry| describe_entry(entry, p));
    let without = pipeline.without.iter().map(|name| name.to_string());
    Some(quote!(#p::Pipeline::new(&[#(#entries),*], &[#(#without),*])))
}

fn describe_entry(entry: &Entry, p: &TokenStream) -> TokenStream {
    let (behavior, name) = (text(entry.expr.to_token_stream()), entry.name());
    let only = entry.kind.as_ref().map(|kind| {
        let kind = kind.to_string();
        quote!(.only(#kind))
    });
    quote!(#p::Entry::new(#behavior, #name) #only)
}
