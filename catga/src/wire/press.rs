use core::fmt;

use alloc::vec::Vec;
use crossbeam_queue::ArrayQueue;

use super::WireError;
use crate::buffer::Sink;
use crate::codec::compression::{CompressionError, Expander};
use crate::codec::{CompressionId, EncodeError};
use crate::envelope::Envelope;

/// What compresses bodies and expands them: memory that is used again. As it is bounded, so is what a body
/// may expand to.
pub(crate) struct Press {
    limit: usize,
    idle: ArrayQueue<Works>,
}

/// The memory of one body at a time.
pub(crate) struct Works {
    expander: Expander,
    body: Vec<u8>,
    pressed: Vec<u8>,
}

/// To how many bytes a body expands at most, unless it is said.
const LIMIT: usize = 16 << 20;

/// How many at once find memory that is kept.
const IDLE: usize = 8;

/// Larger memory is not kept.
const KEPT: usize = 1 << 20;

impl Press {
    pub(crate) fn new() -> Self {
        Self::at_most(LIMIT)
    }

    /// A body expands to so many bytes at most.
    pub(crate) fn at_most(limit: usize) -> Self {
        Self { limit, idle: ArrayQueue::new(IDLE) }
    }

    fn take(press: Option<&Self>) -> Works {
        let idle = press.and_then(|press| press.idle.pop());
        idle.unwrap_or_else(|| Works {
            expander: Expander::at_most(press.map_or(LIMIT, |press| press.limit)),
            body: Vec::new(),
            pressed: Vec::new(),
        })
    }

    pub(crate) fn give(press: Option<&Self>, mut works: Works) {
        let Some(press) = press else { return };
        for memory in [&mut works.body, &mut works.pressed] {
            if memory.capacity() > KEPT {
                *memory = Vec::new();
            }
        }
        // Where enough are kept it is freed.
        let _freed = press.idle.push(works);
    }

    /// The body of an envelope as it was; [`give`](Self::give) takes its memory back.
    #[cold]
    pub(crate) fn expand(
        press: Option<&Self>,
        message: &'static str,
        envelope: &Envelope<'_>,
    ) -> Result<Works, WireError> {
        let mut works = Self::take(press);
        match works.expander.expand(envelope.compression, envelope.body, &mut works.body) {
            Ok(_) => Ok(works),
            Err(error) => {
                Self::give(press, works);
                Err(match error {
                    CompressionError::Unknown { id } => WireError::WrongCompression { message, found: id },
                    error => WireError::Unexpandable { message, error },
                })
            }
        }
    }

    /// Writes a head and the body behind it, compressed where that makes it smaller.
    pub(crate) fn write<S: Sink>(
        press: Option<&Self>,
        id: CompressionId,
        message: &'static str,
        head: &Envelope<'_>,
        sink: &mut S,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
    ) -> Result<(), WireError> {
        let mut works = Self::take(press);
        let Works { expander, body, pressed } = &mut works;
        body.clear();
        let encoded = encode(body).map_err(|error| WireError::Unencodable { message, error });
        let written = encoded.and_then(|()| {
            match expander.compress(id, body, pressed) {
                Some(pressed) => Envelope { compression: id, body: pressed, ..*head }.encode(sink),
                None => Envelope { body, ..*head }.encode(sink),
            }
            .map_err(WireError::Envelope)
        });
        Self::give(press, works);
        written
    }
}

impl Works {
    /// The envelope with the body that was expanded.
    pub(crate) fn plain<'a>(&'a self, envelope: &Envelope<'a>) -> Envelope<'a> {
        Envelope { compression: CompressionId::NONE, body: &self.body, ..*envelope }
    }
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Press(to {} bytes)", self.limit)
    }
}
