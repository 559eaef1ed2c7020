//! What is sent, and who handles it.

use core::fmt;
use core::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::tally::{Begun, Tally};
use crate::codec::{Codec as _, Encode as _, Postcard};
use crate::envelope::{Envelope, Headers, Kind, WireKey};
use crate::error::{Class, Classify, Error};
use crate::id::Id;
use crate::scope::{Context, Scope};
use crate::testing::VirtualClock;
use crate::transport::Parcel;
use crate::{command, contract, handler, mediator};

const NOTE: &str = "catga.conformance.Note";
const OTHER: &str = "catga.conformance.Other";
/// In a header of every message.
pub(super) const TENANT: &str = "acme";

/// A message that says which it is.
#[command(crate = crate, name = "catga.conformance.Note", error = Trouble)]
pub(super) struct Note(u64);

/// One of another type, whose bytes are those of a note.
#[command(crate = crate, name = "catga.conformance.Other")]
pub(super) struct Other(u64);

macro_rules! numbers {
    ($($message:ident)*) => {$(
        impl Serialize for $message {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $message {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                u64::deserialize(deserializer).map(Self)
            }
        }
    )*};
}

numbers! { Note Other }

/// How a handler fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Busy,
    Wrong,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the office is {self:?}")
    }
}

impl core::error::Error for Trouble {}

impl Classify for Trouble {
    fn class(&self) -> Class {
        if *self == Self::Busy { Class::Transient } else { Class::Permanent }
    }

    fn code(&self) -> &'static str {
        if *self == Self::Busy { "conformance.busy" } else { "conformance.wrong" }
    }
}

impl Serialize for Trouble {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (*self == Self::Busy).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Trouble {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(|is_busy| if is_busy { Self::Busy } else { Self::Wrong })
    }
}

#[contract(crate = crate, endpoint = "conformance")]
pub(super) struct Notes(Note, Other);

/// What a handler does.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Done,
    Fail(Trouble),
    /// As long as nobody has cured it.
    Sick(Trouble),
    Panic,
    Forever,
}

/// By the message's number and its attempt.
pub(super) type Plan = fn(u64, u32) -> Act;

pub(super) struct Desk {
    pub(super) plan: Plan,
    pub(super) is_cured: AtomicBool,
    pub(super) tally: Arc<Tally>,
}

/// What others are counted as.
pub(super) const OTHERS: u64 = 1 << 32;

#[handler(crate = crate)]
impl Desk {
    async fn note(&self, note: Note, cx: &mut Context<impl Scope>) -> Result<(), Error<Trouble>> {
        let begun = Begun {
            number: note.0,
            attempt: cx.attempt(),
            id: cx.message_id().get(),
            tenant: cx.headers().get("tenant").map(str::to_owned),
        };
        let act = (self.plan)(note.0, begun.attempt);
        self.tally.note(|seen| seen.begun.push(begun));
        match act {
            Act::Fail(trouble) => return Err(trouble.into()),
            Act::Sick(trouble) if !self.is_cured.load(Ordering::Acquire) => return Err(trouble.into()),
            Act::Panic => panicking(),
            Act::Forever => pending().await,
            Act::Done | Act::Sick(_) => {}
        }
        self.tally.note(|seen| seen.ended.push(note.0));
        Ok(())
    }

    fn other(&self, other: Other) {
        self.tally.note(|seen| seen.ended.push(OTHERS + other.0));
    }
}

#[expect(clippy::panic, reason = "that it is contained is what is tried")]
fn panicking() {
    panic!("on purpose, to see it contained");
}

#[mediator(crate = crate, clock = self.clock, timer = self.clock)]
pub(super) struct Office {
    pub(super) desk: Desk,
    pub(super) clock: VirtualClock,
}

/// An envelope of this name with a body, changed in this way.
fn envelope(name: &str, id: u64, body: &[u8], change: impl FnOnce(&mut Envelope<'_>)) -> Result<Parcel, String> {
    let mut envelope = Envelope::new(Kind::Command, Id::new(id), WireKey::of(name), Postcard::ID);
    // Each attempt has to see it.
    envelope.headers = Headers::of(&[("tenant", TENANT)]);
    envelope.body = body;
    change(&mut envelope);
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes).map_err(|error| format!("writing an envelope: {error}"))?;
    Ok(Parcel::new(id, Bytes::from(bytes)))
}

fn body(number: u64) -> Result<Vec<u8>, String> {
    Postcard::to_vec(&number).map_err(|error| format!("writing a number: {error}"))
}

/// A note as a parcel of its number.
pub(super) fn note(number: u64) -> Result<Parcel, String> {
    note_with(number, number, |_| {})
}

/// One with another id, and more in its envelope.
pub(super) fn note_with(number: u64, id: u64, change: impl FnOnce(&mut Envelope<'_>)) -> Result<Parcel, String> {
    envelope(NOTE, id, &body(number)?, change)
}

/// One of the other type.
pub(super) fn other(number: u64) -> Result<Parcel, String> {
    envelope(OTHER, number, &body(number)?, |_| {})
}

/// One that nobody knows.
pub(super) fn stranger(id: u64) -> Result<Parcel, String> {
    envelope("catga.conformance.Nobody", id, &body(id)?, |_| {})
}

/// A note whose body is cut off.
pub(super) fn cut(id: u64) -> Result<Parcel, String> {
    envelope(NOTE, id, &[0x80], |_| {})
}
