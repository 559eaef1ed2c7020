//! Methods' bodies are no business of ours: they are not parsed, so that one that is being written does
//! not take its handler away from the compiler or the editor, and because parsing costs time.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{Expr, ImplItem, ImplItemFn, ItemImpl, Stmt};

/// The bodies of an impl's methods, in order.
pub(super) struct Bodies(Vec<Group>);

impl Bodies {
    /// Takes the bodies out of an impl's tokens, and leaves a mark in each place.
    pub(super) fn take(item: TokenStream) -> (TokenStream, Self) {
        let mut bodies = Self(Vec::new());
        let mut trees: Vec<TokenTree> = item.into_iter().collect();
        if let Some(TokenTree::Group(group)) = trees.last_mut()
            && group.delimiter() == Delimiter::Brace
        {
            let items = bodies.take_all(group.stream());
            *group = with(group, items);
        }
        (trees.into_iter().collect(), bodies)
    }

    fn take_all(&mut self, items: TokenStream) -> TokenStream {
        let mut in_signature = false;
        let taken = items.into_iter().map(|tree| match tree {
            TokenTree::Group(body) if in_signature && body.delimiter() == Delimiter::Brace => {
                in_signature = false;
                let mark = mark(self.0.len());
                let marked = with(&body, mark.into());
                self.0.push(body);
                TokenTree::Group(marked)
            }
            TokenTree::Ident(ident) if ident == "fn" => {
                in_signature = true;
                TokenTree::Ident(ident)
            }
            // The value of a constant whose type is a function's; a bound such as `Item = u8` merely
            // leaves its body to the parser.
            TokenTree::Punct(punct) if punct.as_char() == '=' => {
                in_signature = false;
                TokenTree::Punct(punct)
            }
            tree => tree,
        });
        taken.collect()
    }

    /// The body that a method's mark stands for.
    pub(super) fn of(&self, method: &ImplItemFn) -> Option<&Group> {
        let [Stmt::Expr(Expr::Path(path), None)] = &method.block.stmts[..] else { return None };
        let mark = path.path.get_ident()?.to_string();
        self.0.get(mark.strip_prefix(MARK)?.parse::<usize>().ok()?)
    }

    /// Puts them back, as they were written.
    pub(super) fn put_back(self, item: &mut ItemImpl) {
        for item in &mut item.items {
            let ImplItem::Fn(method) = item else { continue };
            if let Some(body) = self.of(method) {
                method.block.stmts = vec![Stmt::Expr(Expr::Verbatim(body.stream()), None)];
            }
        }
    }
}

const MARK: &str = "__catga_body_";

fn mark_name(number: usize) -> String {
    format!("{MARK}{number}")
}

fn mark(number: usize) -> TokenTree {
    TokenTree::Ident(Ident::new(&mark_name(number), Span::call_site()))
}

/// The same group around something else.
fn with(group: &Group, stream: TokenStream) -> Group {
    let mut other = Group::new(group.delimiter(), stream);
    other.set_span(group.span());
    other
}
