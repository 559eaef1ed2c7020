//! The dispatch of stream queries: the chain up to the gate, and the rows behind it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::checked::CheckedSlot;
use super::expand::Expansion;
use super::site::Site;
use super::slot::Shape;
use crate::krate::{ours, respan};

impl Expansion<'_> {
    pub(super) fn yields(&self, slot: &CheckedSlot) -> TokenStream {
        let site = self.site(slot);
        let (future, context) = (site.future(), site.context(self.is_plain()));
        let ticket = ours("__ticket", site.at);
        let admit = if slot.is_stub {
            let p = &site.p;
            quote_spanned!(site.at=> #p::core::future::pending())
        } else {
            self.run(slot, &site, &ticket)
        };
        let Site { at, p, this, cx, message, key } = &site;
        let (field, inner) = (&self.set(slot).field, self.set(slot).inner());
        let rows = match slot.slot.shape {
            _ if slot.is_stub => quote!(#p::no_rows()),
            Shape::Nested(_, extended) => quote!(#p::nested_rows::<_, _, _, #extended>(#inner, __query, __cx)),
            _ => quote!(#p::StreamHandler::<#message, #p::Inside<'_, Self>>::rows(&self.#field, __query, __cx)),
        };
        let admit = quote_spanned! {*at=>
            #[inline]
            fn admit(&#this, #ticket: #p::Ticket<'_, #message>, #cx: #context) -> #future { #admit }
        };
        let open = quote! {
            #[inline]
            fn rows<'__catga>(
                &'__catga self,
                __query: #message,
                __cx: #p::Context<#p::Inside<'__catga, Self>>,
            ) -> impl #p::Stream<Item = #p::RowOf<#message>> + #p::Send {
                #rows
            }
        };
        let open = respan(open, *at);
        self.implement(*at, quote_spanned!(*at=> #p::Opens<#message, #p::Key<#key>>), quote!(#admit #open))
    }
}
