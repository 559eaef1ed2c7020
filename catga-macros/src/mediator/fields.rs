//! The types of the fields that are handler sets, as calls of their macros: `orders: Orders!(= Orders)`. A name that there
//! is not is then one error, as rustc says the same of the field as of the hand-over; of a type and of a macro it would
//! say two.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Field, GenericArgument, Generics, Ident, ItemStruct, Path, PathArguments, Token, Type, TypePath, parse_quote,
};

use crate::krate;

/// Writes them so, where syntax shows that they are some. An editor is not told, and derives do not take the call of a
/// macro where a type has parameters.
pub(super) fn of_handler_sets(arguments: &TokenStream, item: &mut ItemStruct) {
    if !krate::is_compiled() || item.generics.type_params().next().is_some() {
        return;
    }
    let mut named = Vec::new();
    named_in(arguments.clone(), &mut named);
    for attribute in item.attrs.iter().chain(item.fields.iter().flat_map(|field| &field.attrs)) {
        named_in(attribute.to_token_stream(), &mut named);
    }
    for field in &mut item.fields {
        let is_state = field.attrs.iter().any(|attribute| says_state(attribute.to_token_stream()));
        if !is_state && !field.ident.as_ref().is_some_and(|name| named.contains(name)) {
            called(&mut field.ty, &item.generics);
        }
    }
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

/// The set inside of its `Arc`s and `Box`es as a call.
fn called(ty: &mut Type, generics: &Generics) {
    let Some((mut path, None, pointers)) = handler_set(ty, generics) else { return };
    for segment in &mut path.segments {
        segment.arguments = PathArguments::None;
    }
    let mut set = ty;
    for _ in 0..pointers {
        let Some(inner) = pointed(set) else { return };
        set = inner;
    }
    let own = set.to_token_stream();
    *set = parse_quote!(#path!(= #own));
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

/// A field with its type as the user wrote it.
pub(super) fn as_written(field: &Field) -> Field {
    let mut field = field.clone();
    let mut ty = &mut field.ty;
    while !matches!(ty, Type::Macro(_)) {
        let Some(inner) = pointed(ty) else { return field };
        ty = inner;
    }
    if let Type::Macro(call) = ty
        && let Ok(own) = call.mac.parse_body_with(|input: syn::parse::ParseStream<'_>| {
            input.parse::<Token![=]>()?;
            input.parse::<Type>()
        })
    {
        *ty = own;
    }
    field
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
