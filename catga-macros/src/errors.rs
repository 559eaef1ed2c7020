use std::cell::RefCell;
use std::fmt::Display;
use std::thread;

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::catalogue;

/// Every error of one expansion, in order. It is read once, at the end; one that is dropped unread is
/// a bug of ours and panics.
pub(crate) struct Errors(RefCell<Option<Vec<syn::Error>>>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Some(Vec::new())))
    }

    /// Reports at the tokens of `at`.
    pub(crate) fn at(&self, at: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(at, message));
    }

    /// Reports what syn found.
    pub(crate) fn push(&self, error: syn::Error) {
        if let Some(errors) = &mut *self.0.borrow_mut() {
            errors.push(error);
        }
    }

    /// The value, or its error reported.
    pub(crate) fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The same of a list of options, where syn has its own words for one that is not written as it should be.
    pub(crate) fn take_options<T>(&self, result: syn::Result<T>) -> Option<T> {
        self.take(result.map_err(|error| {
            let text = error.to_string();
            if text.starts_with("CATGA") { error } else { syn::Error::new(error.span(), catalogue::option_form(text)) }
        }))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().as_ref().is_none_or(Vec::is_empty)
    }

    /// The first as tokens: in a constant it has no value, and rustc says nothing else about it.
    pub(crate) fn first(&self) -> Option<TokenStream> {
        self.0.borrow().as_ref()?.first().map(syn::Error::to_compile_error)
    }

    pub(crate) fn into_compile_errors(self) -> TokenStream {
        let errors = self.0.borrow_mut().take().unwrap_or_default();
        errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(self.0.borrow().is_none() || thread::panicking(), "errors of an expansion were not read");
    }
}

/// One token to point at: the whole item would be underlined otherwise.
pub(crate) fn first_token(tokens: impl ToTokens) -> TokenStream {
    tokens.into_token_stream().into_iter().next().into_iter().collect()
}
