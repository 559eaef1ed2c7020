use core::str;

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// A name in a frame's bytes, at most 255 of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::transport) struct Name(Bytes);

impl Name {
    pub(in crate::transport) fn new(name: &str) -> Self {
        Self(Bytes::copy_from_slice(name.as_bytes()))
    }

    pub(in crate::transport) fn as_str(&self) -> &str {
        // It was one when it was read.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

pub(super) fn put_name(out: &mut BytesMut, name: &str) {
    // Longer names are refused before anything is written.
    out.put_u8(name.len() as u8);
    out.put_slice(name.as_bytes());
}

pub(super) fn get_name(bytes: &mut Bytes) -> Option<Name> {
    let length = usize::from(bytes.try_get_u8().ok()?);
    if bytes.len() < length {
        return None;
    }
    let name = bytes.split_to(length);
    str::from_utf8(&name).ok()?;
    Some(Name(name))
}
