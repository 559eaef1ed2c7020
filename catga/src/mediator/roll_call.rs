//! Who of an event's handlers has done its part at an attempt before: a record that only a delivered event has.

use crate::scope::Frame;
#[cfg(all(feature = "wire", feature = "store"))]
use crate::scope::Roll;

/// The record, or none: then nothing is looked up, and a future keeps nothing of it.
pub trait RollCall: Copy + Send {
    /// Says who hears the event; whether all who are recorded are among them.
    #[cfg(all(feature = "wire", feature = "store"))]
    fn call(self, names: fn(&mut std::vec::Vec<&'static str>)) -> bool;

    /// A handler begins, in this frame; `false` where it has done its part.
    fn enter(self, name: &'static str, frame: &Frame<'_>) -> bool;

    /// A handler has ended well.
    fn leave(self, name: &'static str);
}

/// There is no record.
impl RollCall for () {
    #[cfg(all(feature = "wire", feature = "store"))]
    #[inline]
    fn call(self, _: fn(&mut std::vec::Vec<&'static str>)) -> bool {
        true
    }

    #[inline]
    fn enter(self, _: &'static str, _: &Frame<'_>) -> bool {
        true
    }

    #[inline]
    fn leave(self, _: &'static str) {}
}

/// There may be one.
#[cfg(all(feature = "wire", feature = "store"))]
impl RollCall for Option<&Roll<'_>> {
    fn call(self, names: fn(&mut std::vec::Vec<&'static str>)) -> bool {
        self.is_none_or(|roll| roll.call(names))
    }

    fn enter(self, name: &'static str, frame: &Frame<'_>) -> bool {
        self.is_none_or(|roll| roll.enter(name, frame))
    }

    fn leave(self, name: &'static str) {
        if let Some(roll) = self {
            roll.leave(name);
        }
    }
}
