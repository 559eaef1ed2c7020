use alloc::vec::Vec;
use core::fmt;

/// What a line of a schema is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A type of its own: a message, a reply, an error.
    Message,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
}

/// One difference between two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// The path to what has the part: the struct of a field, the enum of a variant; empty for a message.
    pub of: &'a str,
    /// The part's name; of a [`What::Reordered`] the empty name.
    pub name: &'a str,
    /// What the part is.
    pub part: Part,
    /// What happened to it.
    pub what: What<'a>,
}

/// What happened to a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// It is new.
    Added {
        /// Whether it may be absent.
        optional: bool,
        /// The next part after it that was there before; `None` at the end.
        before: Option<&'a str>,
    },
    /// It is gone.
    Removed {
        /// Whether it could be absent.
        optional: bool,
        /// The next part after it that is still there; `None` where it was at the end.
        before: Option<&'a str>,
    },
    /// It has another type.
    Became {
        /// The old one.
        was: &'a str,
        /// The new one.
        now: &'a str,
    },
    /// The parts that were there and are there stand in another order.
    Reordered {
        /// The old one.
        was: Vec<&'a str>,
        /// The new one.
        now: Vec<&'a str>,
    },
}

/// Who reads what after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reads {
    /// The new type reads bytes of the old one: what is stored, and what older senders send.
    pub old: bool,
    /// The old type reads bytes of the new one: older receivers.
    pub by_old: bool,
}

impl Reads {
    /// Whether one of them does not.
    pub const fn is_breaking(self) -> bool {
        !(self.old && self.by_old)
    }
}

impl Change<'_> {
    /// Who reads what, in a format with the names of fields (`Codec::NAMED`) or in one without. A fingerprint
    /// that is compared refuses all of it.
    ///
    /// What the schema does not say is not counted on: an added field that is no option needs a default.
    pub const fn under(&self, named: bool) -> Reads {
        let (old, by_old) = match (&self.what, self.part) {
            (What::Added { .. }, Part::Message) => (true, true),
            (What::Removed { .. }, Part::Message) | (What::Became { .. }, _) => (false, false),
            (What::Reordered { .. }, _) => (named, named),
            (What::Added { optional, .. }, Part::Field) => (named && *optional, named),
            (What::Removed { optional, .. }, Part::Field) => (named, named && *optional),
            (What::Added { before, .. }, Part::Variant) => (named || before.is_none(), false),
            (What::Removed { before, .. }, Part::Variant) => (false, named || before.is_none()),
        };
        Reads { old, by_old }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Message => "message",
            Self::Field => "field",
            Self::Variant => "variant",
        })
    }
}

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, name, part, what } = self;
        if let What::Became { was, now } = what {
            let joint = match part {
                Part::Message => "",
                Part::Field => ".",
                Part::Variant => "::",
            };
            return write!(f, "{of}{joint}{name}: {was} became {now}");
        }
        if *part != Part::Message {
            write!(f, "{of}: ")?;
        }
        match what {
            What::Reordered { was, now } => {
                write!(f, "{part}s reordered: {} became {}", Names(was), Names(now))
            }
            What::Removed { .. } => write!(f, "{part} {name} removed"),
            What::Added { .. } if *part == Part::Message => write!(f, "{part} {name} added"),
            What::Added { before, optional } => {
                match before {
                    Some(before) => write!(f, "{part} {name} inserted before {before}")?,
                    None => write!(f, "{part} {name} added at the end")?,
                }
                f.write_str(if *optional { ", optional" } else { "" })
            }
            What::Became { .. } => Ok(()),
        }
    }
}

struct Names<'a>(&'a [&'a str]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(index, name)| {
            f.write_str(if index == 0 { "" } else { ", " })?;
            f.write_str(name)
        })
    }
}
