use super::error::{ErrorKind, StoreError};
use crate::id::Id;

/// A key as bytes that sort as the keys do, and say themselves where they end.
///
/// Integers are big endian, signed ones with their sign turned; strings and bytes end with `00 01`, and a
/// zero inside of them is `00 FF`; a tuple is its parts, one after the other.
pub trait EncodeKey {
    /// Appends the key.
    fn encode_key(&self, out: &mut Vec<u8>);
}

/// A key that can be read back: what the rows of a [`Table`](super::Table) are found by.
pub trait RowKey: EncodeKey + Sized {
    /// Takes the key off the front of the bytes.
    ///
    /// # Errors
    /// The bytes are not such a key.
    fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError>;
}

fn wrong() -> StoreError {
    StoreError::new(ErrorKind::Encoding, "a key is not of the table's key type; use the type it was written with")
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], StoreError> {
    let (taken, rest) = bytes.split_first_chunk::<N>().ok_or_else(wrong)?;
    *bytes = rest;
    Ok(*taken)
}

macro_rules! integers {
    ($($unsigned:ty, $signed:ty;)*) => {$(
        impl EncodeKey for $unsigned {
            fn encode_key(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }

        impl RowKey for $unsigned {
            fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
                Ok(Self::from_be_bytes(take(bytes)?))
            }
        }

        impl EncodeKey for $signed {
            fn encode_key(&self, out: &mut Vec<u8>) {
                (self.cast_unsigned() ^ (1 << (Self::BITS - 1))).encode_key(out);
            }
        }

        impl RowKey for $signed {
            fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
                Ok((<$unsigned>::decode_key(bytes)? ^ (1 << (Self::BITS - 1))).cast_signed())
            }
        }
    )*};
}

integers! { u8, i8; u16, i16; u32, i32; u64, i64; u128, i128; }

impl EncodeKey for bool {
    fn encode_key(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl RowKey for bool {
    fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
        match u8::decode_key(bytes)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(wrong()),
        }
    }
}

impl EncodeKey for Id {
    fn encode_key(&self, out: &mut Vec<u8>) {
        self.get().encode_key(out);
    }
}

impl RowKey for Id {
    fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
        Ok(Self::new(u64::decode_key(bytes)?))
    }
}

const ESCAPED: u8 = 0xff;
const END: u8 = 0x01;

impl EncodeKey for [u8] {
    fn encode_key(&self, out: &mut Vec<u8>) {
        for byte in self {
            out.push(*byte);
            if *byte == 0 {
                out.push(ESCAPED);
            }
        }
        out.extend_from_slice(&[0, END]);
    }
}

impl EncodeKey for Vec<u8> {
    fn encode_key(&self, out: &mut Vec<u8>) {
        self.as_slice().encode_key(out);
    }
}

impl RowKey for Vec<u8> {
    fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
        let mut key = Self::new();
        loop {
            match take(bytes)? {
                [0] => match take(bytes)? {
                    [ESCAPED] => key.push(0),
                    [END] => return Ok(key),
                    _ => return Err(wrong()),
                },
                [byte] => key.push(byte),
            }
        }
    }
}

impl EncodeKey for str {
    fn encode_key(&self, out: &mut Vec<u8>) {
        self.as_bytes().encode_key(out);
    }
}

impl EncodeKey for String {
    fn encode_key(&self, out: &mut Vec<u8>) {
        self.as_str().encode_key(out);
    }
}

impl RowKey for String {
    fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
        Self::from_utf8(Vec::decode_key(bytes)?).map_err(|_| wrong())
    }
}

impl<T: EncodeKey + ?Sized> EncodeKey for &T {
    fn encode_key(&self, out: &mut Vec<u8>) {
        (**self).encode_key(out);
    }
}

macro_rules! tuples {
    ($(($($part:ident $at:tt),+))*) => {$(
        impl<$($part: EncodeKey),+> EncodeKey for ($($part,)+) {
            fn encode_key(&self, out: &mut Vec<u8>) {
                $(self.$at.encode_key(out);)+
            }
        }

        impl<$($part: RowKey),+> RowKey for ($($part,)+) {
            fn decode_key(bytes: &mut &[u8]) -> Result<Self, StoreError> {
                Ok(($($part::decode_key(bytes)?,)+))
            }
        }
    )*};
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }
