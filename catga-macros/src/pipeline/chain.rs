use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Ident;

use super::entry::{Entry, Form};
use super::said::{borrowed, reached};
use crate::catalogue;
use crate::krate::{bind, ours, respan};

/// What brings `pick` and `whole` into scope in a block.
pub(crate) fn picks(p: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #p::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
    }
}

/// The entries around `end`, for a message in a scope; `asked` is the message where the first entry of which nothing is
/// known is fitted in. What is said of an entry stands at the entry, so that a behavior
/// that does not fit is one error there; that the end fits is asked `at` another place.
///
/// ```text
/// Fits::<PlaceOrder, Scope>::then(
///     Pick(Constant(|| &const { Retry::times(3) })).pick(),
///     Chain::<PlaceOrder, _>::end(End(..)),
/// )
/// .whole()
/// ```
pub(crate) fn chain(
    entries: &[Entry],
    p: &TokenStream,
    message: &TokenStream,
    scope: &TokenStream,
    at: Span,
    end: TokenStream,
    asked: Option<&TokenStream>,
) -> TokenStream {
    // It is the same up to an entry that may change it, and rustc has less to find out where it is told.
    let known = known(entries);
    let scope = |i: usize| if i <= known { scope.clone() } else { quote!(_) };
    let innermost = scope(entries.len());
    let end = respan(quote!(#p::Chain::<#message, #innermost>::end(#end)), at);
    let chain = entries.iter().enumerate().rev().fold(end, |rest, (i, entry)| {
        let (scope, message) = (scope(i), asked.filter(|_| i == known).unwrap_or(message));
        let of = quote!(#message, #scope);
        link(entry, p, &of, rest)
    });
    quote_spanned!(at=> #chain.whole())
}

/// How many entries there are before the first of which nothing is known: up to that one the scope is.
pub(crate) fn known(entries: &[Entry]) -> usize {
    entries.iter().take_while(|entry| !entry.may_double()).count()
}

/// That an entry fits for a message in a scope, as a value, which it has not otherwise; the pipeline's fields are those of
/// `owner`. What is said is the types' to say, or a text.
pub(crate) fn fits(
    entry: &Entry,
    p: &TokenStream,
    of: &TokenStream,
    owner: &TokenStream,
    text: Option<String>,
) -> TokenStream {
    let at = entry.span();
    let this = ours("__this", at);
    let expr = reached(entry, &this);
    let (p, of, owner) = (respan(p.clone(), at), respan(of.clone(), at), respan(owner.clone(), at));
    let pick = match entry.form() {
        Form::Constant => quote_spanned!(at=> #p::Pick(#p::Constant(|| &const { #expr }))),
        Form::Field => quote_spanned!(at=> #p::Pick(#expr)),
        Form::Built => quote_spanned!(at=> #p::PickBuilt(move || #expr)),
    };
    let picks = respan(picks(&p), at);
    match text {
        None => quote_spanned! {at=>
            { #picks #p::fits::<#owner, _>(|#this| #p::Fits::<#of>::then(#pick.pick(), #p::nothing())) }
        },
        Some(text) => quote_spanned! {at=>
            {
                #picks
                #[allow(unused_imports)]
                use #p::{IsFit as _, IsUnfit as _};
                #p::core::assert!(#p::is_fit::<#owner, _>(|#this| #p::Fit::<#of, _>::of(#pick.pick()).ask()), #text);
                true
            }
        },
    }
}

/// One entry, `of` a message and a scope.
fn link(entry: &Entry, p: &TokenStream, of: &TokenStream, rest: TokenStream) -> TokenStream {
    let expr = bind(entry.expr.to_token_stream());
    let at = entry.span();
    let (p, of) = (&respan(p.clone(), at), respan(of.clone(), at));
    if entry.is_plain() {
        // What is known to change no scope needs no choice, which costs the compiler time.
        return quote_spanned!(at=> #p::plain::<#of, _, _>(#p::Constant(|| &const { #expr }), #rest));
    }
    let pick = match (entry.form(), entry.kind_type()) {
        (Form::Constant, None) => quote_spanned!(at=> #p::Pick(#p::Constant(|| &const { #expr }))),
        (Form::Constant, Some(kind)) => {
            quote_spanned!(at=> #p::Pick(#p::Constant(|| &const { #p::On::<#p::#kind, _>::new(#expr) })))
        }
        (Form::Field, None) => quote_spanned!(at=> #p::Pick(&#expr)),
        (Form::Field, Some(kind)) => quote_spanned!(at=> #p::PickBuilt(move || #p::On::<#p::#kind, _>::new(&#expr))),
        (Form::Built, None) => {
            let built = bind(borrowed(&entry.expr).to_token_stream());
            quote_spanned!(at=> #p::PickBuilt(move || #built))
        }
        (Form::Built, Some(kind)) => {
            let built = bind(borrowed(&entry.expr).to_token_stream());
            quote_spanned!(at=> #p::PickBuilt(move || #p::On::<#p::#kind, _>::new(#built)))
        }
    };
    quote_spanned!(at=> #p::Fits::<#of>::then(#pick.pick(), #rest))
}

/// That no timeout that is written out is longer than the message says its answer may take.
pub(crate) fn within(entries: &[Entry], p: &TokenStream, message: &TokenStream, ident: &Ident) -> Vec<TokenStream> {
    let literal = entries.iter().filter_map(|entry| Some((entry, entry.timeout_ms()?)));
    let checks = literal.map(|(entry, millis)| {
        let error = catalogue::over_bound(ident);
        let kind = entry.kind_type().map_or_else(|| quote!(#p::AnyKind), |kind| quote!(#p::#kind));
        let is_in_bound = quote!(#p::is_in_bound::<#message, #kind>(#millis));
        respan(quote!(const _: () = #p::core::assert!(#is_in_bound, #error);), entry.span())
    });
    checks.collect()
}

/// Where a chain's misfits are shown: at its entry where it has one, and at the handler otherwise.
pub(crate) fn place(entries: &[Entry], handler: Span) -> Span {
    match entries {
        [entry] => entry.span(),
        _ => handler,
    }
}
