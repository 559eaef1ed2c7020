//! What handler sets hand over; the other side is `handler/hand_over.rs`.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, Ident, LitInt, LitStr, Token, bracketed, parenthesized};

/// The input of `compose!`: `[{ slots of a set } ..] () { the struct }`.
pub(super) struct HandedOver {
    pub(super) sets: Vec<Given>,
    pub(super) item: DeriveInput,
}

/// What one set handed over.
#[derive(Default)]
pub(super) struct Given {
    pub(super) slots: Vec<Slot>,
    /// It is a mediator that is not open to others.
    pub(super) is_closed: bool,
    /// It is of this crate, and warns where no mediator has it.
    pub(super) is_kept: bool,
    /// Something was reported of it, and a handler that it seems to miss is not another mistake.
    pub(super) is_broken: bool,
    /// It is a contract that another process serves.
    pub(super) is_remote: bool,
    /// It is what a `Remote` calls, and no contract.
    pub(super) is_no_contract: bool,
    /// What it says of its type's arguments, of each as text; nothing where it has none.
    pub(super) needs: Vec<String>,
}

/// One handler of a set.
pub(super) struct Slot {
    pub(super) index: LitInt,
    pub(super) shape: Shape,
    /// The message's ident, where the handler names it.
    pub(super) ident: Ident,
    /// The message's generic arguments.
    pub(super) arguments: TokenStream,
    /// What tells it from other messages here.
    pub(super) key: String,
    /// `Type::method`
    pub(super) name: String,
    /// The names of outer behaviors that it does without.
    pub(super) without: Vec<Ident>,
    /// Those of them that are no entry of its own set.
    pub(super) missing: Vec<Ident>,
    pub(super) capabilities: Vec<Capability>,
    /// The messages that its future surely holds the sends of, as it names them.
    pub(super) holds: Vec<Ident>,
    /// Its context asks for what only a behavior around it may bring.
    pub(super) asks_for_more: bool,
    /// It silences the warning of sends that are repeated.
    pub(super) may_send_again: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Answers,
    Hears,
    Yields,
    /// A mediator's, which is a field of this one; the flag says that it has an extension.
    Nested(Nested, bool),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Nested {
    Answers,
    Hears,
    Yields,
}

/// What a handler's context asks for.
pub(super) struct Capability {
    /// `sends`, `publishes`, `streams`, `enqueues`, `reads`
    pub(super) word: Ident,
    pub(super) message: Ident,
}

impl Parse for HandedOver {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let before;
        bracketed!(before in input);
        let mut sets = Vec::new();
        while !before.is_empty() {
            let set;
            syn::braced!(set in before);
            let mut given = Given::default();
            while let Some(word) = set.parse::<Option<Ident>>()? {
                match word.to_string().as_str() {
                    "closed" => given.is_closed = true,
                    "kept" => given.is_kept = true,
                    "remote" => given.is_remote = true,
                    "no_contract" => given.is_no_contract = true,
                    "needs" => given.needs = texts(&set)?,
                    _ => given.is_broken = true,
                }
            }
            while !set.is_empty() {
                given.slots.push(set.parse()?);
            }
            sets.push(given);
        }
        let _no_arguments;
        parenthesized!(_no_arguments in input);
        let item;
        syn::braced!(item in input);
        Ok(Self { sets, item: item.parse()? })
    }
}

/// `["Bank + Send" ""]`
fn texts(input: ParseStream<'_>) -> syn::Result<Vec<String>> {
    let given;
    bracketed!(given in input);
    let mut texts = Vec::new();
    while !given.is_empty() {
        texts.push(given.parse::<LitStr>()?.value());
    }
    Ok(texts)
}

impl Parse for Slot {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let slot;
        parenthesized!(slot in input);
        let index = slot.parse()?;
        let shape = shape(&slot.parse()?)?;
        // A path as the user wrote it; its last segment is the message's name.
        let (ident, mut arguments) = last_segment(&slot)?;
        let given;
        bracketed!(given in slot);
        let given: TokenStream = given.parse()?;
        if !given.is_empty() {
            arguments = given;
        }
        let key = slot.parse::<LitStr>()?.value();
        let key = if key.is_empty() { ident.to_string() } else { key };
        let name = slot.parse::<LitStr>()?.value();
        let names;
        bracketed!(names in slot);
        let (mut without, mut missing) = (Vec::new(), Vec::new());
        while !names.is_empty() {
            let name: Ident = names.parse()?;
            if names.parse::<Option<Token![?]>>()?.is_none() {
                missing.push(name.clone());
            }
            without.push(name);
        }
        let list;
        bracketed!(list in slot);
        let (mut capabilities, mut holds) = (Vec::new(), Vec::new());
        let (mut asks_for_more, mut may_send_again) = (false, false);
        while !list.is_empty() {
            let capability;
            parenthesized!(capability in list);
            let (word, message): (Ident, Ident) = (capability.parse()?, capability.parse()?);
            let _arguments: TokenStream = capability.parse()?;
            match word.to_string().as_str() {
                "holds" => holds.push(message),
                "asks" => asks_for_more = true,
                "allows" => may_send_again = true,
                _ => capabilities.push(Capability { word, message }),
            }
        }
        Ok(Self {
            index,
            shape,
            ident,
            arguments,
            key,
            name,
            without,
            missing,
            capabilities,
            holds,
            asks_for_more,
            may_send_again,
        })
    }
}

fn shape(word: &Ident) -> syn::Result<Shape> {
    Ok(match word.to_string().as_str() {
        "answers" => Shape::Answers,
        "hears" => Shape::Hears,
        "yields" => Shape::Yields,
        "nested_answers" => Shape::Nested(Nested::Answers, false),
        "nested_hears" => Shape::Nested(Nested::Hears, false),
        "nested_yields" => Shape::Nested(Nested::Yields, false),
        "extended_answers" => Shape::Nested(Nested::Answers, true),
        "extended_hears" => Shape::Nested(Nested::Hears, true),
        "extended_yields" => Shape::Nested(Nested::Yields, true),
        _ => return Err(syn::Error::new(word.span(), "this handler set was made by another version of catga")),
    })
}

/// `shop::orders::Save<u8>` up to the next group: its last ident and that one's arguments.
fn last_segment(input: ParseStream<'_>) -> syn::Result<(Ident, TokenStream)> {
    let path: syn::Path = input.call(|input| {
        // A type's path: generics come without the turbofish.
        match input.parse::<syn::Type>()? {
            syn::Type::Path(path) => Ok(path.path),
            other => Err(syn::Error::new_spanned(other, "a message is named by its path")),
        }
    })?;
    let last = path.segments.last().cloned();
    let last = last.ok_or_else(|| input.error("a message has a name"))?;
    let arguments = match &last.arguments {
        syn::PathArguments::None => TokenStream::new(),
        arguments => quote::quote!(#arguments),
    };
    Ok((last.ident, arguments))
}

/// Two messages are told apart by key and generic arguments, as they are written.
impl Slot {
    pub(super) fn same_message(&self, other: &Self) -> bool {
        self.key == other.key && text(&self.arguments) == text(&other.arguments)
    }

    /// In which way it is handled, here or inside.
    pub(super) fn way(&self) -> Nested {
        match self.shape {
            Shape::Answers => Nested::Answers,
            Shape::Hears => Nested::Hears,
            Shape::Yields => Nested::Yields,
            Shape::Nested(way, _) => way,
        }
    }

    pub(super) fn is_event(&self) -> bool {
        matches!(self.shape, Shape::Hears | Shape::Nested(Nested::Hears, _))
    }
}

fn text(tokens: &TokenStream) -> String {
    tokens.clone().into_iter().map(|token: TokenTree| token.to_string()).collect::<Vec<_>>().join(" ")
}
