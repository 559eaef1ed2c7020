use serde_core::de::{Deserializer, Visitor};

use super::Reader;
use super::items::{Fields, Items};
use super::reader::{Read, Unread};

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
