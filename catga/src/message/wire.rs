//! Two messages of a mediator that are one on the wire.

use super::{Kind, Message, Sentence};

/// Set in the number of a command that says `critical`. It rides on the number, so that a message which does not
/// say so costs the compiler nothing.
const CRITICAL: u64 = 1 << 63;
/// Set where it may run twice.
const REPEATABLE: u64 = 1 << 62;
/// Its kind, in two bits.
const KIND: u32 = 60;
/// What rides on a number.
const RIDES: u64 = 0xF << KIND;

/// A name's hash and a version as one number.
pub const fn wire(name: u64, version: u32) -> u64 {
    name.rotate_left(version.wrapping_sub(1)) & !RIDES
}

/// What rides on the number of a message, whatever it says of its name.
pub const fn ridden<M: Message>() -> u64 {
    let repeatable = if M::REPEATABLE { REPEATABLE } else { 0 };
    repeatable | (<M::Kind as Kind>::NUMBER as u64) << KIND
}

/// Whether the number is of a message that may run twice.
pub(crate) const fn is_repeatable(wire: u64) -> bool {
    wire & REPEATABLE != 0
}

/// The kind of the number's message, as a bit of `Said::kinds`.
pub(crate) const fn kind_bit(wire: u64) -> u8 {
    1 << (wire >> KIND & 3)
}

/// The same number, of a critical command.
pub const fn critical(wire: u64) -> u64 {
    wire | CRITICAL
}

/// Whether the number is a critical command's.
pub const fn is_critical(wire: u64) -> bool {
    wire & CRITICAL != 0
}

/// Checks that no message of a mediator says a name for the wire that another has; those that say none have
/// their idents. `sets` are the messages of its handler sets: each its ident's hash, its number, and its
/// ident. Where a handler calls its message by another name, that is the error.
///
/// # Panics
/// Where two are one; at compile time, with what to do.
#[track_caller]
pub const fn distinct(is_named: bool, sets: &[&[(u64, u64, &str)]]) {
    let mut set = 0;
    while is_named && set < sets.len() {
        let mut i = 0;
        while i < sets[set].len() {
            // Few say one, so few are compared.
            if sets[set][i].1 & !RIDES != 0 {
                alone(sets[set][i], sets);
            }
            i += 1;
        }
        set += 1;
    }
}

#[track_caller]
const fn alone(message: (u64, u64, &str), sets: &[&[(u64, u64, &str)]]) {
    let mut set = 0;
    while set < sets.len() {
        let mut i = 0;
        while i < sets[set].len() {
            let other = sets[set][i];
            // An event has several handlers.
            if other.0 != message.0 && number(other.0, other.1) == number(message.0, message.1) {
                collision(message.2, other.2);
            }
            i += 1;
        }
        set += 1;
    }
}

/// The number of a message, which is its ident's where it says none.
pub const fn number(hash: u64, said: u64) -> u64 {
    let said = said & !RIDES;
    if said == 0 { wire(hash, 1) } else { said }
}

/// The error of two messages that are one on the wire.
///
/// # Panics
/// Always; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub(crate) const fn collision(first: &str, second: &str) -> ! {
    let text = Sentence::of(
        "CATGA029: `{first}` and `{second}` have one name on the wire, so what is stored or sent could be either; say `#[command(name = \"..\")]` or `version = ..` at one of them",
        &[first, second],
    );
    panic!("{}", text.get())
}
