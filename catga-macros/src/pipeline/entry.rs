use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::Visit;
use syn::{Expr, Ident, Token};

use crate::catalogue;
use crate::krate::at;

/// The entries of one `#[pipeline(..)]`, outermost first, and the names that it takes out.
#[derive(Clone, Default)]
pub(crate) struct Pipeline {
    pub(crate) entries: Vec<Entry>,
    pub(crate) without: Vec<Ident>,
}

/// One behavior of a pipeline.
#[derive(Clone)]
pub(crate) struct Entry {
    /// `commands`, `queries`, `events`, `streams`, or all.
    pub(crate) kind: Option<Ident>,
    pub(crate) expr: Expr,
}

/// How an entry reaches its behavior.
pub(crate) enum Form {
    /// `Retry::times(3)`
    Constant,
    /// `self.breaker`
    Field,
    /// `Transactional(self.db)`
    Built,
}

impl Pipeline {
    pub(crate) fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.without.extend(other.without);
    }

    /// Whether one of the entries has a name.
    pub(crate) fn has(&self, name: &Ident) -> bool {
        self.entries.iter().any(|entry| entry.is_called(name))
    }

    /// The entries that are not taken out by one of the names.
    pub(crate) fn kept(&self, without: &[Ident]) -> Vec<Entry> {
        self.entries.iter().filter(|entry| !without.iter().any(|name| entry.is_called(name))).cloned().collect()
    }
}

impl Parse for Pipeline {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut pipeline = Self::default();
        let _moved = input.parse::<Option<Token![@]>>()?;
        while !input.is_empty() {
            if input.peek(Ident) && input.peek2(syn::token::Paren) && input.fork().parse::<Ident>()? == "without" {
                input.parse::<Ident>()?;
                let names;
                syn::parenthesized!(names in input);
                let names = Punctuated::<Ident, Token![,]>::parse_terminated(&names);
                let form = |error: syn::Error| syn::Error::new(error.span(), catalogue::without_form());
                pipeline.without.extend(names.map_err(form)?);
            } else {
                pipeline.entries.push(input.parse()?);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(pipeline)
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut kind = None;
        if input.peek(Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            let name: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            if kind_type(&name).is_none() {
                return Err(syn::Error::new(name.span(), catalogue::pipeline_kind(&name)));
            }
            kind = Some(name);
        }
        let mut expr: Expr = input.parse()?;
        // What a macro of the user's was given stands in a group that nobody sees.
        while let Expr::Group(group) = expr {
            expr = *group.expr;
        }
        if let Expr::Assign(assign) = &expr
            && is_word(&assign.left, "without")
        {
            return Err(syn::Error::new(expr.span(), catalogue::without_form()));
        }
        if let (None, Some((kind, entry))) = (&kind, of_a_kind(&expr)) {
            let entry = quote::ToTokens::to_token_stream(entry).to_string().replace(' ', "");
            return Err(syn::Error::new(kind.span(), catalogue::pipeline_kind_form(kind, entry)));
        }
        if name_of(&expr).is_none() || names_self(&expr) {
            return Err(syn::Error::new(expr.span(), catalogue::pipeline_entry()));
        }
        if let Some(behavior) = stateful(&expr) {
            return Err(syn::Error::new(expr.span(), catalogue::stateful(behavior)));
        }
        Ok(Self { kind, expr })
    }
}

/// Whether it names `self` otherwise than for a field.
fn names_self(expr: &Expr) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
            if !is_self(&field.base) {
                syn::visit::visit_expr_field(self, field);
            }
        }

        fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
            self.0 |= path.path.is_ident("self");
        }
    }
    let mut found = Found(false);
    found.visit_expr(expr);
    found.0
}

fn is_word(expr: &Expr, word: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(word))
}

/// `queries(Retry::times(3))` or `queries = Retry::times(3)`: the kind, and what is meant to be for it.
fn of_a_kind(expr: &Expr) -> Option<(&Ident, &Expr)> {
    let (kind, entry) = match expr {
        Expr::Call(call) => (&*call.func, call.args.first()?),
        Expr::Assign(assign) => (&*assign.left, &*assign.right),
        _ => return None,
    };
    let Expr::Path(path) = kind else { return None };
    let kind = path.path.get_ident()?;
    kind_type(kind).map(|_| (kind, entry))
}

/// Behaviors of the box that have a state.
const WITH_A_STATE: [&str; 4] = ["Bulkhead", "Cache", "CircuitBreaker", "RateLimit"];

/// `CircuitBreaker` of `CircuitBreaker::new(..)`. One of the user's own under such a name goes by its path,
/// `self::RateLimit::new(..)`, and rustc tells of one with a state.
fn stateful(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::MethodCall(call) => stateful(&call.receiver),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.segments.len() == 2 => {
                let behavior = &path.path.segments[0].ident;
                WITH_A_STATE.iter().any(|name| behavior == name).then_some(behavior)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Behaviors of the box that are constants and run the rest of the chain once at a time.
const ONE_AFTER_THE_OTHER: [&str; 8] =
    ["Authorize", "Boxed", "CatchPanic", "Log", "Retry", "Timeout", "Trace", "Validate"];

/// The runtime's type for `queries`.
fn kind_type(kind: &Ident) -> Option<&'static str> {
    match kind.to_string().as_str() {
        "commands" => Some("Commands"),
        "queries" => Some("Queries"),
        "events" => Some("Events"),
        "streams" => Some("StreamQueries"),
        _ => None,
    }
}

impl Entry {
    /// The same behavior, whatever it is for.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.text() == other.text() && self.is_for_commands() == other.is_for_commands()
    }

    /// Whether it is around commands.
    pub(crate) fn is_for_commands(&self) -> bool {
        self.kind.as_ref().is_none_or(|kind| kind == "commands")
    }

    fn text(&self) -> String {
        quote::ToTokens::to_token_stream(&self.expr).to_string()
    }

    /// Where to point.
    pub(crate) fn span(&self) -> Span {
        at(self.expr.span())
    }

    /// The runtime's type of the kind that it is for.
    pub(crate) fn kind_type(&self) -> Option<Ident> {
        let kind = self.kind.as_ref()?;
        kind_type(kind).map(|name| Ident::new(name, kind.span()))
    }

    /// The bit by which the runtime knows the kind that it is for.
    pub(crate) fn kind_bit(&self) -> Option<u8> {
        let kind = self.kind.as_ref()?;
        ["commands", "queries", "events", "streams"].iter().position(|name| kind == name).map(|place| 1 << place)
    }

    /// Whether it may run handlers twice, or let them run alone, as far as its name shows: asking costs the compiler
    /// time.
    pub(crate) fn may_double(&self) -> bool {
        let name = self.name();
        !matches!(self.form(), Form::Constant) || !ONE_AFTER_THE_OTHER.contains(&name.as_str())
    }

    /// Whether it is a behavior of the box that is around every message and changes no scope.
    pub(crate) fn is_plain(&self) -> bool {
        const PLAIN: [&str; 6] = ["Boxed", "CatchPanic", "Log", "Timeout", "Trace", "Validate"];
        self.kind.is_none() && matches!(self.form(), Form::Constant) && PLAIN.contains(&self.name().as_str())
    }

    /// The milliseconds of a timeout that is written out: `Timeout::secs(2)`.
    pub(crate) fn timeout_ms(&self) -> Option<u64> {
        let Expr::Call(call) = &self.expr else { return None };
        let Expr::Path(path) = &*call.func else { return None };
        let mut segments = path.path.segments.iter().rev();
        let (unit, ty) = (&segments.next()?.ident, &segments.next()?.ident);
        let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(count), .. })) = call.args.first() else { return None };
        let factor = match () {
            () if ty != "Timeout" => return None,
            () if unit == "secs" => 1_000,
            () if unit == "millis" => 1,
            () => return None,
        };
        count.base10_parse::<u64>().ok()?.checked_mul(factor)
    }

    /// Whether it is built over fields, for each call.
    pub(crate) fn is_built(&self) -> bool {
        matches!(self.form(), Form::Built)
    }

    /// Whether it is a field, whose type is not seen here.
    pub(crate) fn is_field(&self) -> bool {
        matches!(self.form(), Form::Field)
    }

    pub(crate) fn form(&self) -> Form {
        let fields = self.fields();
        match &self.expr {
            Expr::Field(_) => Form::Field,
            _ if fields.is_empty() => Form::Constant,
            _ => Form::Built,
        }
    }

    /// The fields of `self` that it names.
    pub(crate) fn fields(&self) -> Vec<Ident> {
        struct Fields(Vec<Ident>);
        impl<'ast> Visit<'ast> for Fields {
            fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
                if is_self(&field.base)
                    && let syn::Member::Named(name) = &field.member
                {
                    self.0.push(name.clone());
                }
                syn::visit::visit_expr_field(self, field);
            }
        }
        let mut fields = Fields(Vec::new());
        fields.visit_expr(&self.expr);
        fields.0
    }

    /// Whether `without(name)` means it: the behavior's type, or the field that holds it.
    fn is_called(&self, name: &Ident) -> bool {
        name_of(&self.expr).is_some_and(|own| own == *name)
    }

    /// The name by which `without(name)` means it.
    pub(crate) fn name(&self) -> String {
        name_of(&self.expr).map_or_else(String::new, |name| name.to_string())
    }
}

pub(crate) fn is_self(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident("self"))
}

/// `Retry` of `Retry::times(3).base(..)`, `Transactional` of `Transactional(self.db)`, `breaker` of
/// `self.breaker`.
fn name_of(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Path(path) => {
            let mut segments = path.path.segments.iter().rev();
            let last = &segments.next()?.ident;
            let is_type = last.to_string().starts_with(char::is_uppercase);
            Some(if is_type { last } else { segments.next().map_or(last, |segment| &segment.ident) }.clone())
        }
        Expr::Call(call) => name_of(&call.func),
        Expr::MethodCall(call) => name_of(&call.receiver),
        Expr::Struct(value) => value.path.segments.last().map(|segment| segment.ident.clone()),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.clone()),
            syn::Member::Unnamed(_) => None,
        },
        Expr::Paren(inner) => name_of(&inner.expr),
        _ => None,
    }
}
