//! What is said of the type parameters of an impl or a struct.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{GenericArgument, GenericParam, Generics, Ident, Type, TypeParamBound, WherePredicate, parse_quote};

/// The bounds on a parameter, wherever they stand.
pub(crate) fn bounds<'a>(generics: &'a Generics, parameter: &'a Ident) -> impl Iterator<Item = &'a TypeParamBound> {
    let inline = generics.type_params().filter(move |own| own.ident == *parameter).flat_map(|own| &own.bounds);
    let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let there = clause.filter_map(move |predicate| match predicate {
        WherePredicate::Type(predicate) if is(&predicate.bounded_ty, parameter) => Some(&predicate.bounds),
        _ => None,
    });
    inline.chain(there.flatten())
}

/// Whether a type is that parameter.
fn is(ty: &Type, parameter: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident(parameter))
}

/// The parameter that a generic argument is.
pub(crate) fn parameter<'a>(generics: &'a Generics, argument: &GenericArgument) -> Option<&'a Ident> {
    let GenericArgument::Type(ty) = argument else { return None };
    generics.type_params().map(|own| &own.ident).find(|own| is(ty, own))
}

/// Whether a bound is a trait of that name.
pub(crate) fn names(bound: &TypeParamBound, name: &str) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == name))
}

/// The same generics where threads may share what a parameter stands for, as those that say so of theirs have it: a
/// trait may imply it, and a type for which it is not so has no handlers and is no mediator.
pub(crate) fn shared(generics: &Generics, p: &TokenStream) -> Generics {
    let mut shared = generics.clone();
    for parameter in generics.params.iter() {
        let GenericParam::Type(own) = parameter else { continue };
        let is_said = |name: &str| bounds(generics, &own.ident).any(|bound| names(bound, name));
        if !is_said("Send") || !is_said("Sync") {
            let ident = own.ident.to_token_stream();
            let predicate = parse_quote!(#ident: #p::core::marker::Send + #p::core::marker::Sync);
            shared.make_where_clause().predicates.push(predicate);
        }
    }
    shared
}
