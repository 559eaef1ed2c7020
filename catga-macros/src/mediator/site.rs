//! Where the expansion of one slot stands.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;

use super::checked::CheckedSlot;
use super::expand::Expansion;
use crate::krate::{hash, ours, respan};
use crate::pipeline::place;

/// What the expansion of one slot is made of, all of it at one place, so that what is wrong with it is
/// one error there.
pub(super) struct Site {
    pub(super) at: Span,
    pub(super) p: TokenStream,
    pub(super) this: Ident,
    pub(super) cx: Ident,
    /// The slot's message, without its path in scope.
    pub(super) message: TokenStream,
    pub(super) key: Literal,
}

impl Site {
    /// `impl Future<..> + Send` of an outcome.
    pub(super) fn future(&self) -> TokenStream {
        let Self { at, p, message, .. } = self;
        quote_spanned!(*at=> impl #p::Future<Output = #p::Outcome<#message>> + #p::Send)
    }

    /// `&mut Context<..>`
    pub(super) fn context(&self, is_plain: bool) -> TokenStream {
        let Self { at, p, .. } = self;
        if is_plain {
            quote_spanned!(*at=> &mut _Cx<'_>)
        } else {
            quote_spanned!(*at=> &mut #p::Context<#p::Inside<'_, Self>>)
        }
    }
}

impl Expansion<'_> {
    pub(super) fn site(&self, slot: &CheckedSlot) -> Site {
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

    /// Where a slot's dispatch is.
    pub(super) fn place(&self, slot: &CheckedSlot) -> Span {
        place(&self.entries(slot), self.set(slot).span())
    }
}
