use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned as _;
use syn::token::Paren;
use syn::{Attribute, Expr, ExprLit, GenericParam, Generics, Ident, Lit, LitInt, Path, Token, Visibility};

use super::model::{Kind, Message, Options};
use crate::catalogue;
use crate::errors::{Errors, first_token};

pub(super) fn parse(kind: Kind, arguments: TokenStream, item: TokenStream, errors: &Errors) -> Option<Message> {
    let Heads(Some(Head { ident, generics, is_union })) = errors.take(syn::parse2(item.clone()))? else {
        errors.at(first_token(item), catalogue::not_a_message_type());
        return None;
    };
    if is_union {
        errors.at(&ident, catalogue::not_a_message_type());
    }
    let mut options = Options::default();
    let parser = syn::meta::parser(|meta| option(kind, &mut options, &meta));
    let example = if kind == Kind::Event { "qos = 1, key = id" } else { "reply = u64, within(secs = 2)" };
    errors.take_options(parser.parse2(arguments.clone()), arguments, example);
    let mut generics = generics;
    let lifetimes = generics.lifetimes().count();
    if let Some(first) = generics.lifetimes().next() {
        errors.at(&first.lifetime, catalogue::borrows(&ident));
        generics.params =
            generics.params.into_iter().filter(|parameter| !matches!(parameter, GenericParam::Lifetime(_))).collect();
    }
    if let Some(error) = options.error.as_ref().filter(|error| has_word(error.to_token_stream(), "dyn")) {
        errors.at(first_token(error), catalogue::dyn_error());
    }
    let answers = [&options.reply, &options.error, &options.stream];
    for answer in answers.into_iter().flatten().filter(|answer| has_word(answer.to_token_stream(), "impl")) {
        errors.at(first_token(answer), catalogue::unnamed_answer(&ident));
    }
    if let Some(fits) = options.fits.take_if(|_| !generics.params.is_empty()) {
        errors.at(fits, catalogue::fits_generic());
    }
    if let Some(by) = options.handled_by.take_if(|_| !generics.params.is_empty()) {
        errors.at(by, catalogue::handled_by_generic());
    }
    Some(Message { original: item, ident, generics, lifetimes, kind, options })
}

/// Whether a type is, or holds, a trait object or an `impl Trait`.
fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(own) => own == word,
        TokenTree::Group(group) => has_word(group.stream(), word),
        _ => false,
    })
}

/// What is asked of a struct or an enum; its fields are no business of ours, and parsing them costs time.
struct Head {
    ident: Ident,
    generics: Generics,
    is_union: bool,
}

/// Something else than a type is none.
struct Heads(Option<Head>);

impl Parse for Heads {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let is_union = input.peek(Token![union]) && input.peek2(Ident);
        let is_type = input.peek(Token![struct]) || input.peek(Token![enum]);
        if !is_type && !is_union {
            input.parse::<TokenStream>()?;
            return Ok(Self(None));
        }
        input.parse::<TokenTree>()?;
        let (ident, mut generics) = (input.parse()?, input.parse::<Generics>()?);
        if input.peek(Paren) {
            input.parse::<TokenTree>()?;
        }
        generics.where_clause = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self(Some(Head { ident, generics, is_union })))
    }
}

fn option(kind: Kind, options: &mut Options, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let Some(name) = meta.path.get_ident() else {
        return Err(meta.error(unknown(kind, meta.path.to_token_stream())));
    };
    let event = kind == Kind::Event;
    match name.to_string().as_str() {
        "crate" => options.krate = meta.value()?.parse::<Path>()?.into(),
        "reply" | "error" | "stream" if event => return Err(meta.error(catalogue::reply_of_event())),
        "reply" | "stream" if options.reply.is_some() != options.stream.is_some() && other_is_set(options, name) => {
            return Err(meta.error(catalogue::reply_and_stream()));
        }
        "reply" => once(&mut options.reply, name, meta.value()?.parse()?)?,
        "error" => once(&mut options.error, name, meta.value()?.parse()?)?,
        "stream" if kind == Kind::Query => once(&mut options.stream, name, meta.value()?.parse()?)?,
        "name" => once(&mut options.name, name, meta.value()?.parse()?)?,
        "version" => once(&mut options.version, name, version(meta.value()?.parse()?)?)?,
        "validate" => once(&mut options.validate, name, name.clone())?,
        "idempotent" => once(&mut options.idempotent, name, name.clone())?,
        "critical" if kind == Kind::Command => once(&mut options.critical, name, name.clone())?,
        "within" => once(&mut options.within, name, within(meta)?)?,
        "fits" => once(&mut options.fits, name, meta.value()?.parse()?)?,
        "handled_by" => once(&mut options.handled_by, name, meta.value()?.parse()?)?,
        "codec" => once(&mut options.codec, name, meta.value()?.parse()?)?,
        "compress" => once(&mut options.compress, name, meta.value()?.parse()?)?,
        "upcasts" => once(&mut options.upcasts, name, meta.value()?.parse()?)?,
        "key" => once(&mut options.key, name, meta.value()?.parse()?)?,
        "qos" => once(&mut options.qos, name, qos(&meta.value()?.parse()?)?)?,
        "endpoint" => once(&mut options.endpoint, name, meta.value()?.parse()?)?,
        "fan_out" if event => {
            let way: Ident = meta.value()?.parse()?;
            if !["concurrent", "sequential", "stop_at_first"].iter().any(|known| way == known) {
                let known = "`concurrent`, `sequential` and `stop_at_first`";
                return Err(syn::Error::new(way.span(), catalogue::unknown_option(&way, known)));
            }
            once(&mut options.fan_out, name, way)?;
        }
        "trace" => {
            let content;
            syn::parenthesized!(content in meta.input);
            once(&mut options.trace, name, trace_fields(&content)?)?;
        }
        _ => return Err(meta.error(unknown(kind, name))),
    }
    Ok(())
}

/// `2`, or a constant.
fn version(value: Expr) -> syn::Result<Expr> {
    match &value {
        Expr::Lit(ExprLit { lit: Lit::Int(_), .. }) => Ok(value),
        Expr::Lit(other) => {
            Err(syn::Error::new_spanned(other, catalogue::option_form("a version is a number", "version = 2")))
        }
        _ => Ok(value),
    }
}

/// `within(secs = 2)` in milliseconds.
fn within(meta: &ParseNestedMeta<'_>) -> syn::Result<u64> {
    let mut bound = None;
    let parsed = meta.parse_nested_meta(|unit| {
        let count = |unit: &ParseNestedMeta<'_>| unit.value()?.parse::<LitInt>()?.base10_parse::<u64>();
        bound = match () {
            () if unit.path.is_ident("secs") => Some(count(&unit)?.saturating_mul(1_000)),
            () if unit.path.is_ident("millis") => Some(count(&unit)?),
            () => return Err(unit.error(catalogue::unknown_option(unit.path.to_token_stream(), "`secs` and `millis`"))),
        };
        Ok(())
    });
    // Whatever is not written as a bound is, how one is written is the same.
    parsed.map_err(|error| match error.to_string() {
        ours if ours.starts_with("CATGA") => error,
        _ => syn::Error::new(error.span(), catalogue::empty_bound()),
    })?;
    bound.filter(|millis| *millis > 0).ok_or_else(|| meta.error(catalogue::empty_bound()))
}

/// `1` as `AtLeastOnce`.
fn qos(level: &Expr) -> syn::Result<Ident> {
    let text = level.to_token_stream().to_string();
    let name = match &*text {
        "0" => "AtMostOnce",
        "1" => "AtLeastOnce",
        "2" => "ExactlyOnce",
        other => return Err(syn::Error::new_spanned(level, catalogue::unknown_qos(other))),
    };
    Ok(Ident::new(name, level.span()))
}

fn other_is_set(options: &Options, name: &Ident) -> bool {
    if name == "reply" { options.stream.is_some() } else { options.reply.is_some() }
}

fn once<T>(slot: &mut Option<T>, name: &Ident, value: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(name.span(), catalogue::repeated_option(name)));
    }
    *slot = Some(value);
    Ok(())
}

fn unknown(kind: Kind, option: impl ToTokens) -> String {
    let own = match kind {
        Kind::Command => "`reply`, `error`, `critical`, ",
        Kind::Query => "`reply`, `error`, `stream`, ",
        Kind::Event => "`fan_out`, ",
    };
    let options = format!(
        "{own}`name`, `version`, `upcasts`, `codec`, `compress`, `endpoint`, `qos`, `key`, `validate`, `idempotent`, `within(..)`, `fits`, \
         `trace(..)`, `handled_by` and `crate`"
    );
    catalogue::unknown_option(option.to_token_stream(), options)
}

/// `customer, %total` as fields of a span: `customer = self.customer, total = %self.total,`.
fn trace_fields(content: syn::parse::ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut fields = TokenStream::new();
    while !content.is_empty() {
        let sigil = match () {
            () if content.peek(syn::Token![%]) => Some(content.parse::<syn::Token![%]>()?.into_token_stream()),
            () if content.peek(syn::Token![?]) => Some(content.parse::<syn::Token![?]>()?.into_token_stream()),
            () => None,
        };
        let field: Ident = content.parse()?;
        fields.extend(quote!(#field = #sigil self.#field,));
        if !content.is_empty() {
            content.parse::<syn::Token![,]>()?;
        }
    }
    Ok(fields)
}
