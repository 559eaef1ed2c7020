//! What a type is made of, as it asks for its parts: a number that changes with the order, the names and the kinds of its
//! fields, for a format that writes none of them.

use core::fmt;

use serde_core::de::value::U32Deserializer;
use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

/// How deep is looked: a type that is part of itself has no end.
const DEPTH: u32 = 16;
/// How many parts are looked at, each time.
const PARTS: u32 = 4_096;
/// How often a type is asked, as an enum shows one of its variants each time.
const TIMES: u32 = 256;

/// The outline of a type: it is read from made-up parts, and what it asks for is counted in. Never zero.
///
/// The names of types are not part of it, as nothing depends on them. A `Deserialize` of the user's own that refuses what
/// is made up is seen as far as that. What is `#[serde(with = ..)]` is seen as what it reads.
///
/// Source: the idea is that of `serde-reflection`; the hash is FNV-1a, 64 bits, each name behind its length.
pub(super) fn of<'de, T: Deserialize<'de>>() -> u32 {
    let mut asked = Asked { hash: 0xcbf2_9ce4_8422_2325, enums: Vec::new(), depth: 0, left: 0, has_more: false };
    for _ in 0..TIMES {
        (asked.depth, asked.left, asked.has_more) = (0, PARTS, false);
        if T::deserialize(&mut asked).is_err() {
            asked.byte(0xff);
        }
        if !asked.has_more {
            break;
        }
    }
    ((asked.hash >> 32) as u32 ^ asked.hash as u32).max(1)
}

/// Who is asked for parts.
struct Asked {
    hash: u64,
    /// The enums that were met, by the list of their variants, and which variant comes next.
    enums: Vec<(*const &'static str, usize)>,
    depth: u32,
    left: u32,
    /// Whether an enum has shown less than all of its variants.
    has_more: bool,
}

impl Asked {
    fn byte(&mut self, byte: u8) {
        self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn number(&mut self, number: usize) {
        (number as u64).to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    fn names(&mut self, names: &[&str]) {
        self.number(names.len());
        for name in names {
            self.number(name.len());
            name.bytes().for_each(|byte| self.byte(byte));
        }
    }

    /// A part of this kind; not beyond what is looked at.
    fn part(&mut self, kind: u8) -> Result<(), Stop> {
        self.byte(kind);
        self.left = self.left.checked_sub(1).ok_or(Stop)?;
        Ok(())
    }

    /// What has parts of its own.
    fn within<R>(&mut self, kind: u8, look: impl FnOnce(&mut Self) -> Result<R, Stop>) -> Result<R, Stop> {
        self.part(kind)?;
        if self.depth == DEPTH {
            return Err(Stop);
        }
        self.depth += 1;
        let seen = look(self);
        self.depth -= 1;
        self.byte(0xfe);
        seen
    }

    /// Whether a list or an option may have something in it: where it may not, a type that is part of itself ends.
    fn is_shallow(&self) -> bool {
        self.depth + 1 < DEPTH
    }
}

/// It is looked no further.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an outline ends here")
    }
}

impl core::error::Error for Stop {}

impl Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! scalars {
    ($($name:ident $kind:literal $visit:ident $value:expr;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            self.part($kind)?;
            visitor.$visit($value)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Asked {
    type Error = Stop;

    scalars! {
        deserialize_bool 1 visit_bool true;
        deserialize_i8 2 visit_i8 1;
        deserialize_i16 3 visit_i16 1;
        deserialize_i32 4 visit_i32 1;
        deserialize_i64 5 visit_i64 1;
        deserialize_i128 6 visit_i128 1;
        deserialize_u8 7 visit_u8 1;
        deserialize_u16 8 visit_u16 1;
        deserialize_u32 9 visit_u32 1;
        deserialize_u64 10 visit_u64 1;
        deserialize_u128 11 visit_u128 1;
        deserialize_f32 12 visit_f32 1.0;
        deserialize_f64 13 visit_f64 1.0;
        deserialize_char 14 visit_char 'a';
        // A text is one, whoever owns it.
        deserialize_str 15 visit_borrowed_str "a";
        deserialize_string 15 visit_borrowed_str "a";
        deserialize_bytes 16 visit_borrowed_bytes b"a";
        deserialize_byte_buf 16 visit_borrowed_bytes b"a";
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.part(17)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Stop> {
        // It is written as what is in it.
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        if !self.is_shallow() {
            return visitor.visit_none();
        }
        self.within(18, |asked| visitor.visit_some(asked))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let left = usize::from(self.is_shallow());
        self.within(19, |asked| visitor.visit_seq(Items { asked, left }))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let left = usize::from(self.is_shallow());
        self.within(20, |asked| visitor.visit_map(Items { asked, left }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.within(21, |asked| {
            asked.number(len);
            visitor.visit_seq(Items { asked, left: len })
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.within(22, |asked| {
            asked.names(fields);
            visitor.visit_seq(Items { asked, left: fields.len() })
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.within(23, |asked| {
            asked.names(variants);
            let known = asked.enums.iter().position(|(known, _)| *known == variants.as_ptr());
            let known = known.unwrap_or_else(|| {
                asked.enums.push((variants.as_ptr(), 0));
                asked.enums.len() - 1
            });
            let Some((_, next)) = asked.enums.get_mut(known) else { return Err(Stop) };
            // The next that was not shown yet; the first where all were.
            let variant = if *next < variants.len() { *next } else { 0 };
            *next = (*next + 1).min(variants.len());
            asked.has_more |= *next < variants.len();
            asked.number(variant);
            visitor.visit_enum(Variant { asked, variant: u32::try_from(variant).unwrap_or(u32::MAX) })
        })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        // A format without names has no answer to this.
        Err(Stop)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// So many parts.
struct Items<'a> {
    asked: &'a mut Asked,
    left: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Stop> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.asked).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stop> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(&mut *self.asked)
    }
}

/// One variant of an enum.
struct Variant<'a> {
    asked: &'a mut Asked,
    variant: u32,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Stop> {
        let number: U32Deserializer<Stop> = self.variant.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.asked.part(24)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        self.asked.part(25)?;
        seed.deserialize(self.asked)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.asked.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Stop> {
        self.asked.deserialize_struct("", fields, visitor)
    }
}
