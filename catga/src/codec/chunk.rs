use super::room::Room;
use crate::buffer::{Full, Sink};

/// How many bytes are gathered for a sink.
const SIZE: usize = 128;

/// Gathers what a format writes, mostly a few bytes at a time, and hands it on to a sink in larger pieces.
///
/// A write never fails: that the sink is full is told at the end, and nothing is put into it from then on. So what a
/// library does with an error is not compiled into every write, and the writes are small enough to be inlined.
pub(super) struct Chunk<'a, S> {
    room: Room<SIZE>,
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
        let mut chunk = Chunk { room: Room::new(), sink, is_full: false };
        let written = write(&mut chunk);
        let Chunk { room, sink, is_full } = &mut chunk;
        if *is_full {
            return Err(Full);
        }
        sink.put(room.written())?;
        Ok(written)
    }

    /// Each length that numbers have has a copy of its own: a number's bytes are then in registers all the way.
    #[inline(always)]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        match *bytes {
            [a] => self.write(|room| room.push_1(a)),
            [a, b] => self.write(|room| room.push_2(a, b)),
            [a, b, c] => self.write(|room| room.push_3(a, b, c)),
            [a, b, c, d] => self.write(|room| room.push_4(a, b, c, d)),
            [a, b, c, d, e] => self.write(|room| room.push_5(a, b, c, d, e)),
            [a, b, c, d, e, f, g, h] => self.write(|room| room.push_8(a, b, c, d, e, f, g, h)),
            _ => self.put(bytes),
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.write(|room| room.push_1(byte));
    }

    /// Writes a few bytes.
    #[inline(always)]
    fn write(&mut self, push: impl Fn(&mut Room<SIZE>) -> bool) {
        if !push(&mut self.room) {
            self.flush();
            let _fits = push(&mut self.room);
        }
    }

    /// Of any length: what is long, or in no hurry, by a call.
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        if self.room.extend(bytes) {
            return;
        }
        self.flush();
        if !self.room.extend(bytes) {
            self.hand_on(bytes);
        }
    }

    /// The next write begins at the front again.
    #[cold]
    #[inline(never)]
    fn flush(&mut self) {
        self.is_full = self.is_full || self.sink.put(self.room.written()).is_err();
        self.room.clear();
    }

    #[cold]
    fn hand_on(&mut self, bytes: &[u8]) {
        self.is_full = self.is_full || self.sink.put(bytes).is_err();
    }
}
