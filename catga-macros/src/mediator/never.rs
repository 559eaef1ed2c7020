use proc_macro2::TokenStream;
use quote::quote;

use super::check::CheckedSlot;
use super::expand::Expansion;

impl Expansion<'_> {
    /// Messages that nobody sends, so that rustc never guesses which one is meant: one of each kind, and
    /// its twin where the mediator has no other.
    pub(super) fn never(&self) -> TokenStream {
        let none = |mut slots: Box<dyn Iterator<Item = &CheckedSlot> + '_>| slots.next().is_none();
        let checked = self.checked;
        let mut never = self.never_command(false);
        never.extend(none(Box::new(checked.answering())).then(|| self.never_command(true)));
        never.extend(self.never_event(false));
        never.extend(none(Box::new(checked.hearing())).then(|| self.never_event(true)));
        never.extend(self.never_rows(false));
        never.extend(none(Box::new(checked.yielding())).then(|| self.never_rows(true)));
        never
    }

    fn never_command(&self, twin: bool) -> TokenStream {
        let p = &self.p;
        let never = quote!(#p::Never<#twin>);
        self.implement(
            self.checked.mediator.ident.span(),
            quote!(#p::Handles<#never, <#never as #p::Message>::Key>),
            quote! {
                fn dispatch(
                    &self,
                    _: <#never as #p::Message>::In<'_>,
                    _: &mut #p::Context<#p::Inside<'_, Self>>,
                ) -> impl #p::core::future::Future<Output = #p::Outcome<#never>> + #p::core::marker::Send {
                    #p::core::future::ready(#p::core::result::Result::Ok(()))
                }
            },
        )
    }

    fn never_event(&self, twin: bool) -> TokenStream {
        let p = &self.p;
        let never = quote!(#p::NeverEvent<#twin>);
        let at = self.checked.mediator.ident.span();
        self.hears_event(at, &never, &quote!(<#never as #p::Message>::Key), &quote!(#p::Nobody))
    }

    fn never_rows(&self, twin: bool) -> TokenStream {
        let p = &self.p;
        let never = quote!(#p::NeverRows<#twin>);
        self.implement(
            self.checked.mediator.ident.span(),
            quote!(#p::Yields<#never, <#never as #p::Message>::Key>),
            quote! {
                fn admit(
                    &self,
                    __ticket: #p::Ticket<'_, #never>,
                    _: &mut #p::Context<#p::Inside<'_, Self>>,
                ) -> impl #p::core::future::Future<Output = #p::Outcome<#never>> + #p::core::marker::Send {
                    __ticket.admit()
                }

                fn rows<'__catga>(
                    &'__catga self,
                    _: #never,
                    _: #p::Context<#p::Inside<'__catga, Self>>,
                ) -> impl #p::Stream<Item = #p::RowOf<#never>> + #p::core::marker::Send {
                    #p::no_rows()
                }
            },
        )
    }
}
