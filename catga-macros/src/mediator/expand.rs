use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned as _;

use super::check::{Checked, CheckedSlot};
use super::model::Set;
use super::slot::{Nested, Shape};
use crate::handler::kept;
use crate::krate::{hash, ours, respan, scoped, short};
use crate::pipeline::{Entry, chain, joins, place};

pub(super) fn expand(checked: &Checked) -> TokenStream {
    let krate = &checked.mediator.options.krate;
    let expansion = Expansion { checked, p: short() };
    let (aliases, right) = (expansion.aliases(), expansion.right());
    let ports = (!expansion.is_plain()).then(|| expansion.ports());
    let fields = expansion.fields();
    let handles = checked.answering().map(|slot| expansion.handles(slot));
    let yields = checked.yielding().map(|slot| expansion.yields(slot));
    let hears = expansion.hears();
    let unheard = expansion.unheard();
    let named = expansion.named();
    let described = expansion.described();
    let evidence = expansion.evidence();
    let served = expansion.served();
    // A macro has to be seen from outside of the block.
    let nested = Expansion { checked, p: krate.private() }.nested();
    let ours = scoped(
        krate,
        quote! {
            #aliases #ports #right #fields #(#handles)* #(#yields)* #hears #unheard #named #described #evidence #served
        },
    );
    quote! {
        #[allow(private_interfaces, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        #ours
        #nested
    }
}

/// What is known before the handler sets say what they handle: with it alone everything may be sent. Where no
/// parameter is in the way.
pub(super) fn begin(checked: &Checked) -> Option<TokenStream> {
    let expansion = Expansion { checked, p: short() };
    expansion.is_plain().then(|| scoped(&checked.mediator.options.krate, expansion.ports()))
}

pub(super) struct Expansion<'a> {
    pub(super) checked: &'a Checked,
    pub(super) p: TokenStream,
}

/// What the expansion of one slot is made of, all of it at one place, so that what is wrong with it is
/// one error there.
struct Site {
    at: Span,
    p: TokenStream,
    this: Ident,
    cx: Ident,
    /// The slot's message, without its path in scope.
    message: TokenStream,
    key: Literal,
}

impl Site {
    /// `impl Future<..> + Send` of an outcome.
    fn future(&self) -> TokenStream {
        let Self { at, p, message, .. } = self;
        quote_spanned!(*at=> impl #p::Future<Output = #p::Outcome<#message>> + #p::Send)
    }

    /// `&mut Context<..>`
    fn context(&self, is_plain: bool) -> TokenStream {
        let Self { at, p, .. } = self;
        if is_plain {
            quote_spanned!(*at=> &mut _Cx<'_>)
        } else {
            quote_spanned!(*at=> &mut #p::Context<#p::Inside<'_, Self>>)
        }
    }
}

impl Expansion<'_> {
    /// `impl<..> Trait for Shop<..> { body }` at one place.
    pub(super) fn implement(&self, at: Span, of: TokenStream, body: TokenStream) -> TokenStream {
        let mut ident = self.checked.mediator.ident.clone();
        ident.set_span(at);
        if self.checked.mediator.generics.params.is_empty() {
            return quote_spanned!(at=> #[automatically_derived] impl #of for #ident { #body });
        }
        let (_, type_generics, _) = self.checked.mediator.generics.split_for_impl();
        let generics = self.shared();
        let (impl_generics, _, clause) = generics.split_for_impl();
        let head = quote!(#[automatically_derived] impl #impl_generics #of for #ident #type_generics #clause);
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

    fn site(&self, slot: &CheckedSlot) -> Site {
        let at = self.place(slot);
        let mut key = Literal::u64_suffixed(hash(&slot.slot.ident.to_string()));
        key.set_span(at);
        Site {
            at,
            p: respan(self.p.clone(), at),
            this: ours("self", at),
            cx: ours("__cx", at),
            message: respan(self.message(slot), at),
            key,
        }
    }

    pub(super) fn set(&self, slot: &CheckedSlot) -> &Set {
        &self.checked.mediator.sets[slot.set]
    }

    /// The message of a slot, as a name of its own where no parameter is in the way: the path is long, and stands
    /// in many places.
    pub(super) fn message(&self, slot: &CheckedSlot) -> TokenStream {
        if self.is_plain() {
            return format_ident!("_M{}", slot.number).into_token_stream();
        }
        self.path(slot)
    }

    /// Whether it has no parameters, which aliases would have to have too.
    fn is_plain(&self) -> bool {
        self.checked.mediator.generics.params.is_empty()
    }

    /// The names of the messages, and of the context.
    fn aliases(&self) -> Option<TokenStream> {
        let (p, ident) = (&self.p, &self.checked.mediator.ident);
        let context = quote!(type _Cx<'a> = #p::Context<#p::Inside<'a, #ident>>;);
        let aliases = self.checked.slots.iter().map(|slot| {
            let (alias, path) = (self.message(slot), self.path(slot));
            quote!(type #alias = #path;)
        });
        self.is_plain().then(|| aliases.chain([context]).collect())
    }

    /// The message of a slot, without its path in scope.
    fn path(&self, slot: &CheckedSlot) -> TokenStream {
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
    pub(super) fn entries(&self, slot: &CheckedSlot) -> Vec<Entry> {
        self.set(slot).entries(&self.checked.mediator.pipeline, &slot.slot.without)
    }

    /// A slot's handler with the chain around it; the entries keep their own places.
    fn run(&self, slot: &CheckedSlot, site: &Site, input: &Ident) -> TokenStream {
        let Site { at, p, this, cx, message, .. } = site;
        let at = *at;
        let mut field = self.set(slot).field.clone();
        field.set_span(at);
        if slot.is_stub {
            return quote_spanned!(at=> #p::core::future::pending());
        }
        let entries = self.entries(slot);
        if entries.is_empty() && !matches!(slot.slot.shape, Shape::Yields | Shape::Nested(..)) {
            return quote_spanned! {at=>
                #p::Handler::<#message, #p::Inside<'_, Self>>::handle(&#this.#field, #input, #cx)
            };
        }
        let inner = self.set(slot).inner();
        let end = match slot.slot.shape {
            Shape::Nested(Nested::Answers, extended) => quote!(#p::Nested::<_, #extended>(#inner)),
            Shape::Nested(Nested::Hears, extended) => quote!(#p::NestedEars::<_, #extended>(#inner)),
            Shape::Nested(Nested::Yields, _) => quote!(#p::Open),
            _ => quote!(#p::End(&self.#field)),
        };
        let chain = chain(&entries, p, at, end);
        let joins = (!entries.is_empty()).then(|| joins(p));
        let joins = respan(joins.unwrap_or_default(), at);
        let bound = ours("__chain", at);
        quote_spanned! {at=>
            #joins
            let #bound = #chain;
            #p::run::<#message, #p::Inside<'_, Self>, _>(#bound, #input, #cx)
        }
    }

    /// Where a slot's dispatch is.
    fn place(&self, slot: &CheckedSlot) -> Span {
        place(&self.entries(slot), self.set(slot).span())
    }

    fn handles(&self, slot: &CheckedSlot) -> TokenStream {
        let site = self.site(slot);
        let Site { at, p, message, key, .. } = &site;
        let (way, pipes) = match () {
            () if slot.is_stub => (quote_spanned!(*at=> #p::NoWay), None),
            () if self.is_bare(slot) => {
                let number = slot.set;
                (quote_spanned!(*at=> #p::At<#number>), None)
            }
            () => (quote_spanned!(*at=> #p::Piped), Some(self.pipes(slot, &site))),
        };
        let of = quote_spanned!(*at=> #p::Dispatches<#message, #p::Key<#key>>);
        let dispatches = self.implement(*at, of, quote_spanned!(*at=> type Way = #way;));
        quote!(#dispatches #pipes)
    }

    /// Whether a slot is a handler that no behavior is around, in a set that an associated type of the mediator
    /// may name: a private type of a public one may not (E0446).
    fn is_bare(&self, slot: &CheckedSlot) -> bool {
        slot.slot.shape == Shape::Answers && self.set(slot).is_as_visible && self.entries(slot).is_empty()
    }

    /// Where the sets with bare handlers are.
    fn fields(&self) -> TokenStream {
        let p = &self.p;
        let sets = self.checked.mediator.sets.iter().enumerate();
        let bare = sets.filter(|(number, _)| {
            let mut slots = self.checked.answering();
            slots.any(|slot| slot.set == *number && !slot.is_stub && self.is_bare(slot))
        });
        let asked = self.asked_when_built();
        let fields = bare.map(|(number, set)| {
            let (at, ty, field) = (set.span(), &set.ty, &set.field);
            let of = respan(quote!(#p::Holds<<#ty as #p::Named>::Nothing, #number>), at);
            let set = quote! {
                type Set = #ty;
                #[inline]
                fn set(&self) -> &Self::Set { #asked &self.#field }
            };
            self.implement(at, of, respan(set, at))
        });
        fields.collect()
    }

    /// What a generic mediator's constants say, asked where a send is built.
    fn asked_when_built(&self) -> Option<TokenStream> {
        let p = &self.p;
        self.is_asked_when_built().then(|| quote!(const { <Self as #p::Named>::SOUND };))
    }

    /// The chain around a slot's handler.
    fn pipes(&self, slot: &CheckedSlot, site: &Site) -> TokenStream {
        let (future, context) = (site.future(), site.context(self.is_plain()));
        let input = ours("__input", site.at);
        let run = self.run(slot, site, &input);
        let Site { at, p, this, cx, message, key } = site;
        let asked = self.asked_when_built().map(|asked| respan(asked, *at));
        let body = quote_spanned!(*at=> #asked #run);
        let dispatch = quote_spanned! {*at=>
            #[inline]
            fn dispatch(&#this, #input: <#message as #p::Message>::In<'_>, #cx: #context) -> #future { #body }
        };
        self.implement(*at, quote_spanned!(*at=> #p::Pipes<#message, #p::Key<#key>>), dispatch)
    }

    fn yields(&self, slot: &CheckedSlot) -> TokenStream {
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
            self.hears_event(at, &self.message(slot), &self.key(slot), &audience(&numbers, p))
        });
        let events: TokenStream = events.collect();
        quote!(#ears #events)
    }

    fn ear(&self, number: usize, slot: &CheckedSlot) -> TokenStream {
        let site = self.site(slot);
        let (future, context) = (site.future(), site.context(self.is_plain()));
        let event = ours("__event", site.at);
        let body = self.run(slot, &site, &event);
        let Site { at, p, this, cx, message, .. } = &site;
        let name = &slot.slot.name;
        let hear = quote_spanned! {*at=>
            const NAME: &'static #p::core::primitive::str = #name;

            #[inline]
            fn hear(&#this, #event: <#message as #p::Message>::In<'_>, #cx: #context) -> #future { #body }
        };
        self.implement(*at, quote_spanned!(*at=> #p::Ear<#message, #number>), hear)
    }

    fn hears_event(&self, at: Span, message: &TokenStream, key: &TokenStream, audience: &TokenStream) -> TokenStream {
        let p = &self.p;
        let of = respan(quote!(#p::Tells<#message, #key>), at);
        self.implement(at, of, respan(quote!(type Audience = #audience;), at))
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

    /// Whether nothing is wrong with how its handlers take their messages, for the mediator itself and for one
    /// around it.
    fn named(&self) -> TokenStream {
        let p = &self.p;
        let sets = self.checked.mediator.sets.iter().map(|set| {
            let ty = &set.ty;
            quote!(& <#ty as #p::Named>::RIGHT)
        });
        let local = self.checked.mediator.sets.iter().zip(&self.checked.kept).filter(|(_, is_kept)| **is_kept);
        let reads = local.map(|(set, _)| {
            let (path, arguments, kept) = (&set.path, &set.arguments, kept(set.span()));
            let arguments = (!arguments.is_empty()).then(|| quote!(<#arguments>));
            quote!(<#path #arguments>::#kept;)
        });
        let sound = self.sound_when_built();
        let named = quote! {
            type Nothing = ();
            const RIGHT: #p::core::primitive::bool = {
                #(#reads)*
                true #(#sets)*
            };
            const PART: #p::Part = #p::Part::Mediator(<Self as #p::Described>::TABLE);
            #sound
        };
        self.implement(self.checked.mediator.ident.span(), quote!(#p::Named), named)
    }

    /// The same as a type. A generic mediator cannot ask, as no parameter may be used in a constant.
    fn names(&self) -> TokenStream {
        let p = &self.p;
        let right = match (self.checked.is_reported, self.is_plain()) {
            (true, _) => quote!(false),
            // The mediator's own constant, or that of the trait where a handler set was not found: rustc says so.
            (false, true) => quote!({
                #[allow(unused_imports)]
                use #p::Unanswered as _;
                Self::__CATGA_RIGHT
            }),
            (false, false) => quote!(true),
        };
        quote!(type Names = #p::Names<#right>;)
    }

    /// What `names` asks for.
    fn right(&self) -> Option<TokenStream> {
        let (p, ident) = (&self.p, &self.checked.mediator.ident);
        let right = if self.checked.is_reported { quote!(false) } else { quote!(<Self as #p::Named>::RIGHT) };
        self.is_plain().then(|| {
            quote! {
                #[automatically_derived]
                impl #ident {
                    #[doc(hidden)]
                    const __CATGA_RIGHT: #p::core::primitive::bool = #right;
                }
            }
        })
    }
}

/// The handlers of an event as a type, in order: a tree, as a list would be as deep as it is long.
fn audience(numbers: &[usize], p: &TokenStream) -> TokenStream {
    match numbers {
        [] => quote!(#p::Nobody),
        [number] => quote!(#p::One<#number>),
        _ => {
            let (left, right) = numbers.split_at(numbers.len().div_ceil(2));
            let (left, right) = (audience(left, p), audience(right, p));
            quote!(#p::Both<#left, #right>)
        }
    }
}
