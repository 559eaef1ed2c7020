use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Expr, Field, Ident, Path, PathArguments, Token, Visibility};

use super::fields;
use super::model::{Mediator, Options, Port, Set};
use crate::catalogue;
use crate::errors::{Errors, given};
use crate::pipeline::{Pipeline, entries, is_self};

pub(super) fn parse(input: &DeriveInput, errors: &Errors) -> Option<Mediator> {
    let Data::Struct(data) = &input.data else { return None };
    let fields: Vec<Field> = data.fields.iter().map(fields::as_written).collect();
    let fields: Vec<&Field> = fields.iter().collect();
    let mut pipeline = pipeline(&input.attrs, errors);
    let options = options(input, &fields, errors);
    let mut named: Vec<Ident> = options.ports.iter().map(|port| port.field.clone()).collect();
    named.extend(pipeline.entries.iter().flat_map(|entry| entry.fields()));
    let mut sets = Vec::new();
    let mut pipelines: Vec<Pipeline> = fields.iter().map(|field| self::pipeline(&field.attrs, errors)).collect();
    named.extend(pipelines.iter().flat_map(|pipeline| &pipeline.entries).flat_map(|entry| entry.fields()));
    let is_known = |name: &Ident| fields.iter().any(|field| field.ident.as_ref() == Some(name));
    for name in named.iter().filter(|name| !is_known(name)) {
        errors.at(name, catalogue::unknown_field(name, named_fields(&fields)));
    }
    for pipeline in pipelines.iter_mut().chain([&mut pipeline]) {
        pipeline.entries.retain(|entry| entry.fields().iter().all(is_known));
    }
    for (field, pipeline) in fields.into_iter().zip(pipelines) {
        let Some(name) = &field.ident else { continue };
        let is_state = field.attrs.iter().any(|attribute| attribute.path().is_ident("__catga_state"));
        if !is_state && !named.contains(name) {
            sets.extend(set(field, name, pipeline, input, errors));
        }
    }
    // Nothing is around a mediator, and around a field is the mediator.
    let inner = pipeline.without.iter().chain(sets.iter().flat_map(|set: &Set| &set.pipeline.without));
    for name in inner.filter(|name| !pipeline.has(name)) {
        errors.at(name, catalogue::unknown_entry(name));
    }
    Some(Mediator { ident: input.ident.clone(), generics: input.generics.clone(), options, pipeline, sets })
}

/// What can be named instead.
fn named_fields(fields: &[&Field]) -> String {
    let names: Vec<String> = fields.iter().filter_map(|field| Some(format!("`{}`", field.ident.as_ref()?))).collect();
    match &names[..] {
        [] => "add it".to_owned(),
        names => format!("there are {}: name one of them, or add it", names.join(", ")),
    }
}

fn pipeline(attributes: &[syn::Attribute], errors: &Errors) -> Pipeline {
    let mut pipeline = Pipeline::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("__catga_pipeline")) {
        if let Some(parsed) = errors.take_entries(entries(attribute), given(attribute)) {
            pipeline.append(parsed);
        }
    }
    pipeline
}

fn set(field: &Field, name: &Ident, pipeline: Pipeline, input: &DeriveInput, errors: &Errors) -> Option<Set> {
    let Some((mut path, parameter, pointers)) = fields::handler_set(&field.ty, &input.generics) else {
        errors.at(&field.ty, catalogue::field_type());
        return None;
    };
    if let Some(parameter) = parameter {
        errors.at(&field.ty, catalogue::parameter_field(parameter));
        return None;
    }
    let mut arguments = TokenStream::new();
    for segment in &mut path.segments {
        if let PathArguments::AngleBracketed(given) = std::mem::take(&mut segment.arguments) {
            let given = given.args;
            arguments = quote!(#given);
        }
    }
    let is_as_visible = match (&input.vis, &field.vis) {
        (Visibility::Inherited, _) | (_, Visibility::Public(_)) => true,
        (mediator, field) => mediator.to_token_stream().to_string() == field.to_token_stream().to_string(),
    };
    let (ty, own) = (field.ty.clone(), field.ty.clone());
    Some(Set { field: name.clone(), ty, own, asked: None, path, arguments, pipeline, is_as_visible, pointers })
}

fn options(input: &DeriveInput, fields: &[&Field], errors: &Errors) -> Options {
    let mut options = Options::default();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("__catga_mediator")) {
        let parsed = attribute.parse_nested_meta(|meta| option(&mut options, input, fields, &meta));
        errors.take_options(parsed, given(attribute), "nested, clock = self.clock, handles(PlaceOrder)");
    }
    options
}

fn option(
    options: &mut Options,
    input: &DeriveInput,
    fields: &[&Field],
    meta: &ParseNestedMeta<'_>,
) -> syn::Result<()> {
    let name = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
    match name.as_str() {
        "crate" => options.krate = meta.value()?.parse::<Path>()?.into(),
        "export" => options.export = true,
        "nested" => options.nested = true,
        "handles" => options.handles.extend(paths(meta)?),
        "unheard" => options.unheard.extend(paths(meta)?),
        "hears" => options.hears.extend(paths(meta)?),
        "serves" if meta.input.peek(syn::token::Paren) => options.serves_contracts.extend(paths(meta)?),
        "serves" if !input.generics.params.is_empty() => return Err(meta.error(catalogue::serves_generic())),
        "serves" => options.serves = meta.path.get_ident().cloned(),
        "codec" => options.codec = Some(meta.value()?.parse()?),
        "compress" => options.compress = Some(meta.value()?.parse()?),
        "extension" => options.extension = Some(meta.value()?.parse()?),
        "clock" | "timer" | "random" | "ids" => {
            let name = meta.path.require_ident()?.clone();
            options.ports.push(port(name, fields, &meta.value()?.parse()?)?);
        }
        _ => {
            let known = "`handles(..)`, `unheard(..)`, `hears(..)`, `clock`, `timer`, `random`, `ids`, `extension`, `serves`, `codec`, `compress`, \
                         `nested`, `export` and `crate`";
            return Err(meta.error(catalogue::unknown_option(meta.path.to_token_stream(), known)));
        }
    }
    Ok(())
}

fn paths(meta: &ParseNestedMeta<'_>) -> syn::Result<Punctuated<Path, Token![,]>> {
    let content;
    syn::parenthesized!(content in meta.input);
    Punctuated::parse_terminated(&content)
}

fn port(name: Ident, fields: &[&Field], value: &Expr) -> syn::Result<Port> {
    let field = match value {
        Expr::Field(field) if is_self(&field.base) => match &field.member {
            syn::Member::Named(field) => field.clone(),
            syn::Member::Unnamed(_) => return Err(syn::Error::new_spanned(value, catalogue::port_value(&name))),
        },
        _ => return Err(syn::Error::new_spanned(value, catalogue::port_value(&name))),
    };
    match fields.iter().find(|known| known.ident.as_ref() == Some(&field)) {
        Some(known) => Ok(Port { name, field, ty: known.ty.clone() }),
        None => Err(syn::Error::new(field.span(), catalogue::unknown_field(&field, named_fields(fields)))),
    }
}
