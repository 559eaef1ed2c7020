use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token, parse_quote};

/// Where the runtime is: `::catga`, or what `crate = ..` says.
#[derive(Clone)]
pub(crate) struct Krate(Path);

impl Default for Krate {
    fn default() -> Self {
        Self(parse_quote!(::catga))
    }
}

impl From<Path> for Krate {
    fn from(path: Path) -> Self {
        Self(path)
    }
}

impl Krate {
    /// The path of the items that expansions name.
    pub(crate) fn private(&self) -> TokenStream {
        let path = &self.0;
        quote!(#path::__private)
    }
}

/// The name under which [`scoped`] items find the runtime: long paths are most of an expansion, and of what
/// it costs the compiler.
pub(crate) fn short() -> TokenStream {
    quote!(_catga)
}

/// Items in a block of their own, where the runtime has its short name. Their paths stand at tokens of the user's, who
/// has what they name in scope, too.
pub(crate) fn scoped(krate: &Krate, items: TokenStream) -> TokenStream {
    let p = krate.private();
    quote! {
        #[allow(unused_qualifications)]
        const _: () = {
            #[allow(unused_imports)]
            use #p as _catga;
            #items
        };
    }
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// FNV-1a, as the runtime computes it of a message's ident.
pub(crate) fn hash(ident: &str) -> u64 {
    ident
        .trim_start_matches("r#")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The attributes in a `cfg_attr(condition, ..)`; none of another attribute.
pub(crate) fn conditional(attribute: &Attribute) -> Vec<Meta> {
    if !attribute.path().is_ident("cfg_attr") {
        return Vec::new();
    }
    let metas = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    metas.into_iter().flatten().skip(1).collect()
}

/// The same tokens, all at one place: what is wrong with them is one error there. What they bind is ours.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let at = |token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), respan(group.stream(), span));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        TokenTree::Ident(mut ident) => {
            ident.set_span(if is_bound(&ident) { bound(span) } else { span });
            TokenTree::Ident(ident)
        }
        mut token => {
            token.set_span(span);
            token
        }
    };
    tokens.into_iter().map(at).collect()
}

/// The same with heads of impls that rustc takes for no user's: it would offer to give one a parameter for a type that
/// it does not know, which is another error than the one without.
pub(crate) fn respan_impls(tokens: TokenStream, span: Span) -> TokenStream {
    own_impls(respan(tokens, span))
}

/// Such heads of impls at their places.
pub(crate) fn own_impls(tokens: TokenStream) -> TokenStream {
    use proc_macro2::TokenTree;
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(mut ident) if ident == "impl" => {
            ident.set_span(Span::mixed_site().located_at(ident.span()));
            TokenTree::Ident(ident)
        }
        token => token,
    });
    tokens.collect()
}

/// The place of a token of the user's, for tokens of ours.
///
/// A compiler underlines it where something is wrong. An editor, which knows no file here, takes what is at a
/// token's place for what the token means, and would lead from a message's name to all of the expansion: so there
/// it is the point before the token.
pub(crate) fn at(token: Span) -> Span {
    if is_compiled() { token } else { token.unwrap().start().into() }
}

/// Whether it is a compiler that expands, or a test, and no editor.
pub(crate) fn is_compiled() -> bool {
    !proc_macro::is_available() || Span::call_site().unwrap().local_file().is_some()
}

/// The line of a token. `line!()` in an expansion says where the attribute is.
pub(crate) fn line(span: Span) -> u32 {
    // Outside of a compiler, as in the tests of the expansions, there are no lines.
    let line = if proc_macro::is_available() { span.unwrap().line() } else { 0 };
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// Where an item is, as text: what tells its exported macro from that of another item of its ident. The same on every
/// machine, so a file is named from its crate's sources on.
pub(crate) fn place(token: Span) -> String {
    if !proc_macro::is_available() {
        return String::new();
    }
    let token = token.unwrap();
    let file = token.file();
    let file = file.rsplit_once("src/").map_or(&*file, |(_, file)| file);
    format!("{file}:{}:{}", token.line(), token.column())
}

/// An ident that expansions bind. `self` and bindings are hygienic: where a macro of the user's writes the
/// declaration, its tokens come from several places, and ours stand beside them.
pub(crate) fn ours(name: &str, span: Span) -> Ident {
    Ident::new(name, bound(span))
}

/// A user's expression whose `self` is ours.
pub(crate) fn bind(tokens: TokenStream) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let ours = |token| match token {
        TokenTree::Group(group) => {
            let mut bound = Group::new(group.delimiter(), bind(group.stream()));
            bound.set_span(group.span());
            TokenTree::Group(bound)
        }
        TokenTree::Ident(mut ident) if is_bound(&ident) => {
            ident.set_span(bound(ident.span()));
            TokenTree::Ident(ident)
        }
        token => token,
    };
    tokens.into_iter().map(ours).collect()
}

fn is_bound(ident: &Ident) -> bool {
    ident == "self" || ident.to_string().starts_with("__")
}

fn bound(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// An ident of ours that no user's ident is.
pub(crate) fn hidden(name: impl std::fmt::Display) -> Ident {
    Ident::new(&format!("__catga_{name}").replace("r#", ""), Span::call_site())
}
