//! Tokens as a person writes them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// `Retry::times(3)` and not `Retry :: times (3)`. The source itself may have line breaks and comments.
pub(crate) fn text(tokens: TokenStream) -> String {
    let mut text = Text::default();
    text.add(tokens);
    text.written
}

#[derive(Default)]
struct Text {
    written: String,
    last: Last,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or what the next token stands close to.
    #[default]
    Tight,
    /// An ident, a literal or a group: what an operator may follow.
    Operand,
    /// An operator between two operands, or a comma.
    Spaced,
}

impl Text {
    fn add(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace if group.stream().is_empty() => ("{", "}"),
                        Delimiter::Brace => ("{ ", " }"),
                        Delimiter::None => ("", ""),
                    };
                    let is_braced = group.delimiter() == Delimiter::Brace;
                    self.space_if(self.last == Last::Spaced || is_braced && self.last == Last::Operand);
                    self.written.push_str(open);
                    self.last = Last::Tight;
                    self.add(group.stream());
                    self.written.push_str(close);
                    self.last = Last::Operand;
                }
                TokenTree::Punct(first) => {
                    let mut operator = String::from(first.as_char());
                    let mut spacing = first.spacing();
                    // `:` and `:` are one operator, `&` and `&` may be two.
                    while spacing == Spacing::Joint
                        && let Some(TokenTree::Punct(next)) = tokens.peek()
                        && is_one(&operator, next.as_char())
                    {
                        operator.push(next.as_char());
                        spacing = next.spacing();
                        tokens.next();
                    }
                    self.operator(&operator);
                }
                word => {
                    self.space_if(self.last != Last::Tight);
                    self.written.push_str(&word.to_string());
                    self.last = Last::Operand;
                }
            }
        }
    }

    fn operator(&mut self, operator: &str) {
        match operator {
            "::" | "." | ".." | "..=" | "<" | ">" | "?" | "'" | "#" | "|" | "$" => {
                self.space_if(self.last == Last::Spaced);
                self.written.push_str(operator);
                // Behind `>` comes what a type is followed by, or a word.
                self.last = if matches!(operator, "?") { Last::Operand } else { Last::Tight };
            }
            "," | ";" | ":" => {
                self.written.push_str(operator);
                self.last = Last::Spaced;
            }
            _ if self.last == Last::Operand => {
                self.written.push(' ');
                self.written.push_str(operator);
                self.last = Last::Spaced;
            }
            _ => {
                self.space_if(self.last == Last::Spaced);
                self.written.push_str(operator);
                self.last = Last::Tight;
            }
        }
    }

    fn space_if(&mut self, wanted: bool) {
        if wanted && !self.written.ends_with(' ') {
            self.written.push(' ');
        }
    }
}

/// Whether an operator goes on with this.
fn is_one(operator: &str, next: char) -> bool {
    matches!(
        (operator, next),
        (":", ':')
            | ("." | "<" | ">" | "=" | "!" | "+" | "-" | "*" | "/" | "%" | "^" | "&" | "|" | "..", '=')
            | ("." | "..", '.')
            | ("=" | "-", '>')
            | ("&", '&')
            | ("<", '<')
    )
}
