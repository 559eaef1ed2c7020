use crate::buffer::{Full, Sink};

/// How many bytes are gathered for a sink.
const SIZE: usize = 128;

/// Gathers what a format writes, mostly a few bytes at a time, and hands it on to a sink in larger pieces.
///
/// A write never fails: that the sink is full is told at the end, and nothing is put into it from then on. So what a
/// library does with an error is not compiled into every write, and the writes are small enough to be inlined.
pub(super) struct Chunk<'a, S> {
    bytes: [u8; SIZE],
    length: usize,
    sink: &'a mut S,
    is_full: bool,
}

impl<S: Sink> Chunk<'_, S> {
    /// Hands all that `write` writes on to the sink.
    ///
    /// # Errors
    /// [`Full`] where the sink has no room for it.
    #[inline]
    pub(super) fn of<T>(sink: &mut S, write: impl FnOnce(&mut Chunk<'_, S>) -> T) -> Result<T, Full> {
        let mut chunk = Chunk { bytes: [0; SIZE], length: 0, sink, is_full: false };
        let written = write(&mut chunk);
        let Chunk { bytes, length, sink, is_full } = &mut chunk;
        if *is_full {
            return Err(Full);
        }
        sink.put(bytes.get(..*length).unwrap_or_default())?;
        Ok(written)
    }

    /// Each length that numbers have has a copy of its own: a number's bytes are then in registers all the way.
    #[inline(always)]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        match *bytes {
            [a] => self.push(a),
            [a, b] => self.write(|room: &mut [u8; 2]| [room[0], room[1]] = [a, b]),
            [a, b, c] => self.write(|room: &mut [u8; 3]| [room[0], room[1], room[2]] = [a, b, c]),
            [a, b, c, d] => self.write(|room: &mut [u8; 4]| [room[0], room[1], room[2], room[3]] = [a, b, c, d]),
            [a, b, c, d, e] => {
                self.write(|room: &mut [u8; 5]| [room[0], room[1], room[2], room[3], room[4]] = [a, b, c, d, e]);
            }
            [a, b, c, d, e, f, g, h] => self.write(|room| *room = [a, b, c, d, e, f, g, h]),
            _ => self.put(bytes),
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.write(|room: &mut [u8; 1]| *room = [byte]);
    }

    /// Writes so many bytes.
    #[inline(always)]
    fn write<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N])) {
        let at = if self.length <= SIZE - N {
            self.length
        } else {
            self.flush();
            0
        };
        if let Some(room) = self.bytes.get_mut(at..).and_then(|room| room.first_chunk_mut()) {
            write(room);
        }
        self.length = at + N;
    }

    /// Of any length.
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        let length = bytes.len();
        if self.length + length.min(SIZE) > SIZE {
            self.flush();
            self.length = 0;
        }
        let at = self.length;
        // What is long, or in no hurry, by a call.
        match (length, self.bytes.get_mut(at..).and_then(|room| room.first_chunk_mut::<16>())) {
            // From both ends, which meet or overlap.
            (8..=16, Some(room)) => {
                if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
                    room[..8].copy_from_slice(first);
                    room[length - 8..length].copy_from_slice(last);
                }
            }
            _ => match self.bytes.get_mut(at..at + length) {
                Some(room) => room.copy_from_slice(bytes),
                None => return self.hand_on(bytes),
            },
        }
        self.length = at + length;
    }

    /// The next write begins at the front again.
    #[cold]
    #[inline(never)]
    fn flush(&mut self) {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        self.is_full = self.is_full || self.sink.put(bytes).is_err();
    }

    #[cold]
    fn hand_on(&mut self, bytes: &[u8]) {
        self.is_full = self.is_full || self.sink.put(bytes).is_err();
    }
}
