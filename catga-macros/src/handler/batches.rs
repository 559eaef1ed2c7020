//! The fields of a set that answer in a handler's place, as far as syntax shows: `self.inserts.answer(..)`. A mediator asks
//! them what they need.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// The fields, each once.
pub(super) fn batches(body: &Group) -> Vec<Ident> {
    let mut fields = Vec::new();
    // Few bodies have the word, and their text is read sooner than their tokens.
    if body.span().source_text().is_none_or(|text| text.contains("answer")) {
        search(body.stream(), &mut fields);
    }
    fields
}

fn search(tokens: TokenStream, fields: &mut Vec<Ident>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            search(group.stream(), fields);
        }
        let [this, dot, TokenTree::Ident(field), second, method, TokenTree::Group(given), ..] = &trees[i..] else {
            continue;
        };
        let is_answer = is(this, "self") && is(dot, ".") && is(second, ".") && is(method, "answer");
        if is_answer && given.delimiter() == Delimiter::Parenthesis && !fields.contains(field) {
            fields.push(field.clone());
        }
    }
}

fn is(tree: &TokenTree, text: &str) -> bool {
    tree.to_string() == text
}
