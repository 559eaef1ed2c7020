//! Where time, waits, chance and ids come from, and what a caller sends along.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::expand::Expansion;
use crate::krate::ours;

impl Expansion<'_> {
    pub(super) fn ports(&self) -> TokenStream {
        let p = &self.p;
        let options = &self.checked.mediator.options;
        let ports = [("clock", "Clock"), ("timer", "Timer"), ("random", "Random"), ("ids", "Ids")];
        let ports = ports.into_iter().map(|(name, ty)| {
            let (method, associated) = (format_ident!("{name}"), format_ident!("{ty}"));
            match options.ports.iter().find(|port| port.name == name) {
                Some(port) => {
                    let (field, ty) = (&port.field, &port.ty);
                    let at = field.span();
                    let this = ours("self", at);
                    quote_spanned! {at=>
                        type #associated = #ty;
                        #[inline]
                        fn #method(&#this) -> &Self::#associated { &#this.#field }
                    }
                }
                None => {
                    let default = format_ident!("Default{ty}");
                    quote! {
                        type #associated = #p::#default;
                        #[inline]
                        fn #method(&self) -> &Self::#associated { &#p::#default }
                    }
                }
            }
        });
        let extension = options.extension.as_ref().map_or_else(|| quote!(()), |extension| quote!(#extension));
        let ports: TokenStream = ports.collect();
        let names = self.names();
        let at = self.checked.mediator.ident.span();
        self.implement(at, quote!(#p::MediatorPorts), quote!(type Extension = #extension; #names #ports))
    }
}
