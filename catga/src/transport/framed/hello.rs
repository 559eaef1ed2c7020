use bytes::{Buf, BufMut, BytesMut};

use crate::transport::TransportError;

/// What both sides say first: the version, and what they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) struct Hello {
    /// The largest frame, in bytes.
    pub(in crate::transport) frame: u32,
    /// How many requests may be in flight; never none.
    pub(in crate::transport) in_flight: u32,
}

const MAGIC: [u8; 4] = *b"ctga";
const VERSION: u16 = 1;

impl Hello {
    /// The bytes of a hello frame's body; any version's begins like this.
    pub(in crate::transport) const BYTES: usize = 14;

    pub(super) fn put(self, out: &mut BytesMut) {
        out.put_slice(&MAGIC);
        out.put_u16(VERSION);
        out.put_u32(self.frame);
        out.put_u32(self.in_flight);
    }

    pub(super) fn get(bytes: &mut impl Buf) -> Result<Self, TransportError> {
        let mut magic = [0; 4];
        bytes.try_copy_to_slice(&mut magic).map_err(|_| TransportError::Incompatible)?;
        let version = bytes.try_get_u16().map_err(|_| TransportError::Incompatible)?;
        if (magic, version) != (MAGIC, VERSION) {
            return Err(TransportError::Incompatible);
        }
        let frame = bytes.try_get_u32().map_err(|_| TransportError::Incompatible)?;
        let in_flight = bytes.try_get_u32().map_err(|_| TransportError::Incompatible)?;
        // With none, all that has no budget would wait for ever.
        if in_flight == 0 { Err(TransportError::Incompatible) } else { Ok(Self { frame, in_flight }) }
    }

    /// What both sides take.
    pub(in crate::transport) fn meet(self, other: Self) -> Self {
        Self { frame: self.frame.min(other.frame), in_flight: self.in_flight.min(other.in_flight) }
    }
}
