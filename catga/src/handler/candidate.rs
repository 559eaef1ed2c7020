//! Whether a type is a handler set, as a value: with other arguments than its impl asks for it is none.

use core::marker::PhantomData;

use super::Named;

/// A type to be asked. `Candidate::<Orders<Pg>>::of().ask()` is looked up by value first, where it is a handler set, and
/// then by reference, for every type.
#[derive(Debug)]
pub struct Candidate<H>(PhantomData<fn() -> H>);

impl<H> Candidate<H> {
    /// The type.
    #[must_use]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

/// One that is a set.
pub trait IsSet {
    /// Says so.
    fn ask(self) -> Set;
}

impl<H: Named> IsSet for Candidate<H> {
    fn ask(self) -> Set {
        Set
    }
}

/// Any other.
pub trait IsNoSet {
    /// Says so.
    fn ask(&self) -> NoSet;
}

impl<H> IsNoSet for Candidate<H> {
    fn ask(&self) -> NoSet {
        NoSet
    }
}

/// A set, as a type.
#[derive(Debug)]
pub struct Set;

/// None, as a type.
#[derive(Debug)]
pub struct NoSet;

/// The answer as a value.
pub trait Answer {
    /// Whether it is a set.
    const IS_SET: bool;
}

impl Answer for Set {
    const IS_SET: bool = true;
}

impl Answer for NoSet {
    const IS_SET: bool = false;
}

/// Whether it is a set; what is given says so by its type, and never runs.
pub const fn is_set<A: Answer>(_: fn() -> A) -> bool {
    A::IS_SET
}
