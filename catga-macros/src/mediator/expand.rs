use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned as _;

use super::check::{Checked, CheckedSlot};
use super::model::Set;
use super::slot::{Nested, Shape};
use crate::krate::{hash, ours, respan};
use crate::pipeline::{Entry, chain, joins, place};

pub(super) fn expand(checked: &Checked) -> TokenStream {
    let expansion = Expansion { checked, p: checked.mediator.options.krate.private() };
    let ports = expansion.ports();
    let handles = checked.answering().map(|slot| expansion.handles(slot));
    let yields = checked.yielding().map(|slot| expansion.yields(slot));
    let hears = expansion.hears();
    let unheard = expansion.unheard();
    let named = expansion.named();
    let described = expansion.described();
    let required = expansion.required();
    let nested = expansion.nested();
    quote!(#ports #(#handles)* #(#yields)* #hears #unheard #named #described #required #nested)
}

pub(super) struct Expansion<'a> {
    pub(super) checked: &'a Checked,
    pub(super) p: TokenStream,
}

impl Expansion<'_> {
    /// `impl<..> Trait for Shop<..> { body }`, all of whose own tokens are at one place, so that what
    /// is wrong with it is one error there.
    pub(super) fn implement(&self, at: Span, of: TokenStream, body: TokenStream) -> TokenStream {
        let ident = &self.checked.mediator.ident;
        let (_, type_generics, _) = self.checked.mediator.generics.split_for_impl();
        let generics = self.shared();
        let (impl_generics, _, clause) = generics.split_for_impl();
        let head = quote! {
            #[automatically_derived]
            #[allow(private_interfaces, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            impl #impl_generics #of for #ident #type_generics #clause
        };
        let head = respan(head, at);
        quote_spanned!(at=> #head { #body })
    }

    /// The mediator's generics; a generic one is a mediator where its parameters let threads share it.
    pub(super) fn shared(&self) -> syn::Generics {
        let mut generics = self.checked.mediator.generics.clone();
        if !generics.params.is_empty() {
            let p = &self.p;
            let shared = parse_quote!(Self: #p::core::marker::Send + #p::core::marker::Sync);
            generics.make_where_clause().predicates.push(shared);
        }
        generics
    }

    pub(super) fn set(&self, slot: &CheckedSlot) -> &Set {
        &self.checked.mediator.sets[slot.set]
    }

    /// The message of a slot, without its path in scope.
    pub(super) fn message(&self, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let ty = &self.set(slot).ty;
        let index = &slot.slot.index;
        let ident = &self.checked.mediator.ident;
        let (_, type_generics, _) = self.checked.mediator.generics.split_for_impl();
        quote!(<#ty as #p::Slot<#ident #type_generics, #index>>::Message)
    }

    pub(super) fn key(&self, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let hash = hash(&slot.slot.ident.to_string());
        quote!(#p::Key<#hash>)
    }

    /// The behaviors around a slot's handler.
    fn entries(&self, slot: &CheckedSlot) -> Vec<Entry> {
        self.set(slot).entries(&self.checked.mediator.pipeline, &slot.slot.without)
    }

    /// `Next::run` of a slot's chain; the entries keep their own places.
    fn run(&self, slot: &CheckedSlot, message: &TokenStream, input: &TokenStream) -> TokenStream {
        let p = &self.p;
        let at = self.place(slot);
        let field = &self.set(slot).field;
        let inner = self.set(slot).inner();
        let entries = self.entries(slot);
        if entries.is_empty() && !matches!(slot.slot.shape, Shape::Yields | Shape::Nested(..)) {
            let handle = quote!(#p::Handler::<#message, #p::Inside<'_, Self>>::handle(&self.#field, #input, __cx));
            return respan(handle, at);
        }
        let end = match slot.slot.shape {
            Shape::Nested(Nested::Answers, extended) => quote!(#p::Nested::<_, #extended>(#inner)),
            Shape::Nested(Nested::Hears, extended) => quote!(#p::NestedEars::<_, #extended>(#inner)),
            Shape::Nested(Nested::Yields, _) => quote!(#p::Open),
            _ => quote!(#p::End(&self.#field)),
        };
        let chain = chain(&entries, p, at, end);
        let joins = (!entries.is_empty()).then(|| joins(p));
        let joins = respan(joins.unwrap_or_default(), at);
        let run = respan(quote!(#p::run::<#message, #p::Inside<'_, Self>, _>(__chain, #input, __cx)), at);
        let bound = ours("__chain", at);
        quote_spanned!(at=> #joins let #bound = #chain; #run)
    }

    /// Where a slot's dispatch is.
    fn place(&self, slot: &CheckedSlot) -> Span {
        place(&self.entries(slot), self.set(slot).span())
    }

    fn handles(&self, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let at = self.place(slot);
        let (message, key) = (self.message(slot), self.key(slot));
        let body =
            if slot.is_stub { quote!(#p::core::future::pending()) } else { self.run(slot, &message, &quote!(__input)) };
        let head = respan(
            quote! {
                #[inline]
                fn dispatch(
                    &self,
                    __input: <#message as #p::Message>::In<'_>,
                    __cx: &mut #p::Context<#p::Inside<'_, Self>>,
                ) -> impl #p::core::future::Future<Output = #p::Outcome<#message>> + #p::core::marker::Send
            },
            at,
        );
        self.implement(at, quote!(#p::Dispatches<#message, #key>), quote_spanned!(at=> #head { #body }))
    }

    fn yields(&self, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let at = self.place(slot);
        let field = &self.set(slot).field;
        let inner = self.set(slot).inner();
        let (message, key) = (self.message(slot), self.key(slot));
        let run = if slot.is_stub {
            quote!(#p::core::future::pending())
        } else {
            self.run(slot, &message, &quote!(__ticket))
        };
        let rows = match slot.slot.shape {
            _ if slot.is_stub => quote!(#p::no_rows()),
            Shape::Nested(_, extended) => quote!(#p::nested_rows::<_, _, _, #extended>(#inner, __query, __cx)),
            _ => quote!(#p::StreamHandler::<#message, #p::Inside<'_, Self>>::rows(&self.#field, __query, __cx)),
        };
        let admit = respan(
            quote! {
                #[inline]
                fn admit(
                    &self,
                    __ticket: #p::Ticket<'_, #message>,
                    __cx: &mut #p::Context<#p::Inside<'_, Self>>,
                ) -> impl #p::core::future::Future<Output = #p::Outcome<#message>> + #p::core::marker::Send
            },
            at,
        );
        let open = respan(
            quote! {
                #[inline]
                fn rows<'__catga>(
                    &'__catga self,
                    __query: #message,
                    __cx: #p::Context<#p::Inside<'__catga, Self>>,
                ) -> impl #p::Stream<Item = #p::RowOf<#message>> + #p::core::marker::Send {
                    #rows
                }
            },
            at,
        );
        self.implement(at, quote!(#p::Opens<#message, #key>), quote_spanned!(at=> #admit { #run } #open))
    }

    /// The handlers of each event, numbered, and joined event by event.
    fn hears(&self) -> TokenStream {
        let mut events: Vec<(&CheckedSlot, Vec<usize>)> = Vec::new();
        let mut ears = TokenStream::new();
        for (number, slot) in self.checked.hearing().enumerate() {
            ears.extend(self.ear(number, slot));
            match events.iter_mut().find(|(first, _)| first.slot.same_message(&slot.slot)) {
                Some((_, numbers)) => numbers.push(number),
                None => events.push((slot, vec![number])),
            }
        }
        let events = events.into_iter().map(|(slot, numbers)| {
            let at = self.place(slot);
            let p = &self.p;
            let ones = numbers.iter().map(|number| quote!(#p::One<#number>)).rev();
            let audience = ones.reduce(|rest, one| quote!(#p::Both<#one, #rest>)).unwrap_or_else(|| quote!(#p::Nobody));
            self.hears_event(at, &self.message(slot), &self.key(slot), &audience)
        });
        let events: TokenStream = events.collect();
        quote!(#ears #events)
    }

    fn ear(&self, number: usize, slot: &CheckedSlot) -> TokenStream {
        let p = &self.p;
        let at = self.place(slot);
        let message = self.message(slot);
        let name = &slot.slot.name;
        let run =
            if slot.is_stub { quote!(#p::core::future::pending()) } else { self.run(slot, &message, &quote!(__event)) };
        let head = respan(
            quote! {
                const NAME: &'static #p::core::primitive::str = #name;

                #[inline]
                fn hear(
                    &self,
                    __event: &#message,
                    __cx: &mut #p::Context<#p::Inside<'_, Self>>,
                ) -> impl #p::core::future::Future<Output = #p::Outcome<#message>> + #p::core::marker::Send
            },
            at,
        );
        self.implement(at, quote!(#p::Ear<#message, #number>), quote_spanned!(at=> #head { #run }))
    }

    fn hears_event(&self, at: Span, message: &TokenStream, key: &TokenStream, audience: &TokenStream) -> TokenStream {
        let p = &self.p;
        self.implement(at, quote!(#p::Tells<#message, #key>), respan(quote!(type Audience = #audience;), at))
    }

    /// `unheard(E)`: published into the void.
    fn unheard(&self) -> TokenStream {
        let p = &self.p;
        let events = self.checked.mediator.options.unheard.iter().map(|event| {
            let key = event.segments.last().map_or(0, |last| hash(&last.ident.to_string()));
            self.hears_event(event.span(), &quote!(#event), &quote!(#p::Key<#key>), &quote!(#p::Nobody))
        });
        events.collect()
    }

    /// `handles(A)`: one error at `A` where nothing does.
    fn required(&self) -> TokenStream {
        let p = &self.p;
        let ident = &self.checked.mediator.ident;
        let (impl_generics, type_generics, clause) = self.checked.mediator.generics.split_for_impl();
        let required = self.checked.mediator.options.handles.iter().map(|message| {
            let at = message.span();
            let check = respan(quote!(#p::handled::<#ident #type_generics, #message>), at);
            quote_spanned! {at=>
                const _: () = {
                    #[allow(dead_code)]
                    fn handled #impl_generics () #clause {
                        let _: fn() = #check;
                    }
                };
            }
        });
        required.collect()
    }

    fn ports(&self) -> TokenStream {
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

    /// Whether all handlers call their messages by name, for the mediator itself and for one around it.
    fn named(&self) -> TokenStream {
        let p = &self.p;
        let sets = self.checked.mediator.sets.iter().map(|set| {
            let ty = &set.ty;
            quote!(& <#ty as #p::Named>::RIGHT)
        });
        let named = quote! {
            const RIGHT: #p::core::primitive::bool = true #(#sets)*;
            const PART: #p::Part = #p::Part::Mediator(<Self as #p::Described>::TABLE);
        };
        self.implement(self.checked.mediator.ident.span(), quote!(#p::Named), named)
    }

    /// The same as a type. A generic mediator cannot ask, as no parameter may be used in a constant.
    fn names(&self) -> TokenStream {
        let p = &self.p;
        let right = match self.checked.mediator.generics.params.is_empty() {
            true => quote!({ <Self as #p::Named>::RIGHT }),
            false => quote!(true),
        };
        quote!(type Names = #p::Names<#right>;)
    }
}
