//! Errors in a frame's bytes.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::transport::TransportError;

/// The numbers never change.
pub(super) fn put_error(out: &mut BytesMut, error: TransportError) {
    let number = match error {
        TransportError::Unreachable => 0,
        TransportError::NobodyListens => 1,
        TransportError::Refused => 2,
        TransportError::Expired => 3,
        TransportError::Closed => 4,
        TransportError::TooLarge { .. } => 5,
        TransportError::Incompatible => 6,
        TransportError::Lost => 7,
        TransportError::TimedOut => 8,
        TransportError::Unanswered => 9,
        TransportError::Stale => 10,
        TransportError::Cancelled => 11,
    };
    out.put_u8(number);
    if let TransportError::TooLarge { bytes, limit } = error {
        out.put_u64(bytes as u64);
        out.put_u64(limit as u64);
    }
}

pub(super) fn get_error(bytes: &mut Bytes) -> Option<TransportError> {
    Some(match bytes.try_get_u8().ok()? {
        0 => TransportError::Unreachable,
        1 => TransportError::NobodyListens,
        2 => TransportError::Refused,
        3 => TransportError::Expired,
        4 => TransportError::Closed,
        5 => {
            let mut size = || usize::try_from(bytes.try_get_u64().ok()?).ok();
            TransportError::TooLarge { bytes: size()?, limit: size()? }
        }
        6 => TransportError::Incompatible,
        7 => TransportError::Lost,
        8 => TransportError::TimedOut,
        9 => TransportError::Unanswered,
        10 => TransportError::Stale,
        11 => TransportError::Cancelled,
        _ => return None,
    })
}
