//! An expansion without its noise: what is the same in every one, and what only lints and the optimizer
//! read.

use proc_macro2::TokenStream;
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, ItemImpl, Type};

const NOISE: &[&str] = &["automatically_derived", "inline", "allow", "doc", "diagnostic"];

/// Formatted, without noise.
pub fn quiet(expansion: TokenStream) -> String {
    let text = expansion.to_string().replace(":: catga :: __private :: ", "");
    let mut file: File = syn::parse_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    file = crate::hand_over::own(file);
    file.items.retain(|item| !is_never(item));
    Quiet.visit_file_mut(&mut file);
    prettyplease::unparse(&file)
}

/// The messages that nobody sends stand in every mediator alike.
fn is_never(item: &Item) -> bool {
    let Item::Impl(ItemImpl { trait_: Some((path, _)), .. }) = item else { return false };
    let Some(last) = path.segments.last() else { return false };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    let Some(syn::GenericArgument::Type(Type::Path(message))) = arguments.args.first() else { return false };
    message.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with("Never"))
}

struct Quiet;

impl VisitMut for Quiet {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| {
            let first = attribute.path().segments.first();
            !first.is_some_and(|first| NOISE.iter().any(|noise| first.ident == noise))
        });
    }
}
