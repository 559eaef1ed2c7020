//! That what a context's bounds name are messages. Where one is none, that is one error at its name: the context has no
//! type then, and rustc says nothing about what the method does with it.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{FnArg, ImplItem, ItemImpl, Type, TypeParamBound, parse_quote};

use super::model::{HandlerSet, named};
use crate::krate::{self, respan};

/// What can be checked: no parameter may be used in a constant.
pub(super) fn capabilities<'a>(
    set: &HandlerSet,
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
) -> Vec<&'a Type> {
    let messages = bounds.into_iter().filter_map(named);
    let is_known = |message: &&Type| {
        let tokens = message.to_token_stream();
        let text = tokens.to_string();
        !set.has_parameter_in(&tokens) && !text.contains('\'') && !text.contains("Self")
    };
    messages.filter(is_known).collect()
}

/// A constant that has no value where one of them is no message.
pub(super) fn check(p: &TokenStream, messages: &[&Type]) -> TokenStream {
    let checks = messages.iter().map(|message| respan(quote!(#p::is_message::<#message>()), krate::at(message.span())));
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
    for slot in &set.slots {
        let Some(context) = &slot.context else { continue };
        let messages = capabilities(set, &context.bounds);
        if messages.is_empty() {
            continue;
        }
        let method = guarded.items.iter_mut().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == slot.method => Some(method),
            _ => None,
        });
        let Some(inputs) = method.map(|method| &mut method.sig.inputs) else { continue };
        let Some(FnArg::Typed(written)) = inputs.last().cloned() else { continue };
        let check = check(&p, &messages);
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
    }
    guarded
}
