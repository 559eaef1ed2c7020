//! Where time, waits, chance and ids come from, and what a caller sends along.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::expand::Expansion;
use crate::krate::{ours, respan};
use crate::threads::shared;

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
                        fn #method(&#this) -> &#ty { &#this.#field }
                    }
                }
                None => {
                    let default = format_ident!("Default{ty}");
                    quote! {
                        type #associated = #p::#default;
                        #[inline]
                        fn #method(&self) -> &#p::#default { &#p::#default }
                    }
                }
            }
        });
        let extension = options.extension.as_ref().map_or_else(|| quote!(()), |extension| quote!(#extension));
        let ports: TokenStream = ports.collect();
        let names = self.names();
        let at = self.checked.mediator.ident.span();
        let ports = quote!(type Extension = #extension; #names #ports);
        match self.shared_sets() {
            None => self.implement(at, quote!(#p::MediatorPorts), ports),
            Some(clause) => {
                let ident = &self.checked.mediator.ident;
                let head = respan(quote!(impl #p::MediatorPorts for #ident), at);
                quote_spanned!(at=> #[automatically_derived] #[allow(trivial_bounds)] #head #clause { #ports })
            }
        }
    }

    /// `where`: the mediator as it is where nothing is wrong with its sets, which threads share. Where something is, it
    /// is no type, and rustc does not say of the mediator what was said of the set.
    fn shared_sets(&self) -> Option<TokenStream> {
        let (p, ident) = (&self.p, &self.checked.mediator.ident);
        if let (Some(mistake), true) = (&self.checked.mistake, self.is_plain()) {
            // At its own place it is the same error once more, which is shown once.
            let shared = quote!(#p::Send + #p::core::marker::Sync);
            return Some(quote!(where <#ident as #p::Checked<{ #mistake }>>::Message: #shared));
        }
        if !self.is_plain() || self.checked.is_reported {
            return None;
        }
        let right = quote!({
            #[allow(unused_imports)]
            use #p::Unanswered as _;
            #p::asked(#ident::__CATGA_RIGHT)
        });
        let shared = shared(&quote!(<#ident as #p::Checked<#right>>::Message), p);
        let clause = quote!(where <#ident as #p::Checked<{ #shared }>>::Message: #p::Send + #p::core::marker::Sync);
        Some(respan(clause, ident.span()))
    }
}
