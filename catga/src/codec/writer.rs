use std::io::{self, Write};

use crate::buffer::Sink;

/// A sink as what the standard library writes to. A full one is an error that allocates nothing here.
pub(super) struct Writer<'a, S>(pub(super) &'a mut S);

impl<S: Sink> Write for Writer<'_, S> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.put(bytes).map_err(|_| io::ErrorKind::StorageFull.into())
    }

    #[inline]
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
