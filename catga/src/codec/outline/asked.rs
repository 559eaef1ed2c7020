use core::fmt;

use serde_core::de::value::U32Deserializer;
use serde_core::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::samples;
use super::sites::Sites;
use crate::message::fnv;

/// How deep lists and options have something in them: a type that is part of itself has no end.
const FILLED: u32 = 16;
/// How deep is looked, as a part there has parts of its own all the same.
const DEPTH: u32 = 2 * FILLED;
/// How many parts are looked at, each time; from the half on, lists and options are empty.
const PARTS: u32 = 4_096;
/// How many are looked at altogether, before it ends with that time.
const ALL: u32 = 256 * PARTS;

/// Who is asked for parts.
pub(super) struct Asked {
    hash: u64,
    sites: Sites,
    /// Where it is, as the hash of the way there.
    place: u64,
    depth: u32,
    left: u32,
    /// How many parts were looked at, all times together.
    parts: u32,
    /// It ended here, and not by what a part refused.
    is_cut: bool,
}

/// What it was when it was asked once more.
#[derive(Clone, Copy)]
pub(super) struct Begun(u64);

impl Asked {
    pub(super) fn new() -> Self {
        Self { hash: fnv::of(&[]), sites: Sites::default(), place: 0, depth: 0, left: 0, parts: 0, is_cut: false }
    }

    /// It is asked from the start.
    pub(super) fn begin(&mut self) -> Begun {
        self.sites.begin();
        (self.place, self.depth, self.left, self.is_cut) = (fnv::of(&[]), 0, PARTS, false);
        Begun(self.hash)
    }

    /// It was refused: whether it is worth to ask again, with something else made up. Then it is as if it had not been.
    pub(super) fn refused(&mut self, begun: Begun) -> bool {
        let again = !self.is_cut && self.parts <= ALL && self.sites.tries_another();
        if again {
            self.hash = begun.0;
        }
        again
    }

    /// It was seen up to here.
    pub(super) fn cut(&mut self) {
        self.byte(0xff);
    }

    /// Whether all was seen that can be, or as much as is looked at.
    pub(super) fn is_seen(&mut self) -> bool {
        self.sites.are_seen() || self.parts > ALL
    }

    /// What it comes to.
    pub(super) fn number(&self) -> u32 {
        ((self.hash >> 32) as u32 ^ self.hash as u32).max(1)
    }

    fn byte(&mut self, byte: u8) {
        self.hash = fnv::onto(self.hash, &[byte]);
    }

    fn count(&mut self, count: usize) {
        self.hash = fnv::onto(self.hash, &(count as u64).to_le_bytes());
    }

    fn names(&mut self, names: &[&str]) {
        self.count(names.len());
        for name in names {
            self.count(name.len());
            self.hash = fnv::onto(self.hash, name.as_bytes());
        }
    }

    fn stop(&mut self) -> Stop {
        self.is_cut = true;
        Stop
    }

    /// A part of this kind; not beyond what is looked at.
    fn part(&mut self, kind: u8) -> Result<(), Stop> {
        self.byte(kind);
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.parts = self.parts.saturating_add(1);
                Ok(())
            }
            None => Err(self.stop()),
        }
    }

    /// A part that has none of its own.
    fn sample<S: Copy>(&mut self, kind: u8, samples: &[S]) -> Result<S, Stop> {
        self.part(kind)?;
        self.sites.sample(self.place, samples).ok_or(Stop)
    }

    /// What has parts of its own.
    fn within<R>(&mut self, kind: u8, look: impl FnOnce(&mut Self) -> Result<R, Stop>) -> Result<R, Stop> {
        self.part(kind)?;
        if self.depth == DEPTH {
            return Err(self.stop());
        }
        self.depth += 1;
        let seen = look(self);
        self.depth -= 1;
        self.byte(0xfe);
        seen
    }

    /// The part behind this step.
    fn at<R>(&mut self, step: usize, look: impl FnOnce(&mut Self) -> R) -> R {
        let place = self.place;
        self.place = fnv::onto(place, &(step as u64).to_le_bytes());
        let seen = look(self);
        self.place = place;
        seen
    }

    /// Whether a list or an option has something in it: where it has not, a type that is part of itself ends.
    fn is_filled(&self) -> bool {
        self.depth < FILLED && self.left > PARTS / 2
    }
}

/// It is looked no further.
#[derive(Debug)]
pub(super) struct Stop;

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

macro_rules! samples {
    ($($name:ident $kind:literal $visit:ident $samples:ident;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            visitor.$visit(self.sample($kind, samples::$samples)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Asked {
    type Error = Stop;

    samples! {
        deserialize_bool 1 visit_bool BOOLS;
        deserialize_i8 2 visit_i8 I8;
        deserialize_i16 3 visit_i16 I16;
        deserialize_i32 4 visit_i32 I32;
        deserialize_i64 5 visit_i64 I64;
        deserialize_i128 6 visit_i128 I128;
        deserialize_u8 7 visit_u8 U8;
        deserialize_u16 8 visit_u16 U16;
        deserialize_u32 9 visit_u32 U32;
        deserialize_u64 10 visit_u64 U64;
        deserialize_u128 11 visit_u128 U128;
        deserialize_f32 12 visit_f32 FLOATS_32;
        deserialize_f64 13 visit_f64 FLOATS_64;
        deserialize_char 14 visit_char CHARS;
        // A text is one, whoever owns it.
        deserialize_str 15 visit_borrowed_str TEXTS;
        deserialize_string 15 visit_borrowed_str TEXTS;
        deserialize_bytes 16 visit_borrowed_bytes BYTE_STRINGS;
        deserialize_byte_buf 16 visit_borrowed_bytes BYTE_STRINGS;
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
        if !self.is_filled() {
            return visitor.visit_none();
        }
        self.within(18, |asked| visitor.visit_some(asked))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        if !self.is_filled() {
            return visitor.visit_seq(Items { asked: self, left: 0, at: 0 });
        }
        self.within(19, |asked| visitor.visit_seq(Items { asked, left: 1, at: 0 }))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        if !self.is_filled() {
            return visitor.visit_map(Items { asked: self, left: 0, at: 0 });
        }
        self.within(20, |asked| visitor.visit_map(Items { asked, left: 1, at: 0 }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.within(21, |asked| {
            asked.count(len);
            visitor.visit_seq(Items { asked, left: len, at: 0 })
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
            visitor.visit_seq(Items { asked, left: fields.len(), at: 0 })
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
            if variants.is_empty() {
                return Err(asked.stop());
            }
            let showing = asked.sites.enter(asked.place, variants);
            let variant = showing.variant;
            asked.count(variant);
            let seen = asked.at(variant, |asked| visitor.visit_enum(Variant { asked, variant }));
            asked.sites.leave(showing, seen.is_ok());
            seen
        })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        // A format without names has no answer to this.
        Err(self.stop())
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(self.stop())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(self.stop())
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// So many parts.
struct Items<'a> {
    asked: &'a mut Asked,
    left: usize,
    at: usize,
}

impl Items<'_> {
    fn next<'de, T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Stop> {
        let at = self.at;
        self.at += 1;
        self.asked.at(at, |asked| seed.deserialize(asked))
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Stop> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        self.next(seed).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stop> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        self.next(seed)
    }
}

/// One variant of an enum.
struct Variant<'a> {
    asked: &'a mut Asked,
    variant: usize,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Stop> {
        let number = u32::try_from(self.variant).unwrap_or(u32::MAX);
        let number: U32Deserializer<Stop> = number.into_deserializer();
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
