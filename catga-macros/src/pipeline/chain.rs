use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, parse_quote_spanned};

use super::entry::{Entry, Form, is_self};
use crate::catalogue;
use crate::krate::{bind, respan};

/// What brings `join` into scope in a block.
pub(crate) fn joins(p: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #p::{JoinInto as _, JoinPlain as _};
    }
}

/// The entries around `end`. Every token that is not the user's is at one place, so that a behavior that
/// does not fit is one error there.
pub(crate) fn chain(entries: &[Entry], p: &TokenStream, at: Span, end: TokenStream) -> TokenStream {
    let p = respan(p.clone(), at);
    entries.iter().rev().fold(respan(end, at), |rest, entry| link(entry, &p, at, rest))
}

fn link(entry: &Entry, p: &TokenStream, at: Span, rest: TokenStream) -> TokenStream {
    let expr = bind(entry.expr.to_token_stream());
    // A constant with state is shown where it is.
    let (join, at) = (at, entry.span());
    let p = &respan(p.clone(), at);
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
    quote_spanned!(join=> #pick.join(#rest))
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
