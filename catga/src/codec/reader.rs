use core::fmt;
use core::slice::Iter;

use serde_core::de::value::U32Deserializer;
use serde_core::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::depth::DEPTH;

/// Reads values of Postcard, within bounds: it counts how deep they lie in each other, and does not believe a
/// collection that claims more items than there are bytes.
///
/// The library's own would have to be told of the bounds at each value, and asks at each byte of a number whether the
/// bytes end. What is not inlined takes slices and not the reader, so that where it stands is kept in registers.
///
/// Source: the Postcard wire format specification, version 1.
pub(super) struct Reader<'de> {
    bytes: Iter<'de, u8>,
    /// How much deeper values may lie.
    depth: usize,
    /// How many items of lists and maps may still come.
    steps: usize,
    why: Why,
}

/// How many items may come for a byte, and besides: some take no byte at all, and a list of those could claim
/// any number of them.
const STEPS: usize = 64;
const STEPS_BESIDES: usize = 1024;

/// Why bytes are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// They are none, or none of this type, which says no more.
    Malformed,
    /// They end within it.
    Ended,
    /// Values lie too deep within values.
    Deep,
}

/// That bytes are no value. The reader knows [`Why`]: an error that says nothing is no part of what each read answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unread;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes are no value")
    }
}

impl core::error::Error for Unread {}

impl de::Error for Unread {
    #[cold]
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Read<T> = Result<T, Unread>;

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
        fn $name(&mut self) -> Read<$type> {
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

impl<'de> Reader<'de> {
    #[inline]
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        let steps = bytes.len().saturating_mul(STEPS).saturating_add(STEPS_BESIDES);
        Self { bytes: bytes.iter(), depth: DEPTH, steps, why: Why::Malformed }
    }

    /// Why what was read is none.
    pub(super) fn why(&self) -> Why {
        self.why
    }

    /// How many bytes are left.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.bytes.as_slice().len()
    }

    #[inline]
    fn ended(&mut self) -> Unread {
        self.why = Why::Ended;
        Unread
    }

    #[inline]
    fn byte(&mut self) -> Read<u8> {
        match self.bytes.next() {
            Some(byte) => Ok(*byte),
            None => Err(self.ended()),
        }
    }

    #[inline]
    fn take(&mut self, count: usize) -> Read<&'de [u8]> {
        match self.bytes.as_slice().split_at_checked(count) {
            Some((taken, rest)) => {
                self.bytes = rest.iter();
                Ok(taken)
            }
            None => Err(self.ended()),
        }
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        match self.bytes.as_slice().split_first_chunk() {
            Some((taken, rest)) => {
                self.bytes = rest.iter();
                Ok(*taken)
            }
            None => Err(self.ended()),
        }
    }

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

    #[inline]
    fn length(&mut self) -> Read<usize> {
        usize::try_from(self.number_64()?).map_err(|_| Unread)
    }

    /// As many bytes as the number before them says.
    #[inline]
    fn counted(&mut self) -> Read<&'de [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    #[inline]
    fn text(&mut self) -> Read<&'de str> {
        core::str::from_utf8(self.counted()?).map_err(|_| Unread)
    }

    /// Goes one deeper, reads, and comes back.
    #[inline]
    fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.why = Why::Deep;
            return Err(Unread);
        };
        self.depth = depth;
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }
}

/// The lowest bit is the sign.
macro_rules! signed {
    ($($name:ident $visit:ident $number:ident $type:ty;)*) => {$(
        #[inline]
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            let number = self.$number()?;
            visitor.$visit((number >> 1) as $type ^ -((number & 1) as $type))
        }
    )*};
}

macro_rules! unsigned {
    ($($name:ident $visit:ident $number:ident;)*) => {$(
        #[inline]
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.$number()?)
        }
    )*};
}

/// Nothing in the bytes says what they are.
macro_rules! untold {
    ($($name:ident)*) => {$(
        #[cold]
        fn $name<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
            Err(Unread)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unread;

    untold! { deserialize_any deserialize_identifier deserialize_ignored_any }

    unsigned! {
        deserialize_u8 visit_u8 byte;
        deserialize_u16 visit_u16 number_16;
        deserialize_u32 visit_u32 number_32;
        deserialize_u64 visit_u64 number_64;
        deserialize_u128 visit_u128 number_128;
        deserialize_str visit_borrowed_str text;
        deserialize_string visit_str text;
        deserialize_bytes visit_borrowed_bytes counted;
        deserialize_byte_buf visit_bytes counted;
    }

    signed! {
        deserialize_i16 visit_i16 number_16 i16;
        deserialize_i32 visit_i32 number_32 i32;
        deserialize_i64 visit_i64 number_64 i64;
        deserialize_i128 visit_i128 number_128 i128;
    }

    #[inline]
    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_i8(self.byte()? as i8)
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.byte()? {
            0 => visitor.visit_bool(false),
            1 => visitor.visit_bool(true),
            _ => Err(Unread),
        }
    }

    #[inline]
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_f32(f32::from_le_bytes(self.array()?))
    }

    #[inline]
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_f64(f64::from_le_bytes(self.array()?))
    }

    #[inline]
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let length = self.length()?;
        if length > 4 {
            return Err(Unread);
        }
        let text = core::str::from_utf8(self.take(length)?).map_err(|_| Unread)?;
        visitor.visit_char(text.chars().next().ok_or(Unread)?)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.byte()? {
            0 => visitor.visit_none(),
            1 => self.within(|reader| visitor.visit_some(reader)),
            _ => Err(Unread),
        }
    }

    #[inline]
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.length()?;
        self.within(|reader| visitor.visit_seq(Items { reader, left }))
    }

    // It has as many items as its type says, and no value of its own type within but through what is counted.
    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Fields { reader: self, left })
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, left: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(left, visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.length()?;
        self.within(|reader| visitor.visit_map(Items { reader, left }))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.within(|reader| visitor.visit_enum(reader))
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The fields of a struct, of a tuple, of a variant.
struct Fields<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Unread;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The items of a list, the entries of a map: as many as the bytes claim.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl Items<'_, '_> {
    /// Whether there is one more.
    #[inline]
    fn next(&mut self) -> Read<bool> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        self.reader.steps = self.reader.steps.checked_sub(1).ok_or(Unread)?;
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unread;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.next()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(self.reader.left()))
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Unread;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.next()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.reader)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(self.reader.left()))
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Unread;
    type Variant = Self;

    #[inline]
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let variant: U32Deserializer<Unread> = self.number_32()?.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Unread;

    #[inline]
    fn unit_variant(self) -> Read<()> {
        Ok(())
    }

    #[inline]
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(left, visitor)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }
}
