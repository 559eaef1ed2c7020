//! `#[pipeline]` on its own. Above `#[handler]` or `#[mediator]` it runs before them, so it moves below; elsewhere it has
//! no meaning.

use proc_macro2::{Punct, Spacing, TokenStream};
use quote::{ToTokens as _, quote};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct};

use crate::catalogue;
use crate::errors::{Errors, first_token};
use crate::handler;
use crate::near::is_almost;
use crate::pipeline::{MOVED, has_moved, is_pipeline};

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    // It is below already, and its owner has not taken it: that is not imported, and rustc says so, unless this went on
    // to move below for ever.
    if has_moved(&arguments) {
        return item;
    }
    let mut parsed = syn::parse2::<Item>(item.clone()).ok();
    let attributes = match &mut parsed {
        Some(
            Item::Impl(ItemImpl { attrs, .. })
            | Item::Struct(ItemStruct { attrs, .. })
            | Item::Enum(ItemEnum { attrs, .. }),
        ) => Some(attrs),
        _ => None,
    };
    if attributes.is_some_and(|attributes| move_below(attributes, &arguments)) {
        return parsed.into_token_stream();
    }
    // An owner says itself what it cannot stand on; that there is none of a name, rustc says.
    if outer(item.clone()).iter().any(|attribute| is_owner(attribute) || is_almost_owner(attribute)) {
        return item;
    }
    let errors = Errors::new();
    errors.at(first_token(item.clone()), catalogue::pipeline_place());
    let errors = errors.into_compile_errors();
    match parsed {
        // It was to be a handler set, and a mediator finds one.
        Some(Item::Impl(mut unmarked)) if unmarked.trait_.is_none() => {
            take_off(&mut unmarked);
            let stub = handler::stub(unmarked.clone());
            quote!(#unmarked #stub #errors)
        }
        _ => quote!(#item #errors),
    }
}

/// The attributes of an item, whatever it is.
fn outer(item: TokenStream) -> Vec<Attribute> {
    let attributes = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attributes)
    };
    attributes.parse2(item).unwrap_or_default()
}

/// Of methods the same was said with their impl.
fn take_off(unmarked: &mut ItemImpl) {
    for item in &mut unmarked.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(|attribute| !is_pipeline(attribute));
        }
    }
}

fn is_owner(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "handler" || last.ident == "mediator")
}

/// Whether an attribute was meant to be the pipeline's owner.
fn is_almost_owner(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last().map(|last| last.ident.to_string());
    let is_meant = |owner: &str| last.as_ref().is_some_and(|last| last != owner && is_almost(last, owner));
    is_meant("handler") || is_meant("mediator")
}

fn move_below(attributes: &mut Vec<Attribute>, arguments: &TokenStream) -> bool {
    let owner = attributes.iter().any(is_owner);
    if owner {
        // Those that are left are below this one, wherever they stand.
        let below: Vec<Attribute> = attributes.extract_if(.., |attribute| is_pipeline(attribute)).collect();
        let moved = Punct::new(MOVED, Spacing::Alone);
        // Its name need not be imported, and where its owner's is not, that is the one error.
        attributes.push(syn::parse_quote!(#[::catga::pipeline(#moved #arguments)]));
        attributes.extend(below);
    }
    owner
}
