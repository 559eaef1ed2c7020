//! Room for bytes that is not zeroed before they are written: for the few that a message takes, that would be as much
//! work as writing them.

#![allow(unsafe_code, reason = "a reader is handed what was written, and no more")]

use core::mem::MaybeUninit;

/// Room for so many bytes. Those before `length` are written: it grows only by what was.
pub(super) struct Room<const SIZE: usize> {
    bytes: [MaybeUninit<u8>; SIZE],
    length: usize,
}

/// Each byte by itself: as an array, they would be put together first.
macro_rules! pushes {
    ($($name:ident $count:literal: $($byte:ident $at:literal),*;)*) => {$(
        /// Appends so many bytes; whether there was room.
        #[inline(always)]
        #[allow(clippy::too_many_arguments, reason = "one for each byte")]
        pub(super) fn $name(&mut self, $($byte: u8),*) -> bool {
            if self.length > SIZE - $count {
                return false;
            }
            let room = self.bytes.get_mut(self.length..).and_then(|room| room.first_chunk_mut::<$count>());
            let Some(room) = room else { return false };
            $(room[$at].write($byte);)*
            self.length += $count;
            true
        }
    )*};
}

impl<const SIZE: usize> Room<SIZE> {
    #[inline]
    pub(super) const fn new() -> Self {
        Self { bytes: [const { MaybeUninit::uninit() }; SIZE], length: 0 }
    }

    pushes! {
        push_1 1: a 0;
        push_2 2: a 0, b 1;
        push_3 3: a 0, b 1, c 2;
        push_4 4: a 0, b 1, c 2, d 3;
        push_5 5: a 0, b 1, c 2, d 3, e 4;
        push_8 8: a 0, b 1, c 2, d 3, e 4, f 5, g 6, h 7;
    }

    /// Appends bytes; whether there was room.
    #[inline]
    pub(super) fn extend(&mut self, bytes: &[u8]) -> bool {
        let Some(end) = self.length.checked_add(bytes.len()) else { return false };
        let Some(room) = self.bytes.get_mut(self.length..end) else { return false };
        match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            // From both ends, which meet or overlap: long numbers, without a call.
            (Some(first), Some(last)) if bytes.len() <= 16 => {
                if let Some(room) = room.first_chunk_mut::<8>() {
                    *room = first.map(MaybeUninit::new);
                }
                if let Some(room) = room.last_chunk_mut::<8>() {
                    *room = last.map(MaybeUninit::new);
                }
            }
            _ => {
                room.write_copy_of_slice(bytes);
            }
        }
        self.length = end;
        true
    }

    /// What was written.
    #[inline]
    pub(super) fn written(&self) -> &[u8] {
        // SAFETY: `length` is private, 0 at first and again in `clear`, and grows in `push_1` to `push_8` and `extend`
        // alone: there by as many bytes as were just written behind it, within the array. So it is no more than
        // `SIZE`, and all before it is written.
        unsafe { self.bytes.get_unchecked(..self.length).assume_init_ref() }
    }

    /// All of it is free again.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_no_more() {
        let mut room = Room::<8>::new();
        assert!(room.written().is_empty());
        assert!(room.push_1(1) && room.extend(&[2, 3, 4]) && room.extend(&[]));
        assert_eq!(room.written(), [1, 2, 3, 4]);
        assert!(!room.push_5(5, 5, 5, 5, 5) && !room.extend(&[5; 5]), "it is too little room");
        assert_eq!(room.written(), [1, 2, 3, 4], "and nothing is written");
        assert!(room.push_4(5, 6, 7, 8));
        assert!(!room.push_1(9) && !room.extend(&[9]) && room.extend(&[]));
        assert_eq!(room.written(), [1, 2, 3, 4, 5, 6, 7, 8]);
        room.clear();
        assert!(room.written().is_empty());
        assert!(room.push_8(1, 2, 3, 4, 5, 6, 7, 8) && !room.push_2(9, 9) && !room.push_3(9, 9, 9));
        assert_eq!(room.written(), [1, 2, 3, 4, 5, 6, 7, 8]);
        room.clear();
        assert!(room.push_2(1, 2) && room.push_3(3, 4, 5) && !room.push_4(6, 7, 8, 9));
        assert_eq!(room.written(), [1, 2, 3, 4, 5]);
        room.clear();
        assert!(room.extend(&[9; 8]));
        assert_eq!(room.written(), [9; 8]);
    }

    #[test]
    fn long_numbers_are_written_from_both_ends() {
        let bytes: [u8; 20] = core::array::from_fn(|at| at as u8 + 1);
        for length in 0..=bytes.len() {
            let mut room = Room::<24>::new();
            assert!(room.push_3(7, 7, 7) && room.extend(&bytes[..length]) && room.push_1(8));
            assert_eq!(room.written()[..3], [7; 3]);
            assert_eq!(room.written()[3..3 + length], bytes[..length]);
            assert_eq!(room.written()[3 + length..], [8]);
        }
    }
}
