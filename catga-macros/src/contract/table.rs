//! The dispatch of incoming messages: which one it is, by constants, and then its own chain. One `match`
//! with a thousand arms in one async function takes the compiler gigabytes, so there are two levels.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::spanned::Spanned as _;

use super::model::{Member, Way};
use crate::krate::respan;

/// Arms of one async block.
const ARMS: usize = 32;

/// A message of the table.
pub(crate) struct Arm {
    /// The message's type.
    pub(crate) message: TokenStream,
    /// Its key, where the compiler has to be told, as it compares many.
    pub(crate) key: Option<TokenStream>,
    pub(crate) way: Way,
    pub(crate) at: Span,
}

impl Arm {
    /// A message of a contract.
    pub(super) fn of(member: &Member) -> Self {
        Self { message: member.checked().to_token_stream(), key: None, way: member.way, at: member.path.span() }
    }
}

/// The items of `impl Serves<app> for contract`.
pub(crate) fn table(p: &TokenStream, contract: &TokenStream, app: &TokenStream, arms: &[Arm]) -> TokenStream {
    let keys = arms.iter().enumerate().map(|(index, Arm { message, at, .. })| {
        let (key, version) = (format_ident!("__KEY_{index}"), format_ident!("__VERSION_{index}"));
        // The heads are not the user's: rustc would offer to give them parameters, which is another error.
        let included = respan(quote!(<#contract as #p::Includes<#message>>::KEY.0), *at);
        let said = respan(quote!(<#message as #p::Message>::INFO.version), *at);
        quote! {
            const #key: #p::core::primitive::u64 = #included;
            const #version: #p::core::primitive::u32 = #said;
        }
    });
    // At most half of them are taken, and two are free.
    let slots = (2 * arms.len()).next_power_of_two().max(4);
    let messages = (0..arms.len()).map(|at| {
        let (key, version) = (format_ident!("__KEY_{at}"), format_ident!("__VERSION_{at}"));
        quote!((#key, #version))
    });
    let dispatch = levels(p, arms, |arm| dispatch(p, contract, app, arm));
    quote! {
        #[inline]
        fn find(
            __key: #p::WireKey,
            __version: #p::core::primitive::u32,
        ) -> #p::core::option::Option<#p::core::primitive::usize> {
            #(#keys)*
            const __INDEX: &#p::Index<#slots> = &#p::Index::of([#(#messages),*]);
            __INDEX.find(__key, __version)
        }

        fn dispatch<'__f, __E: #p::Ending + '__f>(
            __app: &'__f #app,
            __at: #p::core::primitive::usize,
            __arrived: &'__f #p::Arrived<'__f, <#app as #p::MediatorPorts>::Extension>,
            __ending: __E,
        ) -> impl #p::Future<Output = #p::core::result::Result<__E::Output, #p::Box<#p::WireError>>> + #p::Send + '__f {
            async move { #dispatch }
        }
    }
}

/// The arms, by their numbers.
fn levels(p: &TokenStream, arms: &[Arm], arm: impl Fn(&Arm) -> TokenStream) -> TokenStream {
    // All ways hand the ending on, so that nobody keeps book of whether it was.
    let unknown = quote!(_ => {
        #p::core::mem::drop(__ending);
        #p::core::result::Result::Err(#p::WireError::unknown(__arrived))
    });
    let arms: Vec<TokenStream> =
        arms.iter().enumerate().map(|(at, entry)| (at, arm(entry))).map(|(at, arm)| quote!(#at => #arm)).collect();
    if arms.len() <= ARMS {
        return quote!(match __at { #(#arms,)* #unknown });
    }
    let chunks = arms
        .chunks(ARMS)
        .enumerate()
        .map(|(chunk, arms)| quote!(#chunk => async move { match __at { #(#arms,)* #unknown } }.await));
    quote!(match __at / #ARMS { #(#chunks,)* #unknown })
}

fn dispatch(p: &TokenStream, contract: &TokenStream, app: &TokenStream, arm: &Arm) -> TokenStream {
    let Arm { message, way, at, .. } = arm;
    let ended = match way {
        Way::Asked => quote!(#p::ask::<#message, #app, #contract, __E>(__app, __arrived, __ending)),
        Way::Told => quote!(#p::tell::<#message, #app, #contract, __E>(__app, __arrived, __ending)),
        Way::Rowed => quote!(#p::Ending::rows::<#message, #app, #contract>(__ending, __app, __arrived)),
    };
    respan(quote!(#ended.await), *at)
}
