use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Type, WherePredicate, parse_quote};

use super::model::{Kind, Message, Options};
use crate::catalogue;
use crate::contract::checked;
use crate::krate::{at, hash, respan};
use crate::threads::{is_suspect, sent_answer, shared_message, shared_within};

/// Where something is wrong with it, its reply and its error are that mistake, and no types: what follows from it
/// is no other mistake.
pub(super) fn expand(message: &Message, mistake: Option<TokenStream>) -> TokenStream {
    let original = &message.original;
    let implementation = implementation(message, mistake);
    let rows = rows(message);
    let keyed = keyed(message);
    let (handled, fits) = (handled(message), fits(message));
    quote!(#original #implementation #rows #keyed #handled #fits)
}

fn implementation(message: &Message, mistake: Option<TokenStream>) -> TokenStream {
    let p = message.options.krate.private();
    let ident = &message.ident;
    let text = ident.unraw().to_string();
    let key = hash(&text);
    let kind = Ident::new(message.kind_name(), Span::call_site());
    let kind_text = message.kind_text();
    let name = message.options.name.as_ref().map_or_else(|| quote!(#text), |name| quote!(#name));
    let version = message.options.version.as_ref().map_or_else(|| quote!(1), |version| quote!(#version));
    let mistake = mistake.map(|mistake| quote!(<() as #p::Checked<{ #mistake }>>::Message));
    let reply = mistake.clone().unwrap_or_else(|| reply(message));
    let error = mistake.unwrap_or_else(|| error(message));
    let travels = travels(message);
    let wire = on_wire(message);
    let options = options(message);
    let ty = message.ty();
    let mut generics = bounded(message);
    generics.make_where_clause().predicates.extend(shared_alone(message));
    let (impl_generics, _, clause) = generics.split_for_impl();
    let allowed = message.is_asked().then(|| quote!(#[allow(trivial_bounds)]));
    let place = quote_spanned!(at(ident.span())=> (#p::core::module_path!(), #p::core::file!(), #p::core::line!()));
    let implementation = quote! {
        #[automatically_derived]
        #allowed
        impl #impl_generics #p::Message for #ty #clause {
            type Key = #p::Key<#key>;
            type Kind = #p::#kind;
            type In<'__catga> = #travels;
            type Reply = #reply;
            type Error = #error;
            type Wire = #wire;
            const INFO: #p::MessageInfo = #p::MessageInfo::new((#name, #version), (#text, #kind_text), #place);
            #options
        }
    };
    asked(message, implementation)
}

/// Whether threads may share it, where that is in question, around its impl. Where they may not, that asks no further,
/// and has no number on the wire, so that handlers have no message.
fn asked(message: &Message, implementation: TokenStream) -> TokenStream {
    let (p, ty) = (message.options.krate.private(), message.ty());
    let shared = match () {
        () if message.is_suspect() => shared_message(&ty, &p),
        () if message.is_in_doubt() => shared_within(&ty, &p),
        () => return implementation,
    };
    let question = respan(quote!(const _SHARED: #p::core::primitive::bool = #shared;), at(message.ident.span()));
    quote!(const _: () = { #question #implementation };)
}

/// The answer, as what its impl goes by.
fn shared_alone(message: &Message) -> Option<WherePredicate> {
    let (p, ty) = (message.options.krate.private(), message.ty());
    let shared =
        parse_quote!(<#ty as #p::Checked<{ _SHARED }>>::Message: #p::core::marker::Send + #p::core::marker::Sync);
    message.is_asked().then_some(shared)
}

fn reply(message: &Message) -> TokenStream {
    match &message.options.reply {
        Some(reply) => sent(message, reply),
        None => quote!(()),
    }
}

/// What it answers with, asked whether threads may hand it to each other where it looks as if they might not: they may
/// wait for it in many places.
fn sent(message: &Message, answer: &Type) -> TokenStream {
    let tokens = answer.to_token_stream();
    if is_doubtful(message, answer) { sent_answer(&tokens, &message.options.krate.private()) } else { tokens }
}

fn is_doubtful(message: &Message, answer: &Type) -> bool {
    // A parameter of the message may not be used in a constant.
    message.is_plain() && is_suspect(answer.to_token_stream())
}

fn error(message: &Message) -> TokenStream {
    let p = message.options.krate.private();
    match (&message.options.error, message.kind) {
        (Some(error), _) => quote!(#error),
        (None, Kind::Event) => quote!(#p::Failure),
        (None, _) => quote!(#p::core::convert::Infallible),
    }
}

/// What goes through a pipeline.
fn travels(message: &Message) -> TokenStream {
    let p = message.options.krate.private();
    match message.kind {
        Kind::Event => quote!(&'__catga Self),
        _ if message.options.stream.is_some() => quote!(#p::Ticket<'__catga, Self>),
        _ => quote!(Self),
    }
}

/// What it says of its way out of the process.
fn on_wire(message: &Message) -> TokenStream {
    let p = message.options.krate.private();
    let Options { codec, upcasts, key, error, compress, .. } = &message.options;
    if codec.is_none() && upcasts.is_none() && key.is_none() && error.is_none() && compress.is_none() {
        return quote!(#p::Wire);
    }
    // A parameter of the message may not be used in a constant.
    let is_plain = message.generics.params.is_empty();
    let named = |said: &Type, check: TokenStream| if is_plain { checked(said, &check, &p) } else { quote!(#said) };
    let codec = codec.as_ref().map_or_else(|| quote!(#p::ByDefault), |codec| named(codec, quote!(is_codec)));
    let former = upcasts.as_ref().map_or_else(|| quote!(#p::First), |former| quote!(#former));
    let order = if key.is_some() { quote!(#p::ByKey) } else { quote!(#p::Unkeyed) };
    let fault = if error.is_some() { quote!(#p::Faulty) } else { quote!(#p::Faultless) };
    let compression = compress.as_ref().map(|compress| named(compress, quote!(is_compression)));
    let compression = compression.map(|compression| quote!(, #compression));
    quote!(#p::Wire<#codec, #former, #order, #fault #compression>)
}

/// `key = customer`
fn keyed(message: &Message) -> Option<TokenStream> {
    use syn::spanned::Spanned as _;

    let key = message.options.key.as_ref()?;
    let p = message.options.krate.private();
    let generics = bounded(message);
    let (impl_generics, _, clause) = generics.split_for_impl();
    let ty = message.ty();
    let write = quote_spanned!(key.span()=> #p::KeyBytes::write(&self.#key, __sink));
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics #p::Keyed for #ty #clause {
            fn write_key<__S: #p::Sink>(&self, __sink: &mut __S) -> #p::core::result::Result<(), #p::EncodeError> {
                #write
            }
        }
    })
}

/// The items that only some messages have.
fn options(message: &Message) -> TokenStream {
    let p = message.options.krate.private();
    let mut items = TokenStream::new();
    if message.is_repeatable() {
        items.extend(quote!(
            const REPEATABLE: #p::core::primitive::bool = true;
        ));
    }
    if message.options.critical.is_some() {
        items.extend(quote!(
            const CRITICAL: #p::core::primitive::bool = true;
        ));
    }
    if let Some(millis) = message.options.within {
        items.extend(quote!(
            const WITHIN_MS: #p::core::primitive::u64 = #millis;
        ));
    }
    if let Some(level) = &message.options.qos {
        items.extend(quote!(const QOS: #p::Qos = #p::Qos::#level;));
    }
    if let Some(endpoint) = &message.options.endpoint {
        items.extend(quote! {
            const ENDPOINT: #p::core::option::Option<&'static #p::core::primitive::str> =
                #p::core::option::Option::Some(#endpoint);
        });
    }
    if let Some(wire) = wire(message) {
        items.extend(quote!(
            const WIRE: #p::core::primitive::u64 = #wire;
        ));
    }
    if let Some(way) = &message.options.fan_out {
        let way = match way.to_string().as_str() {
            "sequential" => quote!(Sequential),
            "stop_at_first" => quote!(StopAtFirst),
            _ => quote!(Concurrent),
        };
        items.extend(quote!(const FAN_OUT: #p::FanOut = #p::FanOut::#way;));
    }
    if let Some(validate) = &message.options.validate {
        items.extend(quote_spanned! {at(validate.span())=>
            const VALIDATED: #p::core::primitive::bool = true;

            fn inspect(&self, __checks: &mut #p::Checks) {
                #p::Valid::check(self, __checks);
            }
        });
    }
    if let Some(fields) = &message.options.trace {
        items.extend(quote!(#p::span! { [#p] self { #fields } }));
    }
    items
}

/// The name and the version on the wire as one number, where they are not the rule, and whether it is critical.
fn wire(message: &Message) -> Option<TokenStream> {
    let said = name_on_the_wire(message);
    let p = message.options.krate.private();
    let wire = said.clone().unwrap_or_else(|| quote!(#p::ridden::<Self>()));
    let wire = if message.is_guarded() { quote!(#p::critical(#wire)) } else { wire };
    let answers =
        message.options.reply.iter().chain(&message.options.stream).filter(|answer| is_doubtful(message, answer));
    let answers: Vec<TokenStream> =
        answers.map(|answer| quote!(let _sent = #p::is_sent_answer::<#answer>();)).collect();
    if !answers.is_empty() {
        // The same of an answer.
        let shared = message.is_asked().then(|| quote!(let _shared = _SHARED;));
        Some(quote!({ #shared #(#answers)* #wire }))
    } else if message.is_asked() {
        // What threads may not share has no number, and what asks for it is quiet.
        Some(quote!({ let _shared = _SHARED; #wire }))
    } else {
        said.or_else(|| message.is_guarded().then_some(wire))
    }
}

fn name_on_the_wire(message: &Message) -> Option<TokenStream> {
    let Options { name, version, .. } = &message.options;
    if name.is_none() && version.is_none() {
        return None;
    }
    let p = message.options.krate.private();
    let text = name.as_ref().map_or_else(|| message.ident.unraw().to_string(), syn::LitStr::value);
    let hash = hash(&text);
    let version = version.as_ref().map_or_else(|| quote!(1), |version| quote!(#version));
    Some(quote!(#p::wire(#hash, #version) | #p::ridden::<Self>()))
}

/// A generic message is one where its parameters let it be.
fn bounded(message: &Message) -> syn::Generics {
    let mut generics = message.generics.clone();
    if !generics.params.is_empty() {
        let p = message.options.krate.private();
        let mut bounds: Vec<WherePredicate> =
            vec![parse_quote!(Self: #p::core::marker::Send + #p::core::marker::Sync + 'static)];
        if let Some(reply) = &message.options.reply {
            bounds.push(parse_quote!(#reply: #p::core::marker::Send));
        }
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}

fn rows(message: &Message) -> Option<TokenStream> {
    let row = message.options.stream.as_ref()?;
    let p = message.options.krate.private();
    let generics = bounded(message);
    let (impl_generics, _, clause) = generics.split_for_impl();
    let ty = message.ty();
    let row = sent(message, row);
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics #p::Rows for #ty #clause {
            type Row = #row;
        }
    })
}

/// `handled_by = Shop`: one error at `Shop` where it does not.
fn handled(message: &Message) -> Option<TokenStream> {
    use syn::spanned::Spanned as _;

    let by = message.options.handled_by.as_ref()?;
    let p = message.options.krate.private();
    let ident = &message.ident;
    let what = Ident::new(
        match message.kind {
            Kind::Event => "heard",
            _ if message.options.stream.is_some() => "yielded",
            _ => "handled",
        },
        Span::call_site(),
    );
    Some(quote_spanned!(at(by.span())=> const _: fn() = #p::#what::<#by, #ident>;))
}

/// `fits = 64`: one error at the message where it does not.
fn fits(message: &Message) -> Option<TokenStream> {
    let bytes = message.options.fits.as_ref()?;
    let (p, ident) = (message.options.krate.private(), &message.ident);
    let text = catalogue::over_size(ident.unraw(), bytes);
    let fits = quote!(const _: () = #p::core::assert!(#p::core::mem::size_of::<#ident>() <= #bytes, #text););
    Some(respan(fits, at(ident.span())))
}
