//! Whether what pipelines need and what messages need is there; asked of constants, when a mediator is compiled.

use crate::handler::Named;
use crate::message::{Sentence, is_critical};
use crate::pipeline::Said;
use crate::scope::Mediator;
use crate::time::{Clock, Timer};

/// Checks that around each critical command of the set `H` there is a behavior that declares `IDEMPOTENT`: in
/// the set's own pipelines, or `outside` of them, in the mediator's. `apart` are the commands that do without
/// something of the mediator's.
///
/// # Panics
/// Where there is none; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub const fn guarded<H: Named>(outside: bool, apart: &[(u64, bool)]) {
    let mut i = 0;
    while i < H::WIRE.len() {
        let (hash, wire, ident) = H::WIRE[i];
        if is_critical(wire) && !is_inside::<H>(hash) && !is_outside(hash, outside, apart) {
            let text = Sentence::of(
                "CATGA063: `{message}` is critical, and no behavior around it declares that a repeat does no more than the first; put one that does into its pipeline, or say `idempotent` where that is so anyway",
                &[ident],
            );
            panic!("{}", text.get());
        }
        i += 1;
    }
}

const fn is_inside<H: Named>(hash: u64) -> bool {
    let mut is_apart = false;
    let mut i = 0;
    while i < H::APART.len() {
        is_apart |= H::APART[i] == hash;
        i += 1;
    }
    let mut i = 0;
    while i < H::SAID.len() {
        let (around, said) = H::SAID[i];
        if said.idempotent && (around == hash || around == 0 && !is_apart) {
            return true;
        }
        i += 1;
    }
    false
}

const fn is_outside(hash: u64, outside: bool, apart: &[(u64, bool)]) -> bool {
    let (mut is_apart, mut all) = (false, true);
    let mut i = 0;
    while i < apart.len() {
        if apart[i].0 == hash {
            is_apart = true;
            all &= apart[i].1;
        }
        i += 1;
    }
    if is_apart { all } else { outside }
}

/// Checks that the mediator `A` has what the entry `behavior` waits with and tells time by.
///
/// # Panics
/// Where it has not; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub const fn ported<A: Mediator>(said: Said, behavior: &str, mediator: &str) {
    if said.timer && !A::Timer::WAITS {
        let text = Sentence::of(
            "CATGA013: {behavior} waits, and `{mediator}` has no timer; enable the feature `tokio`, or say `#[mediator(timer = self.timer)]`",
            &[behavior, mediator],
        );
        panic!("{}", text.get());
    }
    if said.clock && !A::Clock::RUNS {
        let text = Sentence::of(
            "CATGA018: {behavior} tells time, and `{mediator}` has no clock; enable the feature `std`, or say `#[mediator(clock = self.clock)]`",
            &[behavior, mediator],
        );
        panic!("{}", text.get());
    }
}

/// The same of the behaviors in the pipelines of the set `H`.
///
/// # Panics
/// Where it has not; at compile time, with what to do.
#[track_caller]
pub const fn all_ported<H: Named, A: Mediator>(mediator: &str) {
    let mut i = 0;
    while i < H::SAID.len() {
        ported::<A>(H::SAID[i].1, "a behavior in a pipeline of this set", mediator);
        i += 1;
    }
}
