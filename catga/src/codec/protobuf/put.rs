//! A sink as what `prost` writes to.
//!
//! What [`BufMut`] demands: `chunk_mut` gives memory that may be written, the same until `advance_mut`, and
//! `advance_mut` is told of bytes that were. Here that memory is an array of its own, which is initialised from the
//! start, so no byte of it is ever read that was not written by somebody, and its bounds are checked: a caller that
//! lies gets wrong bytes, not a wild read.

#![allow(unsafe_code, reason = "`BufMut` is an unsafe trait")]

use prost::bytes::BufMut;
use prost::bytes::buf::UninitSlice;

use crate::buffer::{Full, Sink};

/// How much is written at once by those who ask for memory. prost hands over slices, which go straight on.
const CHUNK: usize = 32;

pub(super) struct Put<'a, S> {
    sink: &'a mut S,
    result: Result<(), Full>,
    chunk: [u8; CHUNK],
}

impl<'a, S: Sink> Put<'a, S> {
    #[inline]
    pub(super) fn new(sink: &'a mut S) -> Self {
        Self { sink, result: Ok(()), chunk: [0; CHUNK] }
    }

    /// Whether the sink took everything.
    #[inline]
    pub(super) fn finish(self) -> Result<(), Full> {
        self.result
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        if self.result.is_ok() {
            self.result = self.sink.put(bytes);
        }
    }
}

// SAFETY: `chunk_mut` is the whole of `chunk`, which is initialised and as long as `self`; `advance_mut` reads
// no further than it.
unsafe impl<S: Sink> BufMut for Put<'_, S> {
    #[inline]
    fn remaining_mut(&self) -> usize {
        usize::MAX
    }

    unsafe fn advance_mut(&mut self, count: usize) {
        let chunk = self.chunk;
        self.put(chunk.get(..count).unwrap_or_default());
    }

    fn chunk_mut(&mut self) -> &mut UninitSlice {
        UninitSlice::new(&mut self.chunk)
    }

    #[inline]
    fn put_slice(&mut self, bytes: &[u8]) {
        self.put(bytes);
    }

    #[inline]
    fn put_u8(&mut self, byte: u8) {
        self.put(&[byte]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_arrive_in_order_however_they_are_written() {
        let mut bytes = heapless::Vec::<u8, 256>::new();
        let mut put = Put::new(&mut bytes);
        put.put_slice(&[1, 2]);
        put.put_u8(3);
        put.put_bytes(4, 3 * CHUNK);
        put.put_u32_le(5);
        put.put(&[6_u8; 2][..]);
        put.put_i8(-1);
        assert_eq!(put.finish(), Ok(()));
        assert_eq!(bytes.as_slice(), [&[1, 2, 3][..], &[4; 3 * CHUNK], &[5, 0, 0, 0, 6, 6, 0xff]].concat());
    }

    #[test]
    fn memory_that_is_asked_for_is_written_as_far_as_is_said() {
        let mut bytes = heapless::Vec::<u8, 8>::new();
        let mut put = Put::new(&mut bytes);
        let chunk = put.chunk_mut();
        chunk[..3].copy_from_slice(&[7, 8, 9]);
        // SAFETY: two bytes were written, and one more.
        unsafe { put.advance_mut(2) };
        assert_eq!(put.finish(), Ok(()));
        assert_eq!(bytes, [7, 8]);
    }

    #[test]
    fn a_full_sink_is_told_and_nothing_comes_after() {
        let mut bytes = heapless::Vec::<u8, 4>::new();
        let mut put = Put::new(&mut bytes);
        put.put_slice(&[1, 2, 3]);
        put.put_slice(&[4, 5]);
        put.put_u8(6);
        assert_eq!(put.finish(), Err(Full));
        assert_eq!(bytes, [1, 2, 3]);
    }
}
