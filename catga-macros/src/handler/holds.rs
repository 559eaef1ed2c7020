//! What a handler's body surely sends in place, so that its future holds that of the send:
//! `cx.send(ChargeCard { .. }).await`, with a message that it names. What is in doubt is not said.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{FnArg, ImplItemFn, Pat};

use super::model::{Shape, Slot};

/// The messages, where the body of a handler names them.
pub(super) fn holds(method: &ImplItemFn, slot: &Slot, body: &Group) -> Vec<Ident> {
    let capabilities = slot.capabilities().into_iter();
    let may_send: Vec<Ident> =
        capabilities.filter(|capability| capability.verb == "sends").map(|capability| capability.message).collect();
    if may_send.is_empty() || slot.shape != Shape::Async || method.sig.asyncness.is_none() {
        return Vec::new();
    }
    let Some(FnArg::Typed(argument)) = method.sig.inputs.last() else { return Vec::new() };
    let Pat::Ident(context) = &*argument.pat else { return Vec::new() };
    let mut search = Search { context: &context.ident, may_send: &may_send, found: Vec::new(), is_sure: true };
    search.block(body.stream(), true);
    if search.is_sure { search.found } else { Vec::new() }
}

/// Words with which a body may mean something else by a name, or put a future elsewhere.
const IN_DOUBT: &[&str] = &[
    "async",
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
    "use",
];

/// Words after which the rest of a block may never run, and then nothing holds it.
const LEAVES: &[&str] =
    &["abort", "break", "continue", "exit", "loop", "panic", "return", "todo", "unimplemented", "unreachable"];

struct Search<'a> {
    context: &'a Ident,
    may_send: &'a [Ident],
    found: Vec<Ident>,
    is_sure: bool,
}

impl Search<'_> {
    fn block(&mut self, tokens: TokenStream, mut is_reached: bool) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (i, tree) in trees.iter().enumerate() {
            let before = i.checked_sub(1).map(|before| &trees[before]);
            match tree {
                // What a macro is given may come to anything.
                TokenTree::Group(group) => self.block(group.stream(), is_reached && !is_punct(before, '!')),
                // An attribute may take away what it is on.
                TokenTree::Punct(punct) if punct.as_char() == '#' => self.is_sure = false,
                TokenTree::Ident(ident) if IN_DOUBT.iter().any(|word| ident == word) => self.is_sure = false,
                TokenTree::Ident(ident) if ident == self.context && !is_punct(before, '.') => {
                    // Whatever else is done with it may be to bind another under its name.
                    self.is_sure &= is_punct(trees.get(i + 1), '.');
                    if let (true, Some(message)) = (is_reached || is_word(before, "return"), sent(&trees[i + 1..])) {
                        self.found.extend(self.may_send.contains(&message).then_some(message));
                    }
                }
                TokenTree::Ident(ident) => is_reached &= !LEAVES.iter().any(|word| ident == word),
                _ => {}
            }
        }
    }
}

/// `Charge` of `.send(Charge(..)).await`, and of `Charge` and `Charge { .. }`.
fn sent(trees: &[TokenTree]) -> Option<Ident> {
    let [dot, send, TokenTree::Group(given), after, wait, ..] = trees else { return None };
    let is_awaited = is_punct(Some(dot), '.')
        && is_word(Some(send), "send")
        && given.delimiter() == Delimiter::Parenthesis
        && is_punct(Some(after), '.')
        && is_word(Some(wait), "await");
    let given: Vec<TokenTree> = given.stream().into_iter().collect();
    let message = match &given[..] {
        [message] | [message, TokenTree::Group(_)] => message,
        [message, TokenTree::Punct(comma)] | [message, TokenTree::Group(_), TokenTree::Punct(comma)]
            if comma.as_char() == ',' =>
        {
            message
        }
        _ => return None,
    };
    match message {
        TokenTree::Ident(message) if is_awaited => Some(message.clone()),
        _ => None,
    }
}

fn is_punct(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_word(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == word)
}
