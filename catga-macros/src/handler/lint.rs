//! Warnings about what a handler's body does to those who wait beside it, as far as syntax shows. Each has
//! a name, and `#[handler(allow(name))]` on the method or the impl silences it. They are printed as uses
//! of something deprecated, the one warning that a macro can give on stable. One is a mediator's to find, as it
//! takes types: that is told which handlers silence it.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Ident, Token};

use crate::catalogue;

/// The names of the lints.
const NAMES: [&str; 5] = ["blocking_sleep", "blocking_io", "nested_block_on", "detached_spawn", REPEATED_SEND];

/// The one that mediators find.
pub(super) const REPEATED_SEND: &str = "repeated_send";

/// `allow(blocking_sleep, ..)`
pub(super) fn allowed(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Ident>> {
    let names;
    syn::parenthesized!(names in meta.input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated(&names)?;
    if let Some(unknown) = names.iter().find(|name| !NAMES.iter().any(|known| *name == known)) {
        return Err(syn::Error::new(unknown.span(), catalogue::unknown_lint(unknown, NAMES.join("`, `"))));
    }
    Ok(names.into_iter().collect())
}

/// One thing that a body should not do.
pub(super) struct Finding {
    name: &'static str,
    at: Span,
}

impl Finding {
    pub(super) fn is_allowed(&self, allowed: &[Ident]) -> bool {
        allowed.iter().any(|name| name == self.name)
    }

    /// The warning, at the user's token.
    pub(super) fn warning(&self) -> TokenStream {
        let (name, text) = (Ident::new(self.name, self.at), catalogue::lint(self.name));
        quote_spanned! {self.at=>
            const _: () = {
                #[deprecated(note = #text)]
                #[allow(non_upper_case_globals)]
                const #name: () = ();
                #name
            };
        }
    }
}

/// What a body does, in its order.
pub(super) fn findings(body: &Group) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Most bodies have none of these words, and their text is read sooner than their tokens.
    let is_suspect = |text: String| {
        ["sleep", "std", "block_on", "spawn", "reqwest", "to_socket_addrs"].iter().any(|word| text.contains(word))
    };
    if body.span().source_text().is_none_or(is_suspect) {
        search(&body.stream(), &mut findings);
    }
    findings
}

fn search(tokens: &TokenStream, findings: &mut Vec<Finding>) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut begins_statement = true;
    let mut i = 0;
    let mut is_elsewhere = false;
    while let Some(tree) = trees.get(i) {
        if let TokenTree::Group(group) = tree
            && !is_elsewhere
        {
            search(&group.stream(), findings);
        }
        let path = path(&trees[i..]);
        let length = (path.len() * 3).saturating_sub(2).max(1);
        let call = trees.get(i + length);
        let is_called = matches!(call, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
        if is_called && let Some(last) = path.last() {
            let after = &trees[i + length + 1..];
            let is_statement = begins_statement && is_semicolon(after.first());
            findings.extend(of_call(&path, is_statement, after).map(|name| Finding { name, at: last.span() }));
            // Other things have a `spawn` that waits for what it is given; the runtime's has not.
            if begins_statement
                && is_handle(&path)
                && let Some(at) = spawns(after)
            {
                findings.push(Finding { name: "detached_spawn", at });
            }
        }
        is_elsewhere =
            is_called && (runs_elsewhere(&path) || path.last().is_some_and(|last| is_given_away(last, call)));
        begins_statement = match tree {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        i += length;
    }
}

/// Whether what a call is given runs where blocking is allowed.
fn runs_elsewhere(path: &[Ident]) -> bool {
    match path {
        [.., module, function] if module == "thread" && function == "spawn" => true,
        [.., function] => ["spawn_blocking", "block_in_place", "unblock"].iter().any(|name| function == name),
        [] => false,
    }
}

/// Whether a closure is spawned: it runs on a thread, of a pool or of its own, as what runs on the runtime is a future.
fn is_given_away(function: &Ident, call: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(given)) = call else { return false };
    let mut given =
        given.stream().into_iter().skip_while(|tree| matches!(tree, TokenTree::Ident(word) if word == "move"));
    function == "spawn" && matches!(given.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '|')
}

/// What a call of a path does; they claim what syntax shows, so a name that may be tokio's is not taken
/// for std's. `after` is what stands behind the call.
fn of_call(path: &[Ident], is_statement: bool, after: &[TokenTree]) -> Option<&'static str> {
    let names: Vec<String> = path.iter().map(Ident::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names[..] {
        ["std", "thread", "sleep"] | ["thread", "sleep"] => Some("blocking_sleep"),
        ["std", "fs", ..]
        | ["std", "net", "TcpStream" | "TcpListener" | "UdpSocket", ..]
        | ["std", "os", "unix", "net", "UnixStream" | "UnixListener" | "UnixDatagram", ..]
        | ["std", "io", "stdin" | "read_to_string"]
        | ["reqwest", "blocking", ..]
        | [.., "to_socket_addrs"] => Some("blocking_io"),
        // To make one blocks nobody, and tokio's takes it.
        ["std", "process", "Command", ..] if waits_for_process(after) => Some("blocking_io"),
        [.., "block_on"] => Some("nested_block_on"),
        ["tokio", "spawn"]
        | ["tokio", "task", "spawn" | "spawn_local"]
        | ["std", "thread", "spawn"]
        | ["thread", "spawn"]
            if is_statement =>
        {
            Some("detached_spawn")
        }
        _ => None,
    }
}

/// `.output()` or `.status()` of the same expression.
fn waits_for_process(after: &[TokenTree]) -> bool {
    let expression = after.split(|tree| is_punct(tree, ';') || is_punct(tree, ',')).next().unwrap_or_default();
    expression.windows(3).any(|trees| {
        let [dot, TokenTree::Ident(method), TokenTree::Group(_)] = trees else { return false };
        is_punct(dot, '.') && (method == "output" || method == "status")
    })
}

/// `tokio::runtime::Handle::current`
fn is_handle(path: &[Ident]) -> bool {
    matches!(path, [.., ty, function] if ty == "Handle" && function == "current")
}

/// `.spawn(..);`
fn spawns(after: &[TokenTree]) -> Option<Span> {
    match after {
        [dot, TokenTree::Ident(method), TokenTree::Group(_), end, ..]
            if is_punct(dot, '.') && (method == "spawn" || method == "spawn_local") && is_punct(end, ';') =>
        {
            Some(method.span())
        }
        _ => None,
    }
}

/// The path that begins here, as far as it has no generics.
fn path(trees: &[TokenTree]) -> Vec<Ident> {
    let mut path = Vec::new();
    let mut rest = trees;
    while let [TokenTree::Ident(ident), after @ ..] = rest {
        path.push(ident.clone());
        match after {
            [TokenTree::Punct(a), TokenTree::Punct(b), next @ ..]
                if a.as_char() == ':' && b.as_char() == ':' && matches!(next.first(), Some(TokenTree::Ident(_))) =>
            {
                rest = next;
            }
            _ => break,
        }
    }
    path
}

fn is_semicolon(tree: Option<&TokenTree>) -> bool {
    tree.is_some_and(|tree| is_punct(tree, ';'))
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}
