//! What rustc does between `#[mediator]` and `compose!`: it expands the derive, and then the hidden macro
//! of each handler set.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Fields, File, Item, ItemMacro, parse_quote};

/// The last step of a mediator whose fields are these sets; all are given as their attributes' expansions.
pub fn compose(mediator: TokenStream, sets: &[TokenStream]) -> TokenStream {
    let expanded: File = parse_quote!(#mediator);
    let Some(Item::Struct(mut item)) = expanded.items.into_iter().next() else { panic!("the struct comes first") };
    // A derive is not given itself.
    item.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
    // And it is given the fields after `cfg`, of a build and not of the docs.
    if let Fields::Named(fields) = &mut item.fields {
        let docs: Attribute = parse_quote!(#[cfg(doc)]);
        fields.named =
            std::mem::take(&mut fields.named).into_iter().filter(|field| !field.attrs.contains(&docs)).collect();
    }
    let handed_on = crate::mediator::derive(item.into_token_stream());
    // `Orders! { [] (arguments) [next] (arguments) [compose] () { item } }`
    let item = last(last(handed_on, Delimiter::Brace), Delimiter::Brace);
    let slots = sets.iter().map(|set| slots(set.clone()));
    crate::mediator::compose(quote! { [#({ #slots })*] () { #item } })
}

/// What a set's hidden macro adds: `$next! { [$($before)* { slots }] $($rest)* }`. Where conditions make
/// several of it, the last is the one whose conditions hold.
fn slots(set: TokenStream) -> TokenStream {
    let expanded: File = parse_quote!(#set);
    let macros = expanded.items.into_iter().filter_map(|item| match item {
        Item::Macro(item) if item.ident.is_some() => Some(item),
        _ => None,
    });
    let hidden: ItemMacro = macros.last().expect("a set has a hidden macro");
    // The first rule; the others are of the set itself.
    let body = first(hidden.mac.tokens, Delimiter::Brace);
    last(first(last(body, Delimiter::Brace), Delimiter::Bracket), Delimiter::Brace)
}

/// The items that a set gives its own macro, `Orders! { number { items } { .. } }`, as that gives them back.
pub fn own(file: File) -> File {
    let items = file.items.into_iter().flat_map(|item| match item {
        Item::Macro(item) if item.ident.is_none() => {
            let items: File = syn::parse2(first(item.mac.tokens, Delimiter::Brace)).expect("items");
            items.items
        }
        item => vec![item],
    });
    File { items: items.collect(), ..file }
}

fn groups(tokens: TokenStream, delimiter: Delimiter) -> impl Iterator<Item = Group> {
    tokens.into_iter().filter_map(move |token| match token {
        TokenTree::Group(group) if group.delimiter() == delimiter => Some(group),
        _ => None,
    })
}

fn first(tokens: TokenStream, delimiter: Delimiter) -> TokenStream {
    groups(tokens, delimiter).next().expect("a group").stream()
}

fn last(tokens: TokenStream, delimiter: Delimiter) -> TokenStream {
    groups(tokens, delimiter).last().expect("a group").stream()
}
