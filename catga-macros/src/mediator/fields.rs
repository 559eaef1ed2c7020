//! The types of the fields that are handler sets, as calls of their macros. A name that there is not is then one error, as
//! rustc says the same of the field as of the hand-over; of a type and of a macro it would say two. And the field has no
//! type then, whatever it is given: `Orders!(= true)` has no value where there is no such macro.
//!
//! ```text
//! orders: <Orders!(= Orders) as Checked<{ Orders!(= true) }>>::Message
//! ```

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{
    Field, Fields, GenericArgument, Generics, Ident, ItemStruct, Path, PathArguments, Token, Type, TypePath,
    parse_quote,
};

use crate::krate;

/// Writes them so, where syntax shows that they are some, but in the docs, which show them as they are written. An editor
/// is not told, and derives do not take the call of a macro where a type has parameters.
pub(super) fn of_handler_sets(arguments: &TokenStream, item: &mut ItemStruct, p: &TokenStream) {
    if !krate::is_compiled() || item.generics.type_params().next().is_some() {
        return;
    }
    let mut named = Vec::new();
    named_in(arguments.clone(), &mut named);
    for attribute in item.attrs.iter().chain(item.fields.iter().flat_map(|field| &field.attrs)) {
        named_in(attribute.to_token_stream(), &mut named);
    }
    let Fields::Named(fields) = &mut item.fields else { return };
    let mut called_fields = Punctuated::new();
    for field in std::mem::take(&mut fields.named) {
        let is_state = field.attrs.iter().any(|attribute| says_state(attribute.to_token_stream()));
        let is_named = field.ident.as_ref().is_some_and(|name| named.contains(name));
        let mut called_field = field.clone();
        if !is_state && !is_named && called(&mut called_field.ty, &item.generics, p) {
            let mut shown = field;
            shown.attrs.push(parse_quote!(#[cfg(doc)]));
            called_field.attrs.push(parse_quote!(#[cfg(not(doc))]));
            called_fields.push(shown);
        }
        called_fields.push(called_field);
    }
    fields.named = called_fields;
}

/// The fields that tokens name: `self.db`.
fn named_in(tokens: TokenStream, named: &mut Vec<Ident>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => named_in(group.stream(), named),
            TokenTree::Ident(this) if this == "self" => {
                if let Some(TokenTree::Ident(field)) = trees.get(i + 2) {
                    named.push(field.clone());
                }
            }
            _ => {}
        }
    }
}

/// `#[state]`, or `#[cfg_attr(small, state)]`.
fn says_state(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => says_state(group.stream()),
        tree => tree.to_string() == "state",
    })
}

/// The set inside of its `Arc`s and `Box`es as a call, where it is one.
fn called(ty: &mut Type, generics: &Generics, p: &TokenStream) -> bool {
    let Some((mut path, None, pointers)) = handler_set(ty, generics) else { return false };
    for segment in &mut path.segments {
        segment.arguments = PathArguments::None;
    }
    let Some(set) = innermost(ty, pointers) else { return false };
    let own = set.to_token_stream();
    *set = parse_quote!(<#path!(= #own) as #p::Checked<{ #path!(= true) }>>::Message);
    true
}

/// What is inside of so many pointers.
pub(super) fn innermost(ty: &mut Type, pointers: usize) -> Option<&mut Type> {
    (0..pointers).try_fold(ty, |ty, _| pointed(ty))
}

/// What a pointer's type points to.
fn pointed(ty: &mut Type) -> Option<&mut Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &mut path.path.segments.last_mut()?.arguments else { return None };
    match arguments.args.first_mut()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// `struct Shop<> { .. }`, with brackets that are not the user's, where a set has arguments: rustc would offer to give the
/// struct a parameter for a type that it does not know, here and nowhere else, and so say twice that it knows none.
pub(super) fn without_parameters(item: ItemStruct) -> TokenStream {
    let tokens = item.to_token_stream();
    let has_arguments = |field: &Field| {
        let written = as_written(field);
        let set = handler_set(&written.ty, &item.generics).filter(|_| written.ty != field.ty);
        set.is_some_and(|(path, ..)| path.segments.iter().any(|segment| !segment.arguments.is_none()))
    };
    if !item.generics.params.is_empty() || !item.fields.iter().any(has_arguments) {
        return tokens;
    }
    let none = krate::respan(quote!(<>), krate::ours("__none", item.ident.span()).span());
    let (mut is_struct, mut bracketed) = (false, TokenStream::new());
    for tree in tokens {
        let is_name = is_struct && matches!(&tree, TokenTree::Ident(ident) if *ident == item.ident);
        is_struct = matches!(&tree, TokenTree::Ident(ident) if ident == "struct");
        bracketed.extend([tree]);
        if is_name {
            bracketed.extend(none.clone());
        }
    }
    bracketed
}

/// A field with its type as the user wrote it.
pub(super) fn as_written(field: &Field) -> Field {
    let mut field = field.clone();
    let mut ty = &mut field.ty;
    loop {
        if let Some(written) = own(ty) {
            *ty = written;
            return field;
        }
        let Some(inner) = pointed(ty) else { return field };
        ty = inner;
    }
}

/// What a call was made of.
fn own(ty: &Type) -> Option<Type> {
    let Type::Path(TypePath { qself: Some(qself), .. }) = ty else { return None };
    let Type::Macro(call) = &*qself.ty else { return None };
    let own = |input: ParseStream<'_>| {
        input.parse::<Token![=]>()?;
        input.parse::<Type>()
    };
    call.mac.parse_body_with(own).ok()
}

/// Types that are never handler sets: what a mediator holds of them is its state.
const PLAIN: &[&str] = &[
    "bool",
    "char",
    "String",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "Vec",
    "VecDeque",
    "Option",
    "Result",
    "Arc",
    "Rc",
    "Box",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "Mutex",
    "RwLock",
    "Cell",
    "RefCell",
    "OnceLock",
    "LazyLock",
    "PathBuf",
    "Duration",
    "Instant",
    "PhantomData",
    "AtomicBool",
    "AtomicU32",
    "AtomicU64",
    "AtomicUsize",
];

/// The path of a field's handler set, whether it is a type parameter, and how many `Arc`s and `Box`es are
/// around it.
pub(super) fn handler_set(ty: &Type, generics: &Generics) -> Option<(Path, Option<Ident>, usize)> {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    let last = path.segments.last()?;
    if (last.ident == "Arc" || last.ident == "Box")
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return handler_set(inner, generics).map(|(path, parameter, pointers)| (path, parameter, pointers + 1));
    }
    if PLAIN.iter().any(|name| last.ident == name) {
        return None;
    }
    let parameter = generics.type_params().find(|parameter| path.is_ident(&parameter.ident));
    Some((path.clone(), parameter.map(|parameter| parameter.ident.clone()), 0))
}
