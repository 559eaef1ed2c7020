use std::io;

use bytes::BytesMut;
use tokio_util::codec::{Decoder, LengthDelimitedCodec};

/// Frames by their lengths, as they come in.
///
/// The length is what a peer says. tokio-util's codec makes room for all of it at once; this one hands it a frame when
/// it is whole, and until then makes room for twice of what has come: a peer that says much and sends little costs
/// little.
#[derive(Debug)]
pub(in crate::transport) struct Lengths {
    codec: LengthDelimitedCodec,
}

impl Lengths {
    /// So many bytes there is room for at first.
    pub(in crate::transport) const AT_ONCE: usize = 64 * 1_024;

    /// How many bytes the length itself has.
    const HEAD: usize = 4;

    /// Nothing longer than this.
    pub(in crate::transport) fn new(longest: usize) -> Self {
        Self {
            codec: LengthDelimitedCodec::builder()
                .length_field_length(Self::HEAD)
                .max_frame_length(longest)
                .new_codec(),
        }
    }

    /// The same from the next frame on.
    pub(in crate::transport) fn set_longest(&mut self, longest: usize) {
        self.codec.set_max_frame_length(longest);
    }

    /// How many bytes are missing of the first frame, if it is allowed.
    fn missing(&self, bytes: &[u8]) -> Option<usize> {
        let length = u32::from_be_bytes(*bytes.first_chunk::<{ Self::HEAD }>()?) as usize;
        let missing = length.checked_sub(bytes.len() - Self::HEAD)?;
        (length <= self.codec.max_frame_length() && missing > 0).then_some(missing)
    }
}

impl Decoder for Lengths {
    type Item = BytesMut;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<BytesMut>> {
        if let Some(missing) = self.missing(bytes) {
            bytes.reserve(missing.min(bytes.len().max(Self::AT_ONCE)));
            return Ok(None);
        }
        self.codec.decode(bytes)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use bytes::BufMut as _;

    use super::*;

    const LONGEST: usize = 16 * 1_024 * 1_024;

    #[test]
    fn what_is_said_and_not_sent_takes_no_room() {
        let (mut lengths, mut bytes) = (Lengths::new(LONGEST), BytesMut::with_capacity(Lengths::AT_ONCE));
        bytes.put_u32(LONGEST as u32);
        for _ in 0..3 {
            bytes.put_u8(7);
            assert_eq!(lengths.decode(&mut bytes).unwrap(), None);
        }
        assert!(bytes.capacity() <= 4 * Lengths::AT_ONCE, "{} bytes of room", bytes.capacity());
        // It grows with what comes.
        let mut sent = bytes.len();
        while sent < 1_024 * 1_024 {
            let room = bytes.capacity() - bytes.len();
            assert!(room > 0 && bytes.capacity() <= 4 * sent.max(Lengths::AT_ONCE));
            bytes.put_bytes(7, room);
            sent += room;
            assert_eq!(lengths.decode(&mut bytes).unwrap(), None);
        }
        bytes.put_bytes(7, Lengths::HEAD + LONGEST - bytes.len());
        assert_eq!(lengths.decode(&mut bytes).unwrap().map(|frame| frame.len()), Some(LONGEST));
        assert!(bytes.is_empty());
    }

    #[test]
    fn frames_come_whole_however_they_are_cut() {
        let frames: Vec<Vec<u8>> = [0, 1, 3, 4, 5, 300].map(|length| vec![length as u8; length]).into();
        let mut all = BytesMut::new();
        for frame in &frames {
            all.put_u32(frame.len() as u32);
            all.put_slice(frame);
        }
        for at_once in 1..all.len() {
            let (mut lengths, mut bytes, mut got) = (Lengths::new(300), BytesMut::new(), Vec::new());
            for piece in all.chunks(at_once) {
                bytes.put_slice(piece);
                while let Some(frame) = lengths.decode(&mut bytes).unwrap() {
                    got.push(frame.to_vec());
                }
            }
            assert_eq!(got, frames);
        }
    }

    #[test]
    fn a_longer_one_is_an_error_before_it_has_come() {
        let (mut lengths, mut bytes) = (Lengths::new(300), BytesMut::new());
        bytes.put_u32(301);
        assert_eq!(lengths.decode(&mut bytes).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
