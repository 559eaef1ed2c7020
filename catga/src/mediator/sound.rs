//! Whether what pipelines need and what messages need is there; asked of constants, when a mediator is compiled.

use crate::handler::Named;
use crate::message::{Sentence, is_critical, is_repeatable, kind_bit};
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
                "CATGA063: `{message}` is critical, and no behavior around it declares that a repeat does no more than the first; put one that does, such as `Idempotent(self.db)`, into its pipeline, or say `idempotent` where that is so anyway",
                &[ident],
            );
            panic!("{}", text.get());
        }
        i += 1;
    }
}

/// Whether one in the pipelines of the set `H` declares it, around the command whose ident has this hash.
pub(super) const fn is_inside<H: Named>(hash: u64) -> bool {
    let is_apart = has(H::APART, hash);
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
        ported::<A>(H::SAID[i].1, "a behavior or a batch of this set", mediator);
        i += 1;
    }
}

/// Checks that the timer `T` waits, for `who` runs by it. What declares so is checked with its mediator; this is for what
/// only a build knows.
///
/// # Panics
/// Where it does not; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub(crate) const fn needs_timer<T: Timer>(who: &str) {
    if !T::WAITS {
        let text = Sentence::of(
            "CATGA013: `{behavior}` needs a timer; enable the feature `tokio` or say `#[mediator(timer = self.timer)]`",
            &[who],
        );
        panic!("{}", text.get());
    }
}

/// The same of the clock `C`, which has to run.
///
/// # Panics
/// Where it does not; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub(crate) const fn needs_clock<C: Clock>(who: &str) {
    if !C::RUNS {
        let text = Sentence::of(
            "CATGA018: `{behavior}` needs a clock; enable the feature `std` or say `#[mediator(clock = self.clock)]`",
            &[who],
        );
        panic!("{}", text.get());
    }
}

/// The messages of a handler set: each its ident's hash, its number, and its ident.
type Messages = [(u64, u64, &'static str)];

/// The bit of stream queries, which are given to nobody twice; their type says so.
const STREAMS: u8 = 8;

/// Checks that the messages of `sets` may run twice where the entry `behavior` lets them; `apart` are those that do
/// without it.
///
/// # Panics
/// Where one may not; at compile time, with what to do.
#[track_caller]
pub const fn doubled(said: Said, behavior: &str, sets: &[&Messages], apart: &[u64]) {
    let mut set = 0;
    while said.twice && set < sets.len() {
        let mut i = 0;
        while i < sets[set].len() {
            let (hash, wire, ident) = sets[set][i];
            if said.kinds & kind_bit(wire) & !STREAMS != 0 && !is_repeatable(wire) && !has(apart, hash) {
                may_not_double(behavior, ident);
            }
            i += 1;
        }
        set += 1;
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
const fn may_not_double(behavior: &str, ident: &str) -> ! {
    let text = Sentence::of(
        "CATGA019: {behavior} may run `{message}` twice, at once, and `{message}` does not say that it may; say `idempotent` where that is so, take it out with `without(..)`, or write `queries: ..`",
        &[behavior, ident, ident],
    );
    panic!("{}", text.get());
}

/// Checks that the entry `behavior` does not run twice what one `around` it lets run once; `around` are the kinds that it
/// does so for.
///
/// # Panics
/// Where it does; at compile time, with what to do.
#[track_caller]
pub const fn twinned(said: Said, behavior: &str, around: u8) {
    if said.twice && said.kinds & around != 0 {
        no_twins(behavior);
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
const fn no_twins(behavior: &str) -> ! {
    let text = Sentence::of(
        "CATGA125: {behavior} may run a handler twice, at once, inside of a transaction or a lock, which is for one run; put it before the entry that begins one",
        &[behavior],
    );
    panic!("{}", text.get());
}

/// Both, of the behaviors in the pipelines of the set `H`, where an entry of the mediator's is `around` it; what the set's
/// messages are it has said itself where it could, and else it `is_open`. `apart` are messages that do without some entry.
///
/// # Panics
/// Where one is not right; at compile time, with what to do.
#[track_caller]
pub const fn all_doubled<H: Named>(is_open: bool, around: u8, apart: &[u64]) {
    const WHO: &str = "a behavior in a pipeline of this set";
    let mut i = 0;
    while i < H::SAID.len() {
        let (of, said) = H::SAID[i];
        let mut j = 0;
        while said.twice && j < H::WIRE.len() {
            let (hash, wire, ident) = H::WIRE[j];
            let is_meant = of == hash || of == 0 && !has(H::APART, hash);
            if is_meant && said.kinds & kind_bit(wire) & !STREAMS != 0 {
                if is_open && !is_repeatable(wire) {
                    may_not_double(WHO, ident);
                }
                if around & kind_bit(wire) != 0 && !has(apart, hash) {
                    no_twins(WHO);
                }
            }
            j += 1;
        }
        i += 1;
    }
}

const fn has(hashes: &[u64], hash: u64) -> bool {
    let mut i = 0;
    while i < hashes.len() {
        if hashes[i] == hash {
            return true;
        }
        i += 1;
    }
    false
}
