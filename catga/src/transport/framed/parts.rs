//! What frames carry, beside names and errors.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::transport::Parcel;
use crate::transport::shared::key::Key;

pub(super) fn put_key(out: &mut BytesMut, key: Key) {
    out.put_u32(key.slot);
    out.put_u32(key.generation);
}

pub(super) fn get_key(bytes: &mut Bytes) -> Option<Key> {
    let slot = bytes.try_get_u32().ok()?;
    Some(Key { slot, generation: bytes.try_get_u32().ok()? })
}

pub(super) fn put_parcel(out: &mut BytesMut, parcel: &Parcel) {
    out.put_u64(parcel.id);
    out.put_u8(u8::from(parcel.key.is_some()));
    out.put_u64(parcel.key.unwrap_or_default());
    out.put_slice(&parcel.bytes);
}

pub(super) fn get_parcel(bytes: &mut Bytes) -> Option<Parcel> {
    let id = bytes.try_get_u64().ok()?;
    let is_keyed = bytes.try_get_u8().ok()?;
    let key = bytes.try_get_u64().ok()?;
    let key = match is_keyed {
        0 => None,
        1 => Some(key),
        _ => return None,
    };
    Some(Parcel { bytes: core::mem::take(bytes), id, key })
}
