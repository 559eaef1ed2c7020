//! One method of a handler impl: the handler that it is, or what is wrong with it.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericArgument, GenericParam, ImplItemFn, Lifetime, LitStr, Path, PathArguments, PathSegment,
    Receiver, ReceiverKind, ReturnType, Token, Type, TypeParamBound, TypePath, parse_quote,
};

use super::lint;
use super::model::{ContextArgument, Shape, Slot};
use crate::catalogue;
use crate::errors::{Errors, given};
use crate::krate::{Krate, at, conditional};
use crate::near::is_almost;
use crate::pipeline;

/// What `#[handler(..)]` on a method says.
#[derive(Default)]
pub(super) struct Options {
    skip: bool,
    key: Option<LitStr>,
    name: Option<LitStr>,
    /// The lints that it silences.
    allowed: Vec<Ident>,
}

/// Takes them out of a method's attributes.
pub(super) fn options(attributes: &mut Vec<Attribute>, errors: &Errors) -> Options {
    let mut options = Options::default();
    let is_ours =
        |attribute: &mut Attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "handler");
    for attribute in attributes.extract_if(.., is_ours) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") {
                options.skip = true;
            } else if meta.path.is_ident("allow") {
                options.allowed.extend(lint::allowed(&meta)?);
            } else if meta.path.is_ident("key") {
                options.key = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("name") {
                options.name = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error(catalogue::unknown_option(
                    meta.path.to_token_stream(),
                    "`skip`, `key`, `name` and `allow(..)`",
                )));
            }
            Ok(())
        });
        errors.take_options(parsed, given(&attribute), "name = \"mail\", allow(blocking_io)");
    }
    options
}

/// The handler that a method is, if it is one. Everything else stays as it is.
pub(super) fn slot(
    method: &mut ImplItemFn,
    index: usize,
    options: Options,
    paths: &mut Vec<Path>,
    errors: &Errors,
) -> Option<Slot> {
    let (pipeline, called) = pipeline::take(&mut method.attrs, errors);
    paths.extend(called);
    if options.skip {
        return None;
    }
    let name = method.sig.ident.clone();
    let mut inputs = method.sig.inputs.iter();
    let Some(FnArg::Receiver(receiver)) = inputs.next() else { return None };
    let Some(FnArg::Typed(message)) = inputs.next() else { return None };
    if let (Some(_), true) = (context(&message.ty, &name), inputs.next().is_some()) {
        errors.at(&message.ty, catalogue::context_first(&name));
        return None;
    }
    let mut inputs = method.sig.inputs.iter().skip(2);
    let mut is_stub = false;
    let lasting = lasting(&message.ty);
    let (message, by_reference) = message_path(&message.ty)?;
    if let (Some(lasting), Some(event)) = (lasting, message.segments.last()) {
        errors.at(lasting, catalogue::static_event(&event.ident));
        is_stub = true;
    }
    let context = match inputs.next() {
        None => None,
        Some(FnArg::Typed(argument)) => match context(&argument.ty, &name) {
            Some(Ok(context)) => Some(context),
            Some(Err(message)) => {
                errors.at(&argument.ty, message);
                is_stub = true;
                None
            }
            // A misspelled context: that there is none of its name, rustc says.
            None if is_almost_context(&argument.ty) => {
                is_stub = true;
                None
            }
            None => return None,
        },
        Some(FnArg::Receiver(_)) => None,
    };
    if let Some(more) = inputs.next() {
        if let (true, FnArg::Typed(more)) = (context.is_some(), more)
            && self::context(&more.ty, &name).is_some()
        {
            errors.at(&more.ty, catalogue::two_contexts(&name));
            is_stub = true;
        } else {
            return None;
        }
    }
    if !is_shared(receiver) {
        // A builder's `with_x(mut self, x: X)` is no handler; an async one was meant to be.
        method.sig.asyncness?;
        errors.at(receiver, catalogue::takes_self(&name));
        is_stub = true;
    }
    let own = method.sig.generics.params.iter().find(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    if let Some(parameter) = own {
        errors.at(parameter, catalogue::generic_method(&name));
        is_stub = true;
    }
    if let ReturnType::Type(_, ty) = &method.sig.output
        && let Some(borrowed) = borrowed(ty)
    {
        errors.at(borrowed, catalogue::borrowed_reply(&name));
        is_stub = true;
    }
    let shape = shape(method, by_reference);
    if let (Shape::Stream, Some(ContextArgument { by_value: false, .. })) = (shape, &context) {
        errors.at(method.sig.inputs.last(), catalogue::stream_context(&name));
        is_stub = true;
    }
    if let (true, Some(ContextArgument { by_value: true, .. })) = (shape != Shape::Stream, &context) {
        errors.at(method.sig.inputs.last(), catalogue::owned_context(&name));
        is_stub = true;
    }
    let answer = match &method.sig.output {
        ReturnType::Type(_, ty) => at(ty.span()),
        ReturnType::Default => at(name.span()),
    };
    decided(&mut method.attrs, errors);
    let conditions = method.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect();
    Some(Slot {
        index,
        method: name,
        shape,
        message,
        context,
        holds: Vec::new(),
        answer,
        pipeline,
        key: options.key,
        said: options.name,
        conditions,
        is_stub,
        batches: Vec::new(),
        allowed: options.allowed,
        is_tied: method.sig.generics.lifetimes().next().is_some(),
    })
}

/// What `cfg_attr` says of a method is decided after the impl's attribute has read it: what that has to know may not
/// stand in one.
fn decided(attributes: &mut Vec<Attribute>, errors: &Errors) {
    attributes.retain(|attribute| {
        let undecided = conditional(attribute).into_iter().find(|meta| {
            let last = meta.path().segments.last();
            last.is_some_and(|last| ["cfg", "handler", "pipeline"].iter().any(|own| last.ident == own))
        });
        if let Some(meta) = &undecided {
            errors.at(meta.path(), catalogue::undecided(meta.path().to_token_stream()));
        }
        undecided.is_none()
    });
}

/// A context that says nothing was reported, and is no type: what is emitted has one, and no body that would use it.
pub(super) fn complete(method: &mut ImplItemFn, krate: &Krate) {
    let p = krate.private();
    for input in &mut method.sig.inputs {
        let FnArg::Typed(argument) = input else { continue };
        let inner = match &mut *argument.ty {
            Type::Reference(reference) => &mut *reference.elem,
            ty => ty,
        };
        if is_no_context(inner) {
            *inner = parse_quote!(#p::Context<impl #p::Scope>);
            let is_opaque = matches!(&method.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)));
            if !is_opaque {
                method.block = parse_quote!({ #p::core::unreachable!() });
                method.attrs.push(parse_quote!(#[allow(unused_variables)]));
            }
            return;
        }
    }
}

/// `Context`, `Context<dyn Sends<ChargeCard>>`, `Context<Sends<ChargeCard>>`, `Context<impl Sends<ChargeCard, Refund>>`,
/// `impl Sends<ChargeCard>`
fn is_no_context(ty: &Type) -> bool {
    let path = match ty {
        Type::Path(TypePath { qself: None, path, .. }) => path,
        ty => return is_scope_alone(ty),
    };
    let Some(last) = path.segments.last().filter(|last| last.ident == "Context") else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return true };
    match arguments.args.first() {
        Some(GenericArgument::Type(Type::TraitObject(_) | Type::Tuple(_))) => true,
        Some(GenericArgument::Type(Type::ImplTrait(bounds))) => crowded(&bounds.bounds).is_some(),
        Some(GenericArgument::Type(Type::Path(path))) => path.path.segments.last().is_some_and(is_capability),
        _ => false,
    }
}

/// `impl Sends<ChargeCard>`, without the context that it is the scope of.
fn is_scope_alone(ty: &Type) -> bool {
    let scope = match ty {
        Type::Paren(inner) => return is_scope_alone(&inner.elem),
        Type::ImplTrait(scope) => scope,
        _ => return false,
    };
    scope.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(is_capability),
        _ => false,
    })
}

fn is_capability(last: &PathSegment) -> bool {
    ["Sends", "Publishes", "Streams", "Enqueues"].iter().any(|name| last.ident == name)
}

fn is_almost_context(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else { return false };
    let Type::Path(TypePath { qself: None, path, .. }) = &*reference.elem else { return false };
    path.segments.last().is_some_and(|last| is_almost(&last.ident.to_string(), "Context"))
}

fn is_shared(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(_, _, None))
}

/// Types of the language and its containers, which are never messages: a helper takes them.
const NO_MESSAGES: &[&str] = &[
    "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64", "Vec", "Option", "Result", "Box", "Arc", "Rc", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
    "Cow", "Duration", "Instant", "Self",
];

/// The lifetime of `&'static OrderPlaced`.
fn lasting(ty: &Type) -> Option<&Lifetime> {
    let Type::Reference(reference) = ty else { return None };
    reference.lifetime.as_ref().filter(|lifetime| lifetime.ident == "static")
}

fn message_path(ty: &Type) -> Option<(Path, bool)> {
    let (ty, by_reference) = match ty {
        Type::Reference(reference) if reference.mutability.is_none() => (&*reference.elem, true),
        ty => (ty, false),
    };
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    let last = path.segments.last()?;
    let known = NO_MESSAGES.iter().any(|name| last.ident == name);
    (!known).then(|| (unborrowed(path), by_reference))
}

/// What an answer borrows, if it does: `&` of `Option<&String>`. A bound of an `impl` type is about something else.
fn borrowed(ty: &Type) -> Option<&Token![&]> {
    match ty {
        Type::Reference(reference) => match &reference.lifetime {
            Some(lifetime) if lifetime.ident == "static" => borrowed(&reference.elem),
            _ => Some(&reference.and_token),
        },
        Type::Tuple(tuple) => tuple.elems.iter().find_map(borrowed),
        Type::Paren(paren) => borrowed(&paren.elem),
        Type::Path(path) => {
            let arguments = path.path.segments.iter().filter_map(|segment| match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
                _ => None,
            });
            arguments.flatten().find_map(|argument| match argument {
                GenericArgument::Type(ty) => borrowed(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

/// A message that borrows is reported where it is declared; a mediator could not name for how long.
fn unborrowed(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { continue };
        for argument in &mut arguments.args {
            if let GenericArgument::Lifetime(lifetime) = argument {
                *lifetime = Lifetime::new("'static", lifetime.span());
            }
        }
    }
    path
}

/// The context, or what is wrong with it, or nothing where the argument is none.
fn context(ty: &Type, method: &Ident) -> Option<Result<ContextArgument, String>> {
    let (inner, by_value, mutable) = match ty {
        Type::Reference(reference) => (&*reference.elem, false, reference.mutability.is_some()),
        ty => (ty, true, true),
    };
    if is_scope_alone(inner) {
        return Some(Err(catalogue::context_bounds(method)));
    }
    let Type::Path(TypePath { qself: None, path, .. }) = inner else { return None };
    let last = path.segments.last()?;
    if last.ident != "Context" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Some(Err(catalogue::context_bounds(method)));
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(Type::ImplTrait(bounds))) if mutable || !by_value => {
            if let Some(crowded) = crowded(&bounds.bounds) {
                return Some(Err(catalogue::one_message(crowded)));
            }
            Some(Ok(ContextArgument { bounds: bounds.bounds.iter().cloned().collect(), by_value }))
        }
        _ => Some(Err(catalogue::context_bounds(method))),
    }
}

/// A capability that names several messages.
fn crowded(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<&Ident> {
    let last = bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    let is_crowded = |last: &&PathSegment| {
        is_capability(last) && matches!(&last.arguments, PathArguments::AngleBracketed(given) if given.args.len() > 1)
    };
    let mut crowded = last.filter(is_crowded);
    crowded.next().map(|last| &last.ident)
}

fn shape(method: &ImplItemFn, by_reference: bool) -> Shape {
    let returns = |name: &str| {
        let ReturnType::Type(_, ty) = &method.sig.output else { return false };
        let Type::ImplTrait(returned) = &**ty else { return false };
        returned.bounds.iter().any(|bound| {
            matches!(bound, TypeParamBound::Trait(bound)
                if bound.path.segments.last().is_some_and(|last| last.ident == name))
        })
    };
    let is_async = method.sig.asyncness.is_some() || returns("Future");
    match (by_reference, is_async) {
        (false, _) if returns("Stream") => Shape::Stream,
        (false, true) => Shape::Async,
        (false, false) => Shape::Sync,
        (true, true) => Shape::HearAsync,
        (true, false) => Shape::HearSync,
    }
}
