//! Whether an entry fits for a message, asked by itself.

use core::marker::PhantomData;

use super::part::Stub;
use super::{Part, Suits};

/// That it does: what is given does not compile otherwise, and never runs.
pub const fn fits<'a, A: ?Sized + 'a, P>(_: fn(&'a A) -> P) -> bool {
    true
}

/// The rest of a chain, of which nothing is asked.
pub const fn nothing<M, S>() -> Part<M, S, Stub> {
    Part::new(Stub)
}

/// A link to be asked. `Fit::<M, S, _>::of(link).ask()` is looked up by value first, where it fits, and then by reference.
#[derive(Debug)]
pub struct Fit<M, S, L>(PhantomData<(M, S, L)>);

impl<M, S, L> Fit<M, S, L> {
    /// The link.
    pub fn of(_: L) -> Self {
        Self(PhantomData)
    }
}

/// A link that fits.
pub trait IsFit {
    /// Says so.
    fn ask(self) -> Fitting;
}

impl<M, S, L: Suits<M, S>> IsFit for Fit<M, S, L> {
    fn ask(self) -> Fitting {
        Fitting
    }
}

/// Any other.
pub trait IsUnfit {
    /// Says so.
    fn ask(&self) -> Unfit;
}

impl<M, S, L> IsUnfit for Fit<M, S, L> {
    fn ask(&self) -> Unfit {
        Unfit
    }
}

/// It fits, as a type.
#[derive(Debug)]
pub struct Fitting;

/// It does not, as a type.
#[derive(Debug)]
pub struct Unfit;

/// The answer as a value.
pub trait Fitness {
    /// Whether it fits.
    const FITS: bool;
}

impl Fitness for Fitting {
    const FITS: bool = true;
}

impl Fitness for Unfit {
    const FITS: bool = false;
}

/// Whether it fits; what is given says so by its type, and never runs.
pub const fn is_fit<'a, A: ?Sized + 'a, R: Fitness>(_: fn(&'a A) -> R) -> bool {
    R::FITS
}
