//! That what a context's bounds name are messages. Where one is none, that is one error at its name: the context has no
//! type then, and rustc says nothing about what the method does with it.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{FnArg, ImplItem, ItemImpl, Type, TypeParamBound, parse_quote};

use super::model::{HandlerSet, named};
use crate::krate::{self, ours, respan};

/// What the bounds name, as far as it can be checked: no parameter may be used in a constant.
fn checkable<'a>(set: &HandlerSet, bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> Vec<&'a Type> {
    let messages = bounds.into_iter().filter_map(named);
    let is_known = |message: &&Type| {
        let tokens = message.to_token_stream();
        let text = tokens.to_string();
        !set.has_parameter_in(&tokens) && !text.contains('\'') && !text.contains("Self")
    };
    messages.filter(is_known).collect()
}

/// Every bound of the set's contexts.
fn bounds(set: &HandlerSet) -> impl Iterator<Item = &TypeParamBound> {
    set.slots.iter().filter_map(|slot| slot.context.as_ref()).flat_map(|context| &context.bounds)
}

/// Whether something else of the set says whether it is a message: a handler of the set takes it, or a capability before
/// this one names it. A second error would be of the same mistake.
fn is_asked_elsewhere(set: &HandlerSet, message: &Type) -> bool {
    // The set's own constant tells, and no parameter may be used to name it.
    if !set.original.generics.params.is_empty() {
        return false;
    }
    let text = message.to_token_stream().to_string();
    let mut slots = set.slots.iter().filter(|slot| slot.is_plain() && slot.conditions.is_empty());
    let first = checkable(set, bounds(set)).into_iter().find(|other| other.to_token_stream().to_string() == text);
    slots.any(|slot| slot.message.to_token_stream().to_string() == text)
        || first.is_some_and(|first| !std::ptr::eq(first, message))
}

/// A constant that has no value where one of what the bounds name is no message; `own` is the set.
pub(super) fn check<'a>(
    set: &HandlerSet,
    p: &TokenStream,
    own: &TokenStream,
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
) -> Option<TokenStream> {
    let messages = checkable(set, bounds);
    if messages.is_empty() {
        return None;
    }
    let (elsewhere, here): (Vec<&Type>, Vec<&Type>) =
        messages.into_iter().partition(|message| is_asked_elsewhere(set, message));
    let here = here.iter().map(|message| respan(quote!(#p::is_message::<#message>()), krate::at(message.span())));
    let elsewhere = (!elsewhere.is_empty()).then(|| quote!(& #p::asked(<#own as #p::Named>::RIGHT)));
    Some(quote!({ true #(& #here)* #elsewhere }))
}

/// The same of all that the set's contexts name, for the set to say.
pub(super) fn check_all(set: &HandlerSet, p: &TokenStream) -> TokenStream {
    let messages = checkable(set, bounds(set)).into_iter().filter(|message| !is_asked_elsewhere(set, message));
    let checks = messages.map(|message| respan(quote!(#p::is_message::<#message>()), krate::at(message.span())));
    quote!({ true #(& #checks)* })
}

/// The impl with contexts that are checked, but in its docs, which show it as it is written. An editor is not told, as
/// it may not know such constants.
pub(super) fn guarded(set: &HandlerSet) -> ItemImpl {
    let mut guarded = set.original.clone();
    if !krate::is_compiled() {
        return guarded;
    }
    let p = set.krate.private();
    let mut is_guarded = false;
    for slot in &set.slots {
        let Some(context) = &slot.context else { continue };
        let Some(check) = check(set, &p, &quote!(Self), &context.bounds) else { continue };
        let method = guarded.items.iter_mut().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == slot.method => Some(method),
            _ => None,
        });
        let Some(inputs) = method.map(|method| &mut method.sig.inputs) else { continue };
        let Some(FnArg::Typed(written)) = inputs.last().cloned() else { continue };
        let mut checked = written.clone();
        let inner = match &mut *checked.ty {
            Type::Reference(reference) => &mut *reference.elem,
            ty => ty,
        };
        *inner = parse_quote!(#p::Sound<#inner, #check>);
        let mut shown = written;
        shown.attrs.push(parse_quote!(#[cfg(doc)]));
        checked.attrs.push(parse_quote!(#[cfg(not(doc))]));
        inputs.pop();
        inputs.push(FnArg::Typed(shown));
        inputs.push(FnArg::Typed(checked));
        is_guarded = true;
    }
    let has_arguments = matches!(&*guarded.self_ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|last| !last.arguments.is_none()));
    if (is_guarded || has_arguments) && guarded.trait_.is_none() && guarded.generics.params.is_empty() {
        without_parameters(&mut guarded);
    }
    guarded
}

/// `impl<> Orders`, with brackets that are not the user's: rustc would offer to give the impl a parameter for a type that
/// it does not know, here and nowhere else, and so say twice that it knows none.
fn without_parameters(guarded: &mut ItemImpl) {
    let ty = &guarded.self_ty;
    let none = respan(quote!(<>), ours("__none", ty.span()).span());
    *guarded.self_ty = Type::Verbatim(quote!(#none #ty));
}
