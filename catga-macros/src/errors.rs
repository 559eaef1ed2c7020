use std::cell::RefCell;
use std::fmt::Display;
use std::thread;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Meta};

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

    /// The same of a list of options such as `example`, where syn has its own words for one that is not written as it
    /// should be.
    pub(crate) fn take_options<T>(&self, result: syn::Result<T>, list: impl ToTokens, example: &str) -> Option<T> {
        self.take(result.map_err(|error| said(&error, list, |text| catalogue::option_form(text, example))))
    }

    /// The same of the entries of a pipeline.
    pub(crate) fn take_entries<T>(&self, result: syn::Result<T>, list: impl ToTokens) -> Option<T> {
        self.take(result.map_err(|error| said(&error, list, |text| catalogue::pipeline_form(text))))
    }

    /// Takes an attribute of ours off an item that has it already.
    pub(crate) fn of_twice(&self, attributes: &mut Vec<Attribute>, name: &str) {
        let is_same = |attribute: &mut Attribute| {
            let mut segments = attribute.path().segments.iter();
            let is_ours =
                attribute.path().is_ident(name) || segments.next().is_some_and(|first| first.ident == "catga");
            is_ours && attribute.path().segments.last().is_some_and(|last| last.ident == name)
        };
        for twice in attributes.extract_if(.., is_same) {
            self.at(twice.path(), catalogue::repeated_option(format_args!("#[{name}]")));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count() == 0
    }

    pub(crate) fn count(&self) -> usize {
        self.0.borrow().as_ref().map_or(0, Vec::len)
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

/// What syn found in a list, in words of ours: it names all that begins a type, and the end of a list is nowhere.
fn said(error: &syn::Error, list: impl ToTokens, form: impl Fn(&str) -> String) -> syn::Error {
    let text = error.to_string();
    if text.starts_with("CATGA") {
        return error.clone();
    }
    let is_end = text.starts_with("unexpected end of input");
    let text = match () {
        () if text.contains("`dyn`") => "a type is missing here, which stands without quotes",
        () if is_end => "something is missing behind this",
        () => text.trim_end_matches(", expected ident").trim_end_matches(": #[class(...)]"),
    };
    match list.into_token_stream().into_iter().last() {
        Some(last) if is_end => syn::Error::new_spanned(last, form(text)),
        _ => syn::Error::new(error.span(), form(text)),
    }
}

/// What stands between an attribute's parentheses.
pub(crate) fn given(attribute: &Attribute) -> Option<&TokenStream> {
    match &attribute.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    }
}

/// One token to point at: the whole item would be underlined otherwise.
pub(crate) fn first_token(tokens: impl ToTokens) -> TokenStream {
    tokens.into_token_stream().into_iter().next().into_iter().collect()
}
