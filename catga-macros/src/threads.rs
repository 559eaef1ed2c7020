//! Whether threads may share a type: asked in one constant, on which everything else hangs. Otherwise it would be an
//! error of every future that the type is part of.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::krate::respan;

/// A value where they may share a handler set or a mediator, and one error where they may not: what cannot be sent is not
/// asked whether it is shared.
pub(crate) fn shared(ty: &TokenStream, p: &TokenStream) -> TokenStream {
    shared_at(ty, p, Span::call_site())
}

/// The same at a place; the type keeps its own.
pub(crate) fn shared_at(ty: &TokenStream, p: &TokenStream, at: Span) -> TokenStream {
    let p = respan(p.clone(), at);
    quote_spanned!(at=> #p::is_shared::<<#ty as #p::Checked<{ #p::is_sent::<#ty>() }>>::Message>())
}

/// The same of a message.
pub(crate) fn shared_message(ty: &TokenStream, p: &TokenStream) -> TokenStream {
    quote!(#p::is_shared_message::<<#ty as #p::Checked<{ #p::is_sent_message::<#ty>() }>>::Message>())
}

/// An answer, where threads may hand it to each other; otherwise that is one error, and it is no type.
pub(crate) fn sent_answer(ty: &TokenStream, p: &TokenStream) -> TokenStream {
    quote!(<#ty as #p::Checked<{ #p::is_sent_answer::<#ty>() }>>::Message)
}

/// The same of a message where nothing of it looks so: what is wrong is inside of a type that it names.
pub(crate) fn shared_within(ty: &TokenStream, p: &TokenStream) -> TokenStream {
    quote!(#p::is_shared_within::<#ty>())
}

/// What threads do not share, or not always. Another type may have such a name, so it is no more than a suspicion.
const SUSPECTS: &[&str] = &[
    "Cell",
    "LazyCell",
    "MutexGuard",
    "NonNull",
    "OnceCell",
    "Rc",
    "Receiver",
    "Ref",
    "RefCell",
    "RefMut",
    "UnsafeCell",
    "Weak",
    "dyn",
];

/// Whether tokens name something that threads may not share. Only then is it worth to ask, as each question costs the
/// compiler time; what is inside of a type of another name is not seen.
pub(crate) fn is_suspect(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => is_suspect(group.stream()),
        TokenTree::Ident(ident) => SUSPECTS.contains(&&*ident.to_string()),
        TokenTree::Punct(punct) => punct.as_char() == '*',
        TokenTree::Literal(_) => false,
    })
}

/// Types that threads share where they share what is in them.
const KNOWN: &[&str] = &[
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "Box",
    "Cow",
    "Duration",
    "HashMap",
    "HashSet",
    "Instant",
    "Option",
    "PathBuf",
    "Result",
    "Self",
    "String",
    "SystemTime",
    "Vec",
    "VecDeque",
];

/// Whether a declaration names a type of which nothing is known but that it has a name: it costs the compiler a little to
/// ask, and nothing where all is known.
pub(crate) fn is_in_doubt(tokens: TokenStream, own: &Ident) -> bool {
    let mut is_attribute = false;
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => !std::mem::take(&mut is_attribute) && is_in_doubt(group.stream(), own),
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            name.starts_with(char::is_uppercase) && ident != *own && !KNOWN.contains(&&*name)
        }
        TokenTree::Punct(punct) => {
            is_attribute = punct.as_char() == '#';
            false
        }
        TokenTree::Literal(_) => false,
    })
}
