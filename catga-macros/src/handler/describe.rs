//! What a handler set says of itself in the table of a mediator: one constant, which nothing reads unless
//! the mediator is asked.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::model::{HandlerSet, Slot};
use crate::krate::{at, line};
use crate::pipeline::{self, text};

pub(super) fn part(set: &HandlerSet, p: &TokenStream) -> TokenStream {
    let file = quote_spanned!(at(set.ident.span())=> #p::core::file!());
    let pipeline = pipeline::describe(&set.pipeline, p).unwrap_or_else(|| quote!(#p::Pipeline::EMPTY));
    let handlers = set.slots.iter().map(|slot| handler(set, slot, p));
    quote! {
        const PART: #p::Part = #p::Part::Handlers(#p::HandlerSet::new(#file, #pipeline, &[#(#handlers),*]));
    }
}

/// What is the rule is left out: the constant is checked for every handler of every set.
fn handler(set: &HandlerSet, slot: &Slot, p: &TokenStream) -> TokenStream {
    let (conditions, message, name) = (&slot.conditions, slot.checked(), set.name(slot));
    let line = line(slot.method.span());
    let arguments = slot.arguments();
    let arguments = (!arguments.is_empty()).then(|| {
        let is_generic = set.has_parameter_in(&arguments);
        let arguments = text(arguments);
        quote!(.arguments(#arguments, #is_generic))
    });
    let pipeline = pipeline::describe(&slot.pipeline, p).map(|pipeline| quote!(.pipeline(#pipeline)));
    let mut capabilities = slot.capabilities();
    capabilities.retain(|capability| capability.verb != "reads");
    let may = (!capabilities.is_empty()).then(|| {
        let may = capabilities.into_iter().map(|capability| {
            let (verb, message, arguments) =
                (capability.verb, capability.message.unraw().to_string(), text(capability.arguments));
            quote!(#p::Capability::new(#verb, #message, #arguments))
        });
        quote!(.may(&[#(#may),*]))
    });
    quote! {
        #(#conditions)*
        #p::HandlerInfo::new(<#message as #p::Message>::INFO, #name, #line) #arguments #pipeline #may
    }
}
