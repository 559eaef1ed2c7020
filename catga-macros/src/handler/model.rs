use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident};
use syn::{Attribute, Generics, Ident, ItemImpl, LitStr, Path, PathArguments, Type, TypeParamBound};

use crate::krate::Krate;
use crate::parameters;
use crate::pipeline::{Entry, Pipeline};

/// A `#[handler]` impl.
pub(crate) struct HandlerSet {
    /// The impl without our attributes.
    pub(crate) original: ItemImpl,
    pub(crate) krate: Krate,
    pub(crate) export: bool,
    /// The last ident of the self type.
    pub(crate) ident: Ident,
    pub(crate) pipeline: Pipeline,
    pub(crate) slots: Vec<Slot>,
    /// Something is wrong with it and was reported, so that a handler may be missing.
    pub(crate) is_broken: bool,
    /// What its bodies do that they should not.
    pub(crate) warnings: Vec<TokenStream>,
    /// How consumed attributes were called.
    pub(crate) paths: Vec<Path>,
}

/// One handler.
pub(crate) struct Slot {
    pub(crate) index: usize,
    pub(crate) method: Ident,
    pub(crate) shape: Shape,
    /// The message as the argument's type names it.
    pub(crate) message: Path,
    pub(crate) context: Option<ContextArgument>,
    /// What its body surely sends in place: the messages, where it names them.
    pub(crate) holds: Vec<Ident>,
    /// Where a wrong answer is shown.
    pub(crate) answer: Span,
    pub(crate) pipeline: Pipeline,
    pub(crate) key: Option<LitStr>,
    /// The name that it says itself, under which is kept what it has done.
    pub(crate) said: Option<LitStr>,
    pub(crate) conditions: Vec<Attribute>,
    /// Something is wrong with it and was reported: a stub stands for it.
    pub(crate) is_stub: bool,
    /// The fields that answer in its body, as an `AutoBatch` does.
    pub(crate) batches: Vec<Ident>,
    /// The lints that it silences.
    pub(crate) allowed: Vec<Ident>,
    /// Whether it names lifetimes, by which two of its arguments may be tied to each other.
    pub(crate) is_tied: bool,
}

/// What a handler takes and how it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// By value, async or a future.
    Async,
    /// By value, at once.
    Sync,
    /// By reference, async or a future.
    HearAsync,
    /// By reference, at once.
    HearSync,
    /// By value, a stream.
    Stream,
}

/// `cx: &mut Context<impl Sends<..>>`.
pub(crate) struct ContextArgument {
    pub(crate) bounds: Vec<TypeParamBound>,
    pub(crate) by_value: bool,
}

impl HandlerSet {
    /// Whether the attribute stands on a type, and this is what a mediator finds for it.
    pub(crate) fn is_stub_of_a_type(&self) -> bool {
        self.is_broken && self.original.items.is_empty()
    }

    pub(crate) fn self_type(&self) -> &Type {
        &self.original.self_ty
    }

    /// `Type::method`, or what it says itself.
    pub(crate) fn name(&self, slot: &Slot) -> String {
        slot.said.as_ref().map_or_else(|| format!("{}::{}", self.ident, slot.method), syn::LitStr::value)
    }

    /// The impl's generics, where threads may share what its parameters stand for.
    pub(crate) fn shared(&self, p: &TokenStream) -> Generics {
        parameters::shared(&self.original.generics, p)
    }

    /// Whether tokens name a type parameter of the impl.
    pub(crate) fn has_parameter_in(&self, tokens: &TokenStream) -> bool {
        tokens.clone().into_iter().any(|token| match token {
            TokenTree::Ident(ident) => self.original.generics.type_params().any(|parameter| parameter.ident == ident),
            TokenTree::Group(group) => self.has_parameter_in(&group.stream()),
            _ => false,
        })
    }

    /// The entries around a method: the impl's, then its own.
    pub(crate) fn entries(&self, slot: &Slot) -> Vec<Entry> {
        let mut entries = self.pipeline.kept(&slot.pipeline.without);
        entries.extend(slot.pipeline.entries.iter().cloned());
        entries
    }

    /// What of outer pipelines a method does without.
    pub(crate) fn without<'a>(&'a self, slot: &'a Slot) -> impl Iterator<Item = &'a Ident> {
        self.pipeline.without.iter().chain(&slot.pipeline.without)
    }
}

impl Slot {
    /// The message's ident as it is written here.
    pub(crate) fn ident(&self) -> &Ident {
        &self.last().ident
    }

    /// The message's generic arguments as they are written here.
    pub(crate) fn arguments(&self) -> TokenStream {
        let arguments = &self.last().arguments;
        quote::quote!(#arguments)
    }

    fn last(&self) -> &syn::PathSegment {
        // A path that was parsed has a segment.
        &self.message.segments[self.message.segments.len() - 1]
    }

    /// Whether its message is written without generics.
    pub(crate) fn is_plain(&self) -> bool {
        self.message.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None))
    }

    /// The message as the expansion names it: checked, where that can be done.
    pub(crate) fn checked(&self) -> TokenStream {
        if self.is_plain() {
            format_ident!("_M{}", self.index).to_token_stream()
        } else {
            self.message.to_token_stream()
        }
    }

    /// The word for its shape that a mediator is given.
    pub(crate) fn word(&self) -> Ident {
        let word = match self.shape {
            Shape::Async | Shape::Sync => "answers",
            Shape::HearAsync | Shape::HearSync => "hears",
            Shape::Stream => "yields",
        };
        Ident::new(word, Span::call_site())
    }

    /// `sends ChargeCard`, `publishes OrderPlaced`: what its context asks for and an ident can say.
    pub(crate) fn capabilities(&self) -> Vec<Capability> {
        let bounds = self.context.iter().flat_map(|context| &context.bounds);
        bounds.filter_map(capability).collect()
    }

    /// Whether its context asks for what only a behavior around it may bring, such as a transaction.
    pub(crate) fn asks_for_more(&self) -> bool {
        let mut bounds = self.context.iter().flat_map(|context| &context.bounds);
        bounds.any(|bound| !is_of_mediators(bound))
    }
}

/// Whether every mediator has what a bound of a context asks for, or is told by name that it has not.
fn is_of_mediators(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return true };
    let known = ["Sends", "Publishes", "Streams", "Extended", "Scope", "Dispatched", "Send", "Sync"];
    bound.path.segments.last().is_some_and(|last| known.iter().any(|name| last.ident == name))
}

/// What a bound of a context names, where it names a message.
pub(crate) fn named(bound: &TypeParamBound) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last()?;
    let is_known = ["Sends", "Publishes", "Streams", "Enqueues"].iter().any(|name| last.ident == name);
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(message @ Type::Path(path)) if is_known => Some(apart(path).unwrap_or(message)),
        _ => None,
    }
}

/// The message of `Apart<ChargeCard>`.
fn apart(path: &syn::TypePath) -> Option<&Type> {
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(message @ Type::Path(_)) if last.ident == "Apart" => Some(message),
        _ => None,
    }
}

/// `Sends<ChargeCard>`
pub(crate) struct Capability {
    /// `sends`, `publishes`, `streams` or `enqueues`; `reads` where it is the mediator's extension.
    pub(crate) verb: &'static str,
    /// Whether it is sent apart from the transaction around: `Sends<Apart<ChargeCard>>`.
    pub(crate) is_apart: bool,
    pub(crate) message: Ident,
    /// The message's generic arguments.
    pub(crate) arguments: TokenStream,
}

fn capability(bound: &TypeParamBound) -> Option<Capability> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last()?;
    let verb = match last.ident.to_string().as_str() {
        "Sends" => "sends",
        "Publishes" => "publishes",
        "Streams" => "streams",
        "Enqueues" => "enqueues",
        "Extended" => "reads",
        _ => return None,
    };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let Some(syn::GenericArgument::Type(Type::Path(message))) = arguments.args.first() else { return None };
    let (message, is_apart) = match apart(message) {
        Some(Type::Path(inner)) => (inner, true),
        _ => (message, false),
    };
    let message = message.path.segments.last()?;
    let arguments = message.arguments.to_token_stream();
    Some(Capability { verb, is_apart, message: message.ident.clone(), arguments })
}
