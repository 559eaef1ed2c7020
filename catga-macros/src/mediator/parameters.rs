//! The parameters of a mediator, and what its handler sets say of theirs.

use proc_macro2::Span;
use quote::quote;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, Ident, Token, TypeParamBound, parse_quote};

use super::model::{Mediator, Set};
use super::slot::Given;
use crate::catalogue;
use crate::errors::Errors;
use crate::parameters::{bounds, names, parameter, shared};

/// Bounds that are there, or are added, without a word of the user's.
const IMPLIED: &[&str] = &["Send", "Sync", "Sized", "Unpin", "Any"];

/// A parameter of which the mediator says nothing, and a set needs a trait: everything that is made of the set would
/// be an error.
pub(super) fn check(mediator: &Mediator, sets: &[Given], errors: &Errors) {
    let mut reported: Vec<&Ident> = Vec::new();
    for (set, given) in mediator.sets.iter().zip(sets) {
        for (own, needs) in given_parameters(mediator, set, given) {
            let is_silent = bounds(&mediator.generics, own).next().is_none();
            if is_silent && is_more(&needs) && !reported.contains(&own) {
                let ty = set.path.segments.last().map(|last| &last.ident);
                let text = ty.map(|ty| catalogue::silent_parameter(ty, own, text(&needs), &mediator.ident));
                errors.at(own, text.unwrap_or_default());
                reported.push(own);
            }
        }
    }
}

/// Says of the parameters what goes without saying, for the impls that are made.
pub(super) fn complete(mediator: &mut Mediator, sets: &[Given]) {
    if mediator.generics.params.is_empty() {
        return;
    }
    let given: Vec<(Ident, Vec<TypeParamBound>)> = mediator
        .sets
        .iter()
        .zip(sets)
        .flat_map(|(set, given)| given_parameters(mediator, set, given))
        .map(|(own, needs)| (own.clone(), needs))
        .collect();
    let mut generics = shared(&mediator.generics, &mediator.options.krate.private());
    for (own, needs) in given {
        let is_static =
            |bound: &TypeParamBound| matches!(bound, TypeParamBound::Lifetime(own) if own.ident == "static");
        if needs.iter().any(is_static) && !bounds(&generics, &own).any(is_static) {
            generics.make_where_clause().predicates.push(parse_quote!(#own: 'static));
        }
    }
    mediator.generics = generics;
}

/// What a set says of the types that are its arguments, each as text: `Pg: Bank + Send + Sync`.
pub(super) fn asks(set: &Set, given: &Given) -> Vec<String> {
    let both = types(set, given).filter(|(argument, _)| matches!(argument, GenericArgument::Type(_)));
    let asks = both.map(|(argument, needs)| {
        let mut needs: Vec<TypeParamBound> = parsed(needs).unwrap_or_default();
        for shared in ["Send", "Sync"] {
            if !needs.iter().any(|bound| names(bound, shared)) {
                let shared = Ident::new(shared, Span::call_site());
                needs.push(parse_quote!(#shared));
            }
        }
        format!("`{}: {}`", crate::pipeline::text(quote!(#argument)), text(&needs))
    });
    asks.collect()
}

/// A set's arguments but lifetimes, each with what it says of it.
fn types<'a>(set: &Set, given: &'a Given) -> impl Iterator<Item = (GenericArgument, &'a String)> {
    let arguments = Punctuated::<GenericArgument, Token![,]>::parse_terminated.parse2(set.arguments.clone());
    let arguments = arguments.into_iter().flatten();
    arguments.filter(|argument| !matches!(argument, GenericArgument::Lifetime(_))).zip(&given.needs)
}

fn parsed(needs: &str) -> Option<Vec<TypeParamBound>> {
    let bounds = Punctuated::<TypeParamBound, Token![+]>::parse_terminated.parse_str(needs).ok()?;
    Some(bounds.into_iter().collect())
}

/// The mediator's parameters that are arguments of a set's type, each with what the set says of it.
fn given_parameters<'a>(mediator: &'a Mediator, set: &Set, given: &Given) -> Vec<(&'a Ident, Vec<TypeParamBound>)> {
    let given = types(set, given);
    given.filter_map(|(argument, needs)| Some((parameter(&mediator.generics, &argument)?, parsed(needs)?))).collect()
}

/// Whether there is a trait among them that not every type has.
fn is_more(needs: &[TypeParamBound]) -> bool {
    let is_trait = |bound: &&TypeParamBound| matches!(bound, TypeParamBound::Trait(_));
    needs.iter().filter(is_trait).any(|bound| !IMPLIED.iter().any(|implied| names(bound, implied)))
}

fn text(needs: &[TypeParamBound]) -> String {
    crate::pipeline::text(quote!(#(#needs)+*))
}
