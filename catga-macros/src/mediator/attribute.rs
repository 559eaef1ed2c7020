use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{Attribute, Fields, Ident, Item, ItemEnum, ItemStruct, Path, parse_quote};

use super::fields;
use super::model::Mediator;
use crate::catalogue;
use crate::errors::{Errors, first_token};
use crate::krate::{Krate, at, conditional, ours};
use crate::pipeline::{self, Pipeline, is_pipeline};
use crate::unparsed;

pub(crate) fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(mut item)) if matches!(item.fields, Fields::Named(_) | Fields::Unit) => {
            errors.of_twice(&mut item.attrs, "mediator");
            to_derive(&arguments, item)
        }
        Ok(parsed) => none(parsed, &errors),
        Err(_) => unparsed(item),
    };
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}

/// One that does not parse, and a mediator of its name.
fn unparsed(item: TokenStream) -> TokenStream {
    let stub = syn::parse2::<ItemStruct>(unparsed::emptied(item.clone())).ok().map(|item| {
        let mediator = Mediator::bare(item.ident, item.generics);
        super::stub(mediator, None)
    });
    let item = unparsed::quiet(item);
    quote!(#item #stub)
}

/// An item that no mediator can be: as it is, without our attributes, of which nothing else is to be said.
fn none(mut item: Item, errors: &Errors) -> TokenStream {
    // What stands before it, its attributes, is not what is wrong.
    let mut bare = item.clone();
    match &mut bare {
        Item::Struct(ItemStruct { attrs, .. }) | Item::Enum(ItemEnum { attrs, .. }) => attrs.clear(),
        _ => {}
    }
    errors.at(first_token(bare.to_token_stream()), catalogue::not_a_mediator());
    let stub = match &mut item {
        Item::Struct(tuple) => {
            let fields = tuple.fields.iter_mut().map(|field| &mut field.attrs);
            fields.chain([&mut tuple.attrs]).for_each(take_off);
            Some(Mediator::bare(tuple.ident.clone(), tuple.generics.clone()))
        }
        Item::Enum(item) => {
            let fields = item.variants.iter_mut().flat_map(|variant| &mut variant.fields);
            fields.map(|field| &mut field.attrs).chain([&mut item.attrs]).for_each(take_off);
            Some(Mediator::bare(item.ident.clone(), item.generics.clone()))
        }
        _ => None,
    };
    let stub = stub.map(|mediator| super::stub(mediator, None));
    quote!(#item #stub)
}

fn take_off(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| !is_pipeline(attribute) && !attribute.path().is_ident("state"));
}

/// The struct with a derive of ours, and our attributes under names that are the derive's own.
fn to_derive(arguments: &TokenStream, mut item: ItemStruct) -> TokenStream {
    let mut paths = Vec::new();
    let entries = entries(&item);
    let p = krate(arguments).private();
    fields::of_handler_sets(arguments, &mut item, &p);
    rename(&mut item.attrs, &mut paths);
    for field in &mut item.fields {
        rename(&mut field.attrs, &mut paths);
    }
    let options: Attribute = parse_quote!(#[__catga_mediator(#arguments)]);
    item.attrs.insert(0, options);
    let uses = pipeline::uses(&paths);
    let item = fields::without_parameters(item);
    quote! {
        #[derive(#p::Mediator)]
        #item
        #uses
        #entries
    }
}

/// The entries as an editor sees them: it does not look for what a name means in what a derive expands to. What
/// is wrong with one is said once, as it is the same error at the same place.
fn entries(item: &ItemStruct) -> Option<TokenStream> {
    let attributes = item.attrs.iter().chain(item.fields.iter().flat_map(|field| &field.attrs));
    let pipelines = attributes.filter(|attribute| is_pipeline(attribute));
    let entries = pipelines.filter_map(|attribute| attribute.parse_args::<Pipeline>().ok());
    // A field may not be there, which only the derive knows.
    let is_sure = |name: &Ident| {
        let mut named = item.fields.iter().filter(|field| field.ident.as_ref() == Some(name));
        named.any(|field| !field.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")))
    };
    let entries = entries.flat_map(|pipeline| pipeline.entries);
    let entries: Vec<TokenStream> = entries
        .filter(|entry| entry.fields().iter().all(is_sure))
        .map(|entry| pipeline::reached(&entry, &this()))
        .collect();
    if entries.is_empty() {
        return None;
    }
    let (ident, this) = (&item.ident, this());
    let (impl_generics, type_generics, clause) = item.generics.split_for_impl();
    Some(quote! {
        #[allow(dead_code, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        const _: () = {
            fn entries #impl_generics (#this: &#ident #type_generics) #clause {
                #(let _ = #entries;)*
            }
        };
    })
}

fn this() -> Ident {
    ours("__this", Span::call_site())
}

fn rename(attributes: &mut [Attribute], paths: &mut Vec<Path>) {
    for attribute in attributes {
        if is_pipeline(attribute) {
            paths.extend(pipeline::called(attribute));
            let renamed = Ident::new("__catga_pipeline", at(attribute.path().span()));
            *attribute = match &attribute.meta {
                syn::Meta::List(list) => {
                    let arguments = &list.tokens;
                    parse_quote!(#[#renamed(#arguments)])
                }
                syn::Meta::Path(_) => parse_quote!(#[#renamed]),
                other @ syn::Meta::NameValue(_) => parse_quote!(#[#renamed(#other)]),
            };
        } else if attribute.path().is_ident("state") {
            *attribute = parse_quote!(#[__catga_state]);
        } else {
            rename_conditional(attribute, paths);
        }
    }
}

/// The same in a `cfg_attr`, which is decided before the derive sees it.
fn rename_conditional(attribute: &mut Attribute, paths: &mut Vec<Path>) {
    let mut inner: Vec<Attribute> = conditional(attribute).into_iter().map(|meta| parse_quote!(#[#meta])).collect();
    let before = inner.clone();
    rename(&mut inner, paths);
    if inner == before {
        return;
    }
    let Ok(list) = attribute.meta.require_list() else { return };
    let condition: TokenStream = list.tokens.clone().into_iter().take_while(|token| !is_comma(token)).collect();
    let metas = inner.iter().map(|attribute| &attribute.meta);
    *attribute = parse_quote!(#[cfg_attr(#condition, #(#metas),*)]);
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
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
