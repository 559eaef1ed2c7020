use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::meta::ParseNestedMeta;
use syn::parse::Parser as _;
use syn::{Field, Fields, Item, Type};

use super::model::{Contract, Member, Options, Way};
use crate::catalogue;
use crate::errors::{Errors, first_token};

pub(super) fn parse(arguments: TokenStream, item: TokenStream, errors: &Errors) -> Option<Contract> {
    let first = first_token(item.clone());
    let Some(Item::Struct(item)) = errors.take(syn::parse2(item)) else {
        if errors.is_empty() {
            errors.at(first, catalogue::not_a_contract());
        }
        return None;
    };
    let fields = match &item.fields {
        Fields::Unnamed(fields) => fields.unnamed.iter().collect(),
        _ => {
            errors.at(&item.ident, catalogue::not_a_contract());
            Vec::new()
        }
    };
    if !item.generics.params.is_empty() {
        errors.at(&item.generics, catalogue::not_a_contract());
    }
    let mut options = Options::default();
    let parser = syn::meta::parser(|meta| option(&mut options, &meta));
    errors.take_options(parser.parse2(arguments.clone()), arguments, "schema, codec = Json, endpoint = \"payments\"");
    let mut members: Vec<Member> =
        fields.into_iter().enumerate().filter_map(|(index, field)| member(index, field, errors)).collect();
    let is_broken = !errors.is_empty();
    if is_broken {
        members.clear();
    }
    Some(Contract { attributes: item.attrs, visibility: item.vis, ident: item.ident, members, is_broken, options })
}

fn option(options: &mut Options, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let name = meta.path.get_ident().cloned();
    match name.as_ref().map(ToString::to_string).unwrap_or_default().as_str() {
        "crate" => options.krate = meta.value()?.parse::<syn::Path>()?.into(),
        "codec" => options.codec = Some(meta.value()?.parse()?),
        "compress" => options.compress = Some(meta.value()?.parse()?),
        "endpoint" => options.endpoint = Some(meta.value()?.parse()?),
        "schema" => options.schema = name,
        _ => {
            let known = "`codec`, `compress`, `endpoint`, `schema` and `crate`";
            return Err(meta.error(catalogue::unknown_option(meta.path.to_token_stream(), known)));
        }
    }
    Ok(())
}

fn member(index: usize, field: &Field, errors: &Errors) -> Option<Member> {
    let mut way = Way::Asked;
    for attribute in &field.attrs {
        way = match () {
            () if attribute.path().is_ident("event") => Way::Told,
            () if attribute.path().is_ident("stream") => Way::Rowed,
            () => {
                errors.at(
                    attribute,
                    catalogue::unknown_option(attribute.path().to_token_stream(), "`event` and `stream`"),
                );
                return None;
            }
        };
    }
    match &field.ty {
        Type::Path(syn::TypePath { qself: None, path, .. }) => Some(Member { index, path: path.clone(), way }),
        other => {
            errors.at(other, catalogue::contract_member());
            None
        }
    }
}
