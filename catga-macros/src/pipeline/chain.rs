use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, parse_quote_spanned};

use super::entry::{Entry, Form, is_self};
use crate::catalogue;
use crate::krate::{bind, respan};

/// What brings `pick` and `whole` into scope in a block.
pub(crate) fn picks(p: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #p::{Broken as _, PickInto as _, PickPlain as _, Whole as _};
    }
}

/// The entries around `end`, for a message in a scope. What is said of an entry stands at the entry, so that a behavior
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
) -> TokenStream {
    // It is the same up to an entry that may change it, and rustc has less to find out where it is told.
    let known = entries.iter().take_while(|entry| !entry.may_double()).count();
    let scope = |i: usize| if i <= known { scope.clone() } else { quote!(_) };
    let innermost = scope(entries.len());
    let end = respan(quote!(#p::Chain::<#message, #innermost>::end(#end)), at);
    let chain = entries.iter().enumerate().rev().fold(end, |rest, (i, entry)| {
        let scope = scope(i);
        let of = quote!(#message, #scope);
        link(entry, p, &of, rest)
    });
    quote_spanned!(at=> #chain.whole())
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

/// `Transactional(self.db)` as `Transactional(&self.db)`.
pub(super) fn borrowed(expr: &Expr) -> Expr {
    struct Borrow;
    impl VisitMut for Borrow {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            match expr {
                Expr::Reference(_) => {}
                Expr::Field(field) if of_self(&field.base) => {
                    let span = syn::spanned::Spanned::span(field);
                    *expr = parse_quote_spanned!(span=> &#field);
                }
                _ => syn::visit_mut::visit_expr_mut(self, expr),
            }
        }
    }
    let mut expr = expr.clone();
    Borrow.visit_expr_mut(&mut expr);
    expr
}

fn of_self(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => of_self(&field.base),
        other => is_self(other),
    }
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
