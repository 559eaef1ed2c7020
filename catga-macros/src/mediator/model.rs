use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{Generics, Ident, Path, Type, parse_quote};

use super::fields::innermost;
use crate::krate::Krate;
use crate::pipeline::{Entry, Pipeline};

/// A mediator as the user declared it.
pub(super) struct Mediator {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    pub(super) options: Options,
    pub(super) pipeline: Pipeline,
    pub(super) sets: Vec<Set>,
}

impl Mediator {
    /// One of which nothing is known but its name.
    pub(super) fn bare(ident: Ident, generics: Generics) -> Self {
        Self { ident, generics, options: Options::default(), pipeline: Pipeline::default(), sets: Vec::new() }
    }
}

#[derive(Default)]
pub(super) struct Options {
    pub(super) krate: Krate,
    pub(super) export: bool,
    pub(super) nested: bool,
    pub(super) handles: Vec<Path>,
    pub(super) unheard: Vec<Path>,
    pub(super) hears: Vec<Path>,
    pub(super) extension: Option<Type>,
    pub(super) ports: Vec<Port>,
    /// All that it handles may arrive as bytes.
    pub(super) serves: Option<Ident>,
    /// It handles all of these.
    pub(super) serves_contracts: Vec<Path>,
    pub(super) codec: Option<Type>,
    pub(super) compress: Option<Type>,
}

impl Options {
    /// Whether it may be a field of another mediator.
    pub(super) fn is_nested(&self) -> bool {
        self.nested || self.export || !self.hears.is_empty()
    }
}

/// `clock = self.clock`
pub(super) struct Port {
    pub(super) name: Ident,
    pub(super) field: Ident,
    pub(super) ty: Type,
}

/// A field that is a handler set.
pub(super) struct Set {
    pub(super) field: Ident,
    /// As it is written.
    pub(super) ty: Type,
    /// As the expansion names it.
    pub(super) own: Type,
    /// What is asked before, where it has arguments, which may not be its.
    pub(super) asked: Option<Asked>,
    /// The set's type without its generics, under which its hidden macro is found too.
    pub(super) path: Path,
    /// The generics.
    pub(super) arguments: TokenStream,
    pub(super) pipeline: Pipeline,
    /// Its type is at least as visible as the mediator, as far as the field's own visibility says so.
    pub(super) is_as_visible: bool,
    /// How many `Arc`s and `Box`es are around it.
    pub(super) pointers: usize,
}

/// A set that is asked whether it is one, with its arguments.
pub(super) struct Asked {
    /// What it is called in the expansion. Where it is no set, that is no type, and rustc says no more about it.
    pub(super) name: Ident,
    /// Its type without the `Arc`s and `Box`es around it, as it is written.
    pub(super) ty: Type,
    /// What is said where it is none.
    pub(super) text: String,
}

impl Set {
    /// Asks whether it is a set, under a name of its own in the expansion.
    pub(super) fn ask(&mut self, name: Ident, text: String) {
        let mut own = self.ty.clone();
        if let Some(set) = innermost(&mut own, self.pointers) {
            let ty = std::mem::replace(set, parse_quote!(#name));
            self.asked = Some(Asked { name, ty, text });
            self.own = own;
        }
    }

    /// Its type without the `Arc`s and `Box`es around it.
    pub(super) fn without_pointers(&self) -> TokenStream {
        if let Some(asked) = &self.asked {
            return asked.name.to_token_stream();
        }
        let (path, arguments) = (&self.path, &self.arguments);
        let arguments = (!arguments.is_empty()).then(|| quote!(<#arguments>));
        quote!(#path #arguments)
    }

    /// The set itself, without the `Arc`s and `Box`es around it.
    pub(super) fn inner(&self) -> TokenStream {
        let field = &self.field;
        let stars = std::iter::repeat_n(quote!(*), self.pointers);
        quote!(&#(#stars)* self.#field)
    }

    /// Where what is wrong with it is shown.
    pub(super) fn span(&self) -> Span {
        self.ty.span()
    }

    /// The entries around one of its handlers that does without some.
    pub(super) fn entries(&self, outer: &Pipeline, without: &[Ident]) -> Vec<Entry> {
        let mut without_outer = self.pipeline.without.clone();
        without_outer.extend(without.iter().cloned());
        let mut entries = outer.kept(&without_outer);
        entries.extend(self.pipeline.kept(without));
        entries
    }
}
