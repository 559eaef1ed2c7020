//! What the behaviors of entries say of themselves, for constants to ask.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use super::chain::borrowed;
use super::entry::{Entry, Form};
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

/// Whether it is around commands.
pub(crate) fn is_for_commands(entry: &Entry) -> bool {
    entry.kind.as_ref().is_none_or(|kind| kind == "commands")
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
