use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Fields, Item, ItemStruct, Path, parse_quote};

use super::model::Mediator;
use crate::catalogue;
use crate::errors::Errors;
use crate::krate::Krate;
use crate::message::first_token;
use crate::pipeline::{self, is_pipeline};

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) if matches!(item.fields, Fields::Named(_) | Fields::Unit) => to_derive(&arguments, item),
        parsed => {
            errors.at(first_token(item.clone()), catalogue::not_a_mediator());
            let stub = match parsed {
                Ok(Item::Struct(tuple)) => Some(super::stub(Mediator::bare(tuple.ident, tuple.generics))),
                _ => None,
            };
            quote!(#item #stub)
        }
    };
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}

/// The struct with a derive of ours, and our attributes under names that are the derive's own.
fn to_derive(arguments: &TokenStream, mut item: ItemStruct) -> TokenStream {
    let mut paths = Vec::new();
    rename(&mut item.attrs, &mut paths);
    for field in &mut item.fields {
        rename(&mut field.attrs, &mut paths);
    }
    let p = krate(arguments).private();
    let options: Attribute = parse_quote!(#[__catga_mediator(#arguments)]);
    item.attrs.insert(0, options);
    let uses = pipeline::uses(&paths);
    quote! {
        #[derive(#p::Mediator)]
        #item
        #uses
    }
}

fn rename(attributes: &mut [Attribute], paths: &mut Vec<Path>) {
    for attribute in attributes {
        if is_pipeline(attribute) {
            paths.push(attribute.path().clone());
            let arguments = match &attribute.meta {
                syn::Meta::List(list) => list.tokens.clone(),
                other => other.to_token_stream(),
            };
            *attribute = parse_quote!(#[__catga_pipeline(#arguments)]);
        } else if attribute.path().is_ident("state") {
            *attribute = parse_quote!(#[__catga_state]);
        }
    }
}

/// `crate = path` has to be known before the options are parsed, to name the derive.
fn krate(arguments: &TokenStream) -> Krate {
    use syn::parse::Parser as _;

    let mut krate = Krate::default();
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("crate") {
            krate = meta.value()?.parse::<Path>()?.into();
        } else if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::Expr>()?;
        } else if meta.input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in meta.input);
            content.parse::<TokenStream>()?;
        }
        Ok(())
    });
    // What is wrong with the options is reported where they are parsed.
    let _reported_later = parser.parse2(arguments.clone());
    krate
}
