use proc_macro2::TokenStream;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, LitStr, Path, Type, Visibility};

use crate::krate::Krate;

/// A contract as the user declared it.
pub(super) struct Contract {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) ident: Ident,
    pub(super) members: Vec<Member>,
    /// Something is wrong with it and was reported: it lists nothing, and whoever serves or calls it is quiet.
    pub(super) is_broken: bool,
    pub(super) options: Options,
}

#[derive(Default)]
pub(super) struct Options {
    pub(super) krate: Krate,
    pub(super) codec: Option<Type>,
    pub(super) compress: Option<Type>,
    pub(super) endpoint: Option<LitStr>,
    /// Its messages have a schema.
    pub(super) schema: Option<Ident>,
}

/// A message of a contract.
pub(super) struct Member {
    /// Its place among them.
    pub(super) index: usize,
    pub(super) path: Path,
    pub(super) way: Way,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Asked,
    Told,
    Rowed,
}

impl Way {
    /// Its name in the runtime.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Asked => "Asked",
            Self::Told => "Told",
            Self::Rowed => "Rowed",
        }
    }
}

impl Member {
    /// The ident of its message.
    pub(super) fn ident(&self) -> Option<&Ident> {
        self.path.segments.last().map(|last| &last.ident)
    }

    /// The message as the expansion names it: checked.
    pub(super) fn checked(&self) -> Ident {
        Ident::new(&format!("_C{}", self.index), self.path.span())
    }

    /// Its generic arguments.
    pub(super) fn arguments(&self) -> TokenStream {
        match self.path.segments.last().map(|last| &last.arguments) {
            None | Some(syn::PathArguments::None) => TokenStream::new(),
            Some(arguments) => quote::quote!(#arguments),
        }
    }
}
