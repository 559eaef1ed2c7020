//! What the behaviors of entries say of themselves, for constants to ask.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::visit_mut::VisitMut;
use syn::{Expr, parse_quote_spanned};

use super::entry::{Entry, Form, is_self};
use crate::krate::{bind, ours, respan};

/// What brings `ask` into scope in a block.
pub(crate) fn asks(p: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports)]
        use #p::{Asks as _, AsksInVain as _};
    }
}

/// What an entry says; the pipeline's fields are those of `owner`.
///
/// ```text
/// said::<Shop, _>(|__this| Probe(&__this.breaker).ask())
/// ```
pub(crate) fn said(entry: &Entry, p: &TokenStream, owner: &TokenStream) -> TokenStream {
    let at = entry.span();
    let this = ours("__this", at);
    let expr = reached(entry, &this);
    let (p, owner) = (respan(p.clone(), at), respan(owner.clone(), at));
    let said = quote::quote_spanned!(at=> #p::said::<#owner, _>(|#this| #p::Probe(#expr).ask()));
    match entry.kind_bit() {
        None => said,
        Some(kind) => quote::quote_spanned!(at=> #said.only(#kind)),
    }
}

/// An entry's behavior, where `this` is whose fields it names.
pub(crate) fn reached(entry: &Entry, this: &Ident) -> TokenStream {
    let expr = match entry.form() {
        Form::Constant => entry.expr.to_token_stream(),
        Form::Field => {
            let field = &entry.expr;
            quote!(&#field)
        }
        Form::Built => borrowed(&entry.expr).to_token_stream(),
    };
    bind(renamed(expr, this))
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

/// A closure has no `self` of its own; `self::` is a path and stays.
fn renamed(tokens: TokenStream, this: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut renamed_tokens = TokenStream::new();
    while let Some(token) = tokens.next() {
        let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
        renamed_tokens.extend([match token {
            TokenTree::Ident(ident) if ident == "self" && !is_path => {
                TokenTree::Ident(ours(&this.to_string(), ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), renamed(group.stream(), this));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        }]);
    }
    renamed_tokens
}
