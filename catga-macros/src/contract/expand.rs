use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::hand_over::hand_over;
use super::model::{Contract, Member, Way};
use super::table::{Arm, table};
use crate::catalogue;
use crate::krate::{at, hash, line, respan, respan_impls, scoped, short};
use crate::pipeline::text;

pub(super) fn expand(contract: &Contract) -> TokenStream {
    let Contract { attributes, visibility, ident, .. } = contract;
    let p = short();
    let krate = &contract.options.krate;
    let (checks, listed) = (contract.members.iter().map(|member| check(member, &p)), listed(contract, &p));
    let members = contract.members.iter().map(|member| includes(contract, member, &p));
    let served = served(contract, &p);
    let hand_over = hand_over(contract);
    let ours = scoped(krate, quote!(#(#checks)* #listed #(#members)* #served));
    let items = quote! {
        #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        #ours
    };
    let wired = wired(&items, "`#[contract]`", &krate.private(), ident.span());
    quote! {
        #(#attributes)*
        #visibility enum #ident {}

        #wired
        #hand_over
    }
}

/// What takes the feature `wire`, or the error that it is not there. Macros know no features, so the runtime decides.
pub(crate) fn wired(items: &TokenStream, what: &str, p: &TokenStream, at: Span) -> TokenStream {
    let text = catalogue::no_feature(what, "wire");
    let error = respan(quote!(#p::core::compile_error! { #text }), at);
    quote!(#p::wired! { { #items } { #error } })
}

/// What the contract says of itself.
fn listed(contract: &Contract, p: &TokenStream) -> TokenStream {
    let ident = &contract.ident;
    let name = ident.unraw().to_string();
    let endpoint = contract.options.endpoint.as_ref().map_or_else(|| quote!(#name), |endpoint| quote!(#endpoint));
    let codec = default_codec(contract.options.codec.as_ref(), p);
    let compression = default_compression(contract.options.compress.as_ref(), p);
    let messages: Vec<_> = contract.members.iter().map(Member::checked).collect();
    let idents = contract.members.iter().filter_map(Member::ident).map(|ident| ident.unraw().to_string());
    let wire = idents.clone().zip(&messages).map(|(ident, message)| {
        let hash = hash(&ident);
        quote!((#hash, <#message as #p::Message>::WIRE, #ident))
    });
    let handlers = idents.zip(&contract.members).map(|(ident, member)| {
        let (message, handler) = (member.checked(), format!("{name}::{ident}"));
        // In the file of the contract, where it lists the message.
        let line = line(member.path.span());
        let arguments = member.arguments();
        let arguments = (!arguments.is_empty()).then(|| {
            let arguments = text(arguments);
            quote!(.arguments(#arguments, false))
        });
        quote!(#p::HandlerInfo::new(<#message as #p::Message>::INFO, #handler, #line) #arguments)
    });
    let at = ident.span();
    let apart = respan(quote!(const _: () = #p::apart(<#ident as #p::Contract>::MEMBERS);), at);
    quote! {
        #[automatically_derived]
        impl #p::Contract for #ident {
            const NAME: &'static #p::core::primitive::str = #name;
            const DEFAULT_ENDPOINT: &'static #p::core::primitive::str = #endpoint;
            type DefaultCodec = #codec;
            type DefaultCompression = #compression;
            const MEMBERS: &'static [#p::Member] = &[#(#p::Member::of::<#messages, Self>()),*];
            const WIRE: &'static [(#p::core::primitive::u64, #p::core::primitive::u64, &'static #p::core::primitive::str)] =
                &[#(#wire),*];
            const PART: #p::Part = #p::Part::Handlers(
                #p::HandlerSet::new(#p::core::file!(), #p::Pipeline::EMPTY, &[#(#handlers),*])
            );
        }
        #apart
    }
}

/// That of messages that name none.
pub(crate) fn default_compression(said: Option<&Type>, p: &TokenStream) -> TokenStream {
    said.map_or_else(|| quote!(#p::Uncompressed), |compression| checked(compression, &quote!(is_compression), p))
}

/// The same of a format.
pub(crate) fn default_codec(said: Option<&Type>, p: &TokenStream) -> TokenStream {
    said.map_or_else(|| quote!(#p::Postcard), |codec| checked(codec, &quote!(is_codec), p))
}

/// What an option names, where it is what it should be: otherwise that is one error there, and nothing follows from it.
pub(crate) fn checked(said: &Type, check: &TokenStream, p: &TokenStream) -> TokenStream {
    let at = at(said.span());
    respan(quote!(<#said as #p::Checked<{ #p::#check::<#said>() }>>::Message), at)
}

/// That what it lists is a message, marked as what it is, under the name that everything else calls it by: one error at
/// its place where it is not, and nothing that follows from it.
fn check(member: &Member, p: &TokenStream) -> TokenStream {
    let (path, checked) = (&member.path, member.checked());
    let at = at(path.span());
    let p = respan(p.clone(), at);
    let way = Ident::new(member.way.name(), at);
    // No user's: rustc would offer to give it a parameter for a message that it does not know.
    let right = Ident::new(&format!("_RIGHT_{}", member.index), Span::mixed_site().located_at(at));
    quote_spanned! {at=>
        #[allow(non_upper_case_globals)]
        const #right: #p::core::primitive::bool =
            #p::is_marked::<<#path as #p::Checked<{ #p::is_message::<#path>() }>>::Message, #p::#way>();
        type #checked = <#path as #p::Checked<{ #right }>>::Message;
    }
}

/// A message of it; all that can be wrong with it is at its own place.
fn includes(contract: &Contract, member: &Member, p: &TokenStream) -> TokenStream {
    let (ident, path, at) = (&contract.ident, member.checked(), member.index);
    let schema = contract.options.schema.as_ref().map(|_| {
        let way = Ident::new(member.way.name(), Span::call_site());
        quote! {
            const SHAPE: #p::core::option::Option<&'static #p::Shape> =
                #p::core::option::Option::Some(<#path as #p::Shaped<#p::#way>>::SHAPE);
        }
    });
    let own_name = member.ident().filter(|_| member.arguments().is_empty()).map(|message| {
        let (hash, error) = (hash(&message.unraw().to_string()), catalogue::alias(message));
        quote!(const _: () = #p::core::assert!(<<#path as #p::Message>::Key as #p::Called>::HASH == #hash, #error);)
    });
    let arm = Arm::of(member);
    let included = include(p, ident, &arm, &schema.unwrap_or_default());
    let items = quote! {
        #[automatically_derived]
        impl #p::ContractSlot<#at> for #ident {
            type Message = #path;
        }

        #included
        #own_name
    };
    respan_impls(items, member.path.span())
}

/// `impl Includes<message> for contract`
pub(crate) fn include(p: &TokenStream, contract: &Ident, arm: &Arm, more: &TokenStream) -> TokenStream {
    let Arm { message, key, way, .. } = arm;
    let key = key.as_ref().map(|key| quote!(, #key));
    let way = Ident::new(way.name(), Span::call_site());
    let wire = quote!(<#message as #p::Message>::Wire as #p::OnWire);
    quote! {
        #[automatically_derived]
        impl #p::Includes<#message #key> for #contract {
            type Way = #p::#way;
            type Codec = <<#wire>::Codec as #p::Choose<<#contract as #p::Contract>::DefaultCodec>>::Codec;
            type Compression = <<#wire>::Compression as
                #p::ChooseCompression<<#contract as #p::Contract>::DefaultCompression>>::Compression;
            type Order = <#wire>::Order;
            type Former = <#wire>::Former;
            #more
            fn outlines() -> &'static #p::Outlines {
                static OUTLINES: #p::Outlines = #p::Outlines::new();
                &OUTLINES
            }
        }
    }
}

/// Every mediator that handles all of it can serve it.
fn served(contract: &Contract, p: &TokenStream) -> TokenStream {
    let ident = &contract.ident;
    let bounds = contract.members.iter().map(|member| {
        let message = member.checked();
        match member.way {
            Way::Asked => quote!(#p::Handles<#message>),
            Way::Told => quote!(#p::Hears<#message>),
            Way::Rowed => quote!(#p::Yields<#message>),
        }
    });
    let bounds: Vec<TokenStream> = bounds.collect();
    let arms: Vec<Arm> = contract.members.iter().map(Arm::of).collect();
    let table = table(p, &quote!(#ident), &quote!(__A), &arms);
    quote! {
        impl #ident {
            /// Asked by mediators that say they serve it.
            #[doc(hidden)]
            #[allow(dead_code)]
            pub fn served_by<A: #p::MediatorPorts #(+ #bounds)*>() {}
        }

        #[automatically_derived]
        impl<__A: #p::MediatorPorts #(+ #bounds)*> #p::Serves<__A> for #ident {
            #table
        }
    }
}
