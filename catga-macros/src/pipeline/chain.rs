use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::visit_mut::VisitMut;
use syn::{Expr, parse_quote_spanned};

use super::entry::{Entry, Form, is_self};

/// What brings `join` into scope in a block.
pub(crate) fn joins(p: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #p::{JoinInto as _, JoinPlain as _};
    }
}

/// The entries around `end`. Every token of an entry's link is at the entry, so that what does not fit
/// is reported there.
pub(crate) fn chain(entries: &[Entry], p: &TokenStream, end: TokenStream) -> TokenStream {
    entries.iter().rev().fold(end, |rest, entry| link(entry, p, rest))
}

fn link(entry: &Entry, p: &TokenStream, rest: TokenStream) -> TokenStream {
    let at = entry.span();
    let expr = &entry.expr;
    let p = crate::krate::respan(p.clone(), at);
    let pick = match (entry.form(), entry.kind_type()) {
        (Form::Constant, None) => quote_spanned!(at=> #p::Pick(#p::Constant(|| &const { #expr }))),
        (Form::Constant, Some(kind)) => {
            quote_spanned!(at=> #p::Pick(#p::Constant(|| &const { #p::On::<#p::#kind, _>::new(#expr) })))
        }
        (Form::Field, None) => quote_spanned!(at=> #p::Pick(&#expr)),
        (Form::Field, Some(kind)) => quote_spanned!(at=> #p::PickBuilt(move || #p::On::<#p::#kind, _>::new(&#expr))),
        (Form::Built, None) => {
            let built = borrowed(expr);
            quote_spanned!(at=> #p::PickBuilt(move || #built))
        }
        (Form::Built, Some(kind)) => {
            let built = borrowed(expr);
            quote_spanned!(at=> #p::PickBuilt(move || #p::On::<#p::#kind, _>::new(#built)))
        }
    };
    let join = quote_spanned!(at=> .join);
    quote!(#pick #join(#rest))
}

/// `Transactional(self.db)` as `Transactional(&self.db)`.
fn borrowed(expr: &Expr) -> Expr {
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
