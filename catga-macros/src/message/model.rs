use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Expr, Ident, LitInt, LitStr, Member, Type};

use crate::krate::Krate;
use crate::threads;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Command,
    Query,
    Event,
}

/// A message as the user declared it.
pub(crate) struct Message {
    pub(crate) original: TokenStream,
    pub(crate) ident: Ident,
    /// Without lifetimes, which are a mistake.
    pub(crate) generics: syn::Generics,
    /// How many of those there are.
    pub(crate) lifetimes: usize,
    pub(crate) kind: Kind,
    pub(crate) options: Options,
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) krate: Krate,
    pub(crate) reply: Option<Type>,
    pub(crate) error: Option<Type>,
    pub(crate) stream: Option<Type>,
    pub(crate) name: Option<LitStr>,
    pub(crate) version: Option<Expr>,
    pub(crate) fan_out: Option<Ident>,
    pub(crate) validate: Option<Ident>,
    pub(crate) idempotent: Option<Ident>,
    pub(crate) critical: Option<Ident>,
    pub(crate) trace: Option<TokenStream>,
    /// In milliseconds.
    pub(crate) within: Option<u64>,
    /// In bytes, of memory.
    pub(crate) fits: Option<LitInt>,
    pub(crate) handled_by: Option<Type>,
    pub(crate) codec: Option<Type>,
    pub(crate) compress: Option<Type>,
    pub(crate) upcasts: Option<Type>,
    pub(crate) key: Option<Member>,
    /// The name of its level in the runtime.
    pub(crate) qos: Option<Ident>,
    pub(crate) endpoint: Option<LitStr>,
}

impl Message {
    /// The type; one that borrows does so for good, as far as anybody else is told.
    pub(crate) fn ty(&self) -> TokenStream {
        let (ident, (_, generics, _)) = (&self.ident, self.generics.split_for_impl());
        if self.lifetimes == 0 {
            return quote!(#ident #generics);
        }
        let lifetimes = std::iter::repeat_n(quote!('static), self.lifetimes);
        let others = self.generics.params.iter().map(|parameter| match parameter {
            syn::GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
            syn::GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
            syn::GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
        });
        quote!(#ident <#(#lifetimes,)* #(#others),*>)
    }

    /// Whether it has no parameters.
    pub(crate) fn is_plain(&self) -> bool {
        self.generics.params.is_empty() && self.lifetimes == 0
    }

    /// Whether it is asked if threads may share it.
    pub(crate) fn is_asked(&self) -> bool {
        self.is_suspect() || self.is_in_doubt()
    }

    /// Whether what threads may not share may stand in a type that it names.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.is_plain() && threads::is_in_doubt(self.original.clone(), &self.ident)
    }

    /// Whether something stands in it that threads may not share, by its name.
    pub(crate) fn is_suspect(&self) -> bool {
        self.is_plain() && threads::is_suspect(self.original.clone())
    }

    /// Whether running it twice is no more than once.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.kind == Kind::Query || self.options.idempotent.is_some()
    }

    /// Whether a repeat of it may do more than the first, and must not.
    pub(crate) fn is_guarded(&self) -> bool {
        self.options.critical.is_some() && !self.is_repeatable()
    }

    /// The kind's name in the runtime.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Command => "Command",
            Kind::Query if self.options.stream.is_some() => "StreamQuery",
            Kind::Query => "Query",
            Kind::Event => "Event",
        }
    }

    /// The kind's name for people.
    pub(crate) fn kind_text(&self) -> &'static str {
        match self.kind {
            Kind::Command => "command",
            Kind::Query if self.options.stream.is_some() => "stream",
            Kind::Query => "query",
            Kind::Event => "event",
        }
    }
}
