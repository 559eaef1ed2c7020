use core::fmt;

use super::Text;

/// What a message checks of itself; the behavior `Validate` asks where the contract says
/// `#[command(validate)]`.
///
/// ```
/// use catga::prelude::*;
///
/// #[command(validate)]
/// pub struct Transfer { cents: u64, to: Vec<String> }
///
/// impl Valid for Transfer {
///     fn check(&self, checks: &mut Checks) {
///         checks.require("cents", self.cents > 0, "must be positive");
///         for (i, account) in self.to.iter().enumerate() {
///             checks.within(("to", i), |checks| {
///                 checks.require("name", !account.is_empty(), "must not be empty");
///             });
///         }
///     }
/// }
///
/// let mut checks = Checks::default();
/// Transfer { cents: 0, to: vec!["ann".into(), "".into()] }.check(&mut checks);
/// assert_eq!(
///     checks.violations().to_string(),
///     "cents must be positive; to[1].name must not be empty",
/// );
/// ```
#[diagnostic::on_unimplemented(
    message = "CATGA011: `{Self}` says `validate`, but does not say what is valid",
    label = "`validate` calls `Valid::check`",
    note = "write `impl Valid for {Self} {{ fn check(&self, checks: &mut Checks) {{ .. }} }}`"
)]
pub trait Valid {
    /// Adds every violation, not the first alone.
    fn check(&self, checks: &mut Checks);
}

/// One step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The field's name.
    pub field: Text,
    /// The position in it, where it is a list.
    pub index: Option<usize>,
}

impl From<&'static str> for Segment {
    fn from(field: &'static str) -> Self {
        Self { field: field.into(), index: None }
    }
}

impl From<(&'static str, usize)> for Segment {
    fn from((field, index): (&'static str, usize)) -> Self {
        Self { field: field.into(), index: Some(index) }
    }
}

/// How deep a path is kept; what lies deeper is reported at this depth. Without `alloc` a violation is
/// held in every outcome, so it is kept small.
const DEPTH: usize = if cfg!(feature = "alloc") { 4 } else { 2 };

/// The way to a field, such as `lines[2].quantity`: at most four segments, two without `alloc`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldPath(heapless::Vec<Segment, DEPTH>);

impl FieldPath {
    /// A path of these segments; those that are too deep are left out.
    pub fn of(segments: impl IntoIterator<Item = Segment>) -> Self {
        Self(segments.into_iter().take(DEPTH).collect())
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            f.write_str(&segment.field)?;
            if let Some(index) = segment.index {
                write!(f, "[{index}]")?;
            }
        }
        Ok(())
    }
}

/// One rule that one field breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field.
    pub path: FieldPath,
    /// The rule, as the end of a sentence about the field: `must be positive`.
    pub rule: Text,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.rule)
    }
}

#[cfg(feature = "alloc")]
type List = alloc::vec::Vec<Violation>;
#[cfg(not(feature = "alloc"))]
type List = heapless::Vec<Violation, 1>;

/// What a message is given to check itself: where it is, and what it found so far.
///
/// Nothing is allocated while the message is valid.
#[derive(Debug, Default)]
pub struct Checks {
    place: Option<Place>,
    found: Violations,
}

/// Where checks are, in literals: there is nothing to drop while the message is valid, and nothing to
/// clear for one that has no lists.
type Place = heapless::Vec<Field, DEPTH>;

/// A field, as a check names it: `"cents"`, or `("lines", 2)` where it is a list.
#[derive(Clone, Copy, Debug)]
pub struct Field(&'static str, Option<usize>);

impl From<&'static str> for Field {
    fn from(field: &'static str) -> Self {
        Self(field, None)
    }
}

impl From<(&'static str, usize)> for Field {
    fn from((field, index): (&'static str, usize)) -> Self {
        Self(field, Some(index))
    }
}

impl From<Field> for Segment {
    fn from(Field(field, index): Field) -> Self {
        Self { field: field.into(), index }
    }
}

impl Checks {
    /// Adds a violation of `field` unless `holds`.
    pub fn require(&mut self, field: impl Into<Field>, holds: bool, rule: &'static str) {
        if !holds {
            self.add(field, rule);
        }
    }

    /// Adds a violation of `field`.
    pub fn add(&mut self, field: impl Into<Field>, rule: &'static str) {
        let place = self.place.iter().flatten().copied();
        let mut path = FieldPath(place.map(Segment::from).collect());
        // A path that is full names the deepest field that it can.
        let _full = path.0.push(field.into().into());
        self.found.push(Violation { path, rule: rule.into() });
    }

    /// Runs checks whose fields lie inside of `field`.
    pub fn within(&mut self, field: impl Into<Field>, checks: impl FnOnce(&mut Self)) {
        let entered = self.place.get_or_insert_default().push(field.into()).is_ok();
        checks(self);
        if let (true, Some(place)) = (entered, &mut self.place) {
            place.pop();
        }
    }

    /// What was found so far.
    pub fn violations(&self) -> &Violations {
        &self.found
    }

    /// What was found in the end: `Ok` where the message is valid.
    ///
    /// # Errors
    /// All violations, in the order in which they were found.
    pub fn finish(self) -> Result<(), Violations> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }
}

/// All rules that a message breaks.
///
/// Without the feature `alloc` it keeps the first, and [`count`](Self::count) counts them all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Inner);

/// Behind one pointer where there is an allocator: every outcome has room for it.
#[cfg(feature = "alloc")]
type Inner = Option<alloc::boxed::Box<Found>>;
#[cfg(not(feature = "alloc"))]
type Inner = Option<Found>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Found {
    list: List,
    count: usize,
}

impl Violations {
    /// Violations that another process found.
    #[cfg(feature = "alloc")]
    pub fn of(found: impl IntoIterator<Item = Violation>) -> Self {
        let mut violations = Self::default();
        found.into_iter().for_each(|violation| violations.push(violation));
        violations
    }

    fn push(&mut self, violation: Violation) {
        let found = self.0.get_or_insert_default();
        found.count += 1;
        #[cfg(feature = "alloc")]
        found.list.push(violation);
        #[cfg(not(feature = "alloc"))]
        let _full = found.list.push(violation);
    }

    /// The violations, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter().flat_map(|found| &found.list)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.as_ref().map_or(0, |found| found.count)
    }

    /// Whether the message is valid.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}
