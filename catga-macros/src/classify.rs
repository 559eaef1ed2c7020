//! `#[derive(Classify)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Attribute, Data, DeriveInput, LitStr, Member, Path, Variant};

use crate::catalogue;
use crate::errors::{Errors, given};
use crate::krate::{Krate, at, respan};

/// What `#[class(..)]` says.
#[derive(Clone, Default)]
struct Options {
    krate: Krate,
    class: Option<Ident>,
    code: Option<LitStr>,
    /// The variant's class, its code and when to try again are those of its one field.
    transparent: Option<Ident>,
}

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let expansion = errors.take(syn::parse2(item)).map(|item| expand(&item, &errors));
    let errors = errors.into_compile_errors();
    quote!(#expansion #errors)
}

fn expand(item: &DeriveInput, errors: &Errors) -> TokenStream {
    let whole = options(&item.attrs, errors);
    let p = whole.krate.private();
    let ident = &item.ident;
    let (impl_generics, type_generics, clause) = item.generics.split_for_impl();
    let own = snake(&ident.to_string());
    // Whoever knows when to try again: the fields of transparent variants.
    let mut waits = Vec::new();
    let (classes, codes): (Vec<_>, Vec<_>) = match &item.data {
        Data::Struct(_) => {
            let (class, code) = answers(&whole, &Options::default(), &own);
            (vec![quote!(_ => #p::Class::#class)], vec![quote!(_ => #code)])
        }
        Data::Enum(data) if data.variants.is_empty() => {
            (vec![quote!(_ => match *self {})], vec![quote!(_ => match *self {})])
        }
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                let name = &variant.ident;
                let own_options = options(&variant.attrs, errors);
                let default = format!("{own}.{}", snake(&name.to_string()));
                let (class, code) = answers(&whole, &own_options, &default);
                let plain = (quote!(Self::#name { .. } => #p::Class::#class), quote!(Self::#name { .. } => #code));
                let Some(at) = &own_options.transparent else { return plain };
                let Some(field) = only_field(variant, at, errors) else { return plain };
                waits.push(quote!(Self::#name { #field: error } => #p::Classify::retry_after(error)));
                (
                    quote!(Self::#name { #field: error } => #p::Classify::class(error)),
                    quote!(Self::#name { #field: error } => #p::Classify::code(error)),
                )
            })
            .unzip(),
        Data::Union(data) => {
            errors.at(data.union_token, catalogue::class_item());
            (vec![quote!(_ => #p::Class::Permanent)], vec![quote!(_ => "")])
        }
    };
    let retry_after = (!waits.is_empty()).then(|| {
        quote! {
            #[allow(unreachable_patterns)]
            fn retry_after(&self) -> #p::core::option::Option<#p::core::time::Duration> {
                match self {
                    #(#waits,)*
                    _ => #p::core::option::Option::None,
                }
            }
        }
    });
    let items = quote! {
            fn class(&self) -> #p::Class {
                match self { #(#classes,)* }
            }

            fn code(&self) -> &'static #p::core::primitive::str {
                match self { #(#codes,)* }
            }

            #retry_after
    };
    // A parameter may not be used in a constant.
    if !item.generics.params.is_empty() || clause.is_some() {
        return quote! {
            #[automatically_derived]
            impl #impl_generics #p::Classify for #ident #type_generics #clause { #items }
        };
    }
    // What is no error has no class, and nothing follows from that.
    let question =
        respan(quote!(const _ERROR: #p::core::primitive::bool = #p::is_error::<#ident>();), at(ident.span()));
    quote! {
        const _: () = {
            #question
            #[automatically_derived]
            #[allow(trivial_bounds)]
            impl #p::Classify for #ident where <#ident as #p::Checked<{ _ERROR }>>::Message: #p::core::error::Error {
                #items
            }
        };
    }
}

/// The one field of a variant that is what this is.
fn only_field(variant: &Variant, at: &Ident, errors: &Errors) -> Option<Member> {
    let mut fields = variant.fields.members();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        errors.at(at, catalogue::class_transparent(&variant.ident));
        return None;
    };
    Some(field)
}

/// The variant's word, or the type's, or the default.
fn answers(whole: &Options, variant: &Options, default: &str) -> (Ident, LitStr) {
    let class = variant.class.clone().or_else(|| whole.class.clone());
    let code = variant.code.clone().or_else(|| whole.code.clone());
    (
        class.unwrap_or_else(|| Ident::new("Permanent", Span::call_site())),
        code.unwrap_or_else(|| LitStr::new(default, Span::call_site())),
    )
}

fn options(attributes: &[Attribute], errors: &Errors) -> Options {
    let mut options = Options::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("class")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            let name = meta.path.to_token_stream().to_string().replace(' ', "");
            let class = match name.as_str() {
                "transient" => "Transient",
                "permanent" => "Permanent",
                "conflict" => "Conflict",
                "unknown" => "Unknown",
                "transparent" => {
                    options.transparent = meta.path.get_ident().cloned();
                    return Ok(());
                }
                "code" => {
                    options.code = Some(meta.value()?.parse()?);
                    return Ok(());
                }
                "crate" => {
                    options.krate = meta.value()?.parse::<Path>()?.into();
                    return Ok(());
                }
                other => return Err(meta.error(catalogue::class_unknown(other))),
            };
            options.class = Some(Ident::new(class, Span::call_site()));
            Ok(())
        });
        errors.take_options(parsed, given(attribute), "transient, code = \"card.lost\"");
    }
    options
}

/// `GatewayBusy` as `gateway_busy`.
fn snake(ident: &str) -> String {
    let mut snake = String::new();
    for (i, letter) in ident.chars().enumerate() {
        if letter.is_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
