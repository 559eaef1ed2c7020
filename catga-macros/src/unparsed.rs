//! An item that does not parse, as it is while somebody writes it. Rustc parses it, too, and says what is wrong: this says
//! nothing else, and what stands for it keeps its name known.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::krate::{at, hash, place};

/// What nobody reads then.
const UNKNOWN: &str = "CATGA030_this_syntax_is_not_known_to_catga_so_write_it_otherwise";

/// The item as it is, without attributes of ours, as nobody reads them.
///
/// Should rustc take it, it has handlers that nobody sees. Then, and only then, a lint is the error: rustc comes to lints
/// when it has found nothing else.
pub(crate) fn quiet(item: TokenStream) -> TokenStream {
    let first = item.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
    let item = without_attributes(item);
    // Several may stand beside each other.
    let place = hash(&place(first));
    let name = Ident::new(&format!("{UNKNOWN}_{place:x}"), at(first));
    quote_spanned! {at(first)=>
        #item
        #[deny(dead_code)]
        #[allow(non_upper_case_globals)]
        const #name: () = ();
    }
}

/// The item with nothing between its braces.
pub(crate) fn emptied(item: TokenStream) -> TokenStream {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = trees.last_mut()
        && body.delimiter() == Delimiter::Brace
    {
        *body = with(body, TokenStream::new());
    }
    trees.into_iter().collect()
}

fn without_attributes(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(tree) = trees.next() {
        let is_mark = matches!(&tree, TokenTree::Punct(mark) if mark.as_char() == '#');
        if is_mark && trees.next_if(|next| matches!(next, TokenTree::Group(group) if is_ours(group))).is_some() {
            continue;
        }
        kept.extend([match tree {
            // Another group has other ends, and rustc would say the same once more at those.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && has_ours(group.stream()) => {
                TokenTree::Group(with(&group, without_attributes(group.stream())))
            }
            tree => tree,
        }]);
    }
    kept
}

fn has_ours(tokens: TokenStream) -> bool {
    let mut is_mark = false;
    tokens.into_iter().any(|tree| {
        let marked = std::mem::replace(&mut is_mark, matches!(&tree, TokenTree::Punct(mark) if mark.as_char() == '#'));
        matches!(&tree, TokenTree::Group(group) if marked && is_ours(group))
    })
}

/// Whether what stands between an attribute's brackets is one of ours, under whatever path.
fn is_ours(group: &Group) -> bool {
    let path = group.stream().into_iter().take_while(|tree| match tree {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(colon) => colon.as_char() == ':',
        _ => false,
    });
    let last = path.last();
    last.is_some_and(|last| ["handler", "pipeline", "state"].contains(&&*last.to_string()))
}

fn with(group: &Group, stream: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), stream);
    other.set_span(group.span());
    other
}
