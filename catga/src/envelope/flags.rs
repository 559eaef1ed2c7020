use super::{Envelope, EnvelopeError};
use crate::id::Id;
use crate::message::Qos;

/// Which optional parts an envelope has, and what fits beside that: 16 bits, of which 3 have to be zero.
#[derive(Clone, Copy)]
pub(super) struct Flags(pub(super) u16);

impl Flags {
    pub(super) const SCHEMA: u16 = 1;
    pub(super) const VERSION: u16 = 1 << 1;
    pub(super) const CORRELATION: u16 = 1 << 2;
    pub(super) const BUDGET: u16 = 1 << 3;
    pub(super) const COMPRESSION: u16 = 1 << 4;
    pub(super) const TRACE: u16 = 1 << 5;
    pub(super) const ORDERING: u16 = 1 << 6;
    pub(super) const HEADERS: u16 = 1 << 7;
    /// Two bits: [`Causation`].
    const CAUSATION: u32 = 8;
    /// Two bits: the level.
    const QOS: u32 = 10;
    pub(super) const SENT: u16 = 1 << 12;
    const RESERVED: u16 = 0xe000;

    #[inline]
    pub(super) const fn has(self, flag: u16) -> bool {
        self.0 & flag != 0
    }

    /// What is to be written of this envelope.
    #[inline]
    pub(super) fn of(envelope: &Envelope<'_>) -> Self {
        let set = |flag: u16, is_set: bool| if is_set { flag } else { 0 };
        Self(
            set(Self::SCHEMA, !envelope.schema.is_unknown())
                | set(Self::VERSION, envelope.version != 1)
                | set(Self::CORRELATION, envelope.correlation != envelope.id)
                | set(Self::BUDGET, envelope.budget.is_some())
                | set(Self::SENT, envelope.sent.is_some())
                | set(Self::COMPRESSION, !envelope.compression.is_none())
                | set(Self::TRACE, envelope.trace.is_some())
                | set(Self::ORDERING, envelope.ordering.is_some())
                | set(Self::HEADERS, !envelope.headers.is_empty())
                | (Causation::of(envelope.id, envelope.correlation, envelope.causation) as u16) << Self::CAUSATION
                | u16::from(envelope.qos.level()) << Self::QOS,
        )
    }

    /// Flags as they came.
    ///
    /// # Errors
    /// Where a bit is set that has no meaning.
    #[inline]
    pub(super) const fn checked(bits: u16) -> Result<Self, EnvelopeError> {
        match bits & Self::RESERVED {
            0 => Ok(Self(bits)),
            unknown => Err(EnvelopeError::Flags { unknown }),
        }
    }

    #[inline]
    pub(super) const fn qos(self) -> Result<Qos, EnvelopeError> {
        let found = (self.0 >> Self::QOS & 3) as u8;
        match Qos::of_level(found) {
            Some(qos) => Ok(qos),
            None => Err(EnvelopeError::Qos { found }),
        }
    }

    #[inline]
    pub(super) const fn causation(self) -> Causation {
        match self.0 >> Self::CAUSATION & 3 {
            0 => Causation::Nil,
            1 => Causation::Id,
            2 => Causation::Correlation,
            _ => Causation::Written,
        }
    }
}

/// Where the causation stands. The first message of a conversation has none, and the second and those beside
/// it have the correlation's.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Causation {
    Nil = 0,
    Id = 1,
    Correlation = 2,
    /// Eight bytes.
    Written = 3,
}

impl Causation {
    /// The first that is right.
    #[inline]
    pub(super) fn of(id: Id, correlation: Id, causation: Id) -> Self {
        match causation {
            _ if causation.is_nil() => Self::Nil,
            _ if causation == id => Self::Id,
            _ if causation == correlation => Self::Correlation,
            _ => Self::Written,
        }
    }
}
