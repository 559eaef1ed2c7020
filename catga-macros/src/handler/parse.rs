use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::{Ident, ImplItem, Item, ItemImpl, LitStr, Path, Type, TypePath, parse_quote};

use super::batches::batches;
use super::bodies::Bodies;
use super::model::{HandlerSet, Slot};
use super::{fragments, holds, lint, method};
use crate::catalogue;
use crate::errors::{Errors, first_token};
use crate::krate::Krate;
use crate::pipeline::{self, Pipeline};

/// The set that an item is, whose tokens are given, too.
pub(super) fn parse(
    arguments: TokenStream,
    parsed: Item,
    bodies: Bodies,
    item: TokenStream,
    errors: &Errors,
) -> Option<HandlerSet> {
    let mut original = match parsed {
        Item::Impl(item) => item,
        other => return not_an_impl(other, item, errors),
    };
    fragments::take_out(&mut original);
    errors.of_twice(&mut original.attrs, "handler");
    if let Some((path, _)) = &original.trait_ {
        errors.at(path, catalogue::trait_impl());
    }
    let Type::Path(TypePath { qself: None, path, .. }) = &*original.self_ty else {
        errors.at(&original.self_ty, catalogue::self_type());
        return None;
    };
    let ident = path.segments.last()?.ident.clone();
    let (krate, export, allowed) = options(arguments, errors);
    let (pipeline, mut paths) = pipeline::take(&mut original.attrs, errors);
    let (mut slots, mut warnings) = (Vec::new(), Vec::new());
    let is_inherent = original.trait_.is_none();
    for item in &mut original.items {
        if let (ImplItem::Fn(method), true) = (item, is_inherent) {
            let (options, reported) = (method::options(&mut method.attrs, errors), errors.count());
            let mut slot = method::slot(method, slots.len(), options, &mut paths, errors);
            if errors.count() > reported {
                method::complete(method, &krate);
            }
            if let (Some(slot), Some(body)) = (&mut slot, bodies.of(method)) {
                slot.allowed.extend(allowed.iter().cloned());
                slot.batches = batches(body);
                slot.holds = holds::holds(method, slot, body);
                let found = lint::findings(body).into_iter().filter(|found| !found.is_allowed(&slot.allowed));
                let conditions = &slot.conditions;
                warnings.extend(found.map(|found| found.warning()).map(|warning| quote!(#(#conditions)* #warning)));
            }
            slots.extend(slot.filter(|slot| is_first(slot, &slots, errors)));
        }
    }
    if slots.is_empty() && errors.is_empty() {
        errors.at(&original.self_ty, catalogue::no_handlers());
    }
    bodies.put_back(&mut original);
    let is_broken = !errors.is_empty();
    let set = HandlerSet { original, krate, export, ident, pipeline, slots, is_broken, warnings, paths };
    if let Some(condition) = super::hand_over::conditions(&set).get(super::hand_over::CONDITIONS) {
        errors.at(condition, catalogue::too_many_conditions());
    }
    Some(set)
}

/// A set without handlers stands for a type that has the attribute itself; that a mediator has it as a field is then
/// no other mistake.
fn not_an_impl(item: Item, tokens: TokenStream, errors: &Errors) -> Option<HandlerSet> {
    errors.at(first_token(tokens), catalogue::not_an_impl());
    let (ident, generics) = match item {
        Item::Struct(item) => (item.ident, item.generics),
        Item::Enum(item) => (item.ident, item.generics),
        _ => return None,
    };
    let (impl_generics, type_generics, clause) = generics.split_for_impl();
    stub(parse_quote!(impl #impl_generics #ident #type_generics #clause {}))
}

/// What a mediator finds for an impl of a named type that was meant to have handlers, without any.
pub(super) fn stub(original: ItemImpl) -> Option<HandlerSet> {
    let Type::Path(TypePath { path, .. }) = &*original.self_ty else { return None };
    let ident = path.segments.last()?.ident.clone();
    let original = ItemImpl { attrs: Vec::new(), items: Vec::new(), ..original };
    let (slots, warnings, paths) = (Vec::new(), Vec::new(), Vec::new());
    let (krate, export, pipeline) = (Krate::default(), false, Pipeline::default());
    Some(HandlerSet { original, krate, export, ident, pipeline, slots, is_broken: true, warnings, paths })
}

/// Whether no method before it handles the same message, as far as both are there in every build.
fn is_first(slot: &Slot, before: &[Slot], errors: &Errors) -> bool {
    let same = |other: &&Slot| {
        other.conditions.is_empty()
            && other.ident() == slot.ident()
            && other.arguments().to_string() == slot.arguments().to_string()
            && other.key.as_ref().map(LitStr::value) == slot.key.as_ref().map(LitStr::value)
    };
    let first = before.iter().find(same).filter(|_| slot.conditions.is_empty());
    if let Some(first) = first {
        errors.at(slot.ident(), catalogue::twice_in_set(slot.ident(), &first.method));
    }
    first.is_none()
}

fn options(arguments: TokenStream, errors: &Errors) -> (Krate, bool, Vec<Ident>) {
    let (mut krate, mut export, mut allowed) = (Krate::default(), false, Vec::new());
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("export") {
            export = true;
        } else if meta.path.is_ident("allow") {
            allowed.extend(lint::allowed(&meta)?);
        } else if meta.path.is_ident("crate") {
            krate = meta.value()?.parse::<Path>()?.into();
        } else {
            return Err(
                meta.error(catalogue::unknown_option(meta.path.to_token_stream(), "`export`, `allow(..)` and `crate`"))
            );
        }
        Ok(())
    });
    errors.take_options(parser.parse2(arguments.clone()), arguments, "export, allow(blocking_io)");
    (krate, export, allowed)
}
