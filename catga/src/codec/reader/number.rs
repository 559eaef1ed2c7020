use super::Reader;
use super::reader::{Read, Unread, Why};

/// A number of seven bits a byte, the lowest first: how many bytes it takes at most, and the most that the last of them
/// may be.
struct Number {
    most: usize,
    last: u8,
}

const NUMBER_16: Number = Number { most: 3, last: 0x03 };
const NUMBER_32: Number = Number { most: 5, last: 0x0f };
const NUMBER_64: Number = Number { most: 10, last: 0x01 };
const NUMBER_128: Number = Number { most: 19, last: 0x03 };

/// What a number is, and how many bytes it takes; 0 where it is none.
macro_rules! long_numbers {
    ($($name:ident $type:ty, $number:ident;)*) => {$(
        #[inline(never)]
        fn $name(bytes: &[u8]) -> ($type, usize) {
            let mut value: $type = 0;
            for (at, &byte) in bytes.iter().enumerate().take($number.most) {
                value |= <$type>::from(byte & 0x7f) << (7 * at);
                if byte < 0x80 {
                    return (value, if at + 1 < $number.most || byte <= $number.last { at + 1 } else { 0 });
                }
            }
            (value, 0)
        }
    )*};
}

long_numbers! {
    long_16 u16, NUMBER_16;
    long_32 u32, NUMBER_32;
    long_64 u64, NUMBER_64;
    long_128 u128, NUMBER_128;
}

/// Those of one byte where they are read, and so those that are longer, of so many bytes: that those are there is asked
/// once.
macro_rules! numbers {
    ($($name:ident $long:ident $here:literal: $type:ty, $number:ident;)*) => {$(
        #[inline]
        pub(super) fn $name(&mut self) -> Read<$type> {
            let bytes = self.bytes.as_slice();
            if let [first, ..] = bytes
                && *first < 0x80
            {
                let _first = self.bytes.next();
                return Ok((*first).into());
            }
            if let Some(here) = bytes.first_chunk::<$here>() {
                let mut value: $type = 0;
                for (at, &byte) in here.iter().enumerate() {
                    value = value.wrapping_add(<$type>::from(byte) << (7 * at));
                    if byte < 0x80 {
                        let _last = self.bytes.nth(at);
                        return if at + 1 < $number.most || byte <= $number.last { Ok(value) } else { Err(Unread) };
                    }
                    // The bit that says that more comes is none of the number's.
                    value = value.wrapping_sub(0x80 << (7 * at));
                }
                if $here == $number.most {
                    return Err(Unread);
                }
            }
            let (value, taken) = $long(bytes);
            self.pass(taken, $number)?;
            Ok(value)
        }
    )*};
}

impl Reader<'_> {
    /// Goes behind a number that took so many bytes, or none where it is none.
    #[inline]
    fn pass(&mut self, taken: usize, number: Number) -> Read<()> {
        // Of those that take one byte at least, the last.
        match taken.checked_sub(1).and_then(|last| self.bytes.nth(last)) {
            Some(_) => Ok(()),
            None => {
                if self.left() < number.most {
                    self.why = Why::Ended;
                }
                Err(Unread)
            }
        }
    }

    numbers! {
        number_16 long_16 3: u16, NUMBER_16;
        number_32 long_32 5: u32, NUMBER_32;
        number_64 long_64 3: u64, NUMBER_64;
        number_128 long_128 1: u128, NUMBER_128;
    }
}
