use core::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::bounds::Bounds;

/// A part of decoding (a deserializer, a visitor, what visitors are given), within bounds. It counts how deep
/// values lie within values, and does not believe a collection that claims more items than there are bytes.
///
/// What is `FIXED` has as many items as its type says, and no value of its type within but through one that is not:
/// an option, a list, a map, an enum. Those are counted.
pub(super) struct Bounded<'b, T, const ALL: bool, const FIXED: bool = false>(pub(super) T, pub(super) &'b Bounds<ALL>);

macro_rules! passed_on {
    ($fixed:literal: $($name:ident($($argument:ident: $type:ty),*))*) => {$(
        #[inline]
        fn $name<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$name($($argument,)* Bounded::<V, ALL, $fixed>(visitor, self.1))
        }
    )*};
}

/// No value lies within these, so they are read without a detour.
macro_rules! scalars {
    ($($name:ident)*) => {$(
        #[inline]
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$name(visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>, const ALL: bool> Deserializer<'de> for Bounded<'_, D, ALL> {
    type Error = D::Error;

    scalars! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_unit deserialize_identifier
    }

    passed_on! { false:
        deserialize_any() deserialize_bytes() deserialize_byte_buf() deserialize_option() deserialize_seq() deserialize_map() deserialize_ignored_any()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    passed_on! { true:
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! visits {
    ($($name:ident: $type:ty)*) => {$(
        #[inline]
        fn $name<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$name(value)
        }
    )*};
}

/// Goes one deeper where `counts`, runs, and comes back.
#[inline]
fn within<T, E: Error, const ALL: bool>(
    bounds: &Bounds<ALL>,
    counts: bool,
    run: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    if !counts {
        return run();
    }
    if !bounds.enter() {
        return Err(E::custom("too deep"));
    }
    let result = run();
    bounds.leave();
    result
}

impl<'de, V: Visitor<'de>, const ALL: bool, const FIXED: bool> Visitor<'de> for Bounded<'_, V, ALL, FIXED> {
    type Value = V::Value;

    #[inline]
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    visits! {
        visit_bool: bool
        visit_i8: i8 visit_i16: i16 visit_i32: i32 visit_i64: i64 visit_i128: i128
        visit_u8: u8 visit_u16: u16 visit_u32: u32 visit_u64: u64 visit_u128: u128
        visit_f32: f32 visit_f64: f64 visit_char: char
        visit_str: &str visit_borrowed_str: &'de str visit_bytes: &[u8] visit_borrowed_bytes: &'de [u8]
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        within(self.1, ALL, || self.0.visit_some(Bounded::<_, ALL>(value, self.1)))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Bounded::<_, ALL>(value, self.1))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        within(self.1, ALL && !FIXED, || self.0.visit_seq(Bounded::<_, ALL, FIXED>(items, self.1)))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        within(self.1, ALL, || self.0.visit_map(Bounded::<_, ALL>(entries, self.1)))
    }

    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        within(self.1, true, || self.0.visit_enum(Bounded::<_, ALL>(variant, self.1)))
    }
}

impl<'de, S: DeserializeSeed<'de>, const ALL: bool> DeserializeSeed<'de> for Bounded<'_, S, ALL> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Bounded::<_, ALL>(deserializer, self.1))
    }
}

impl<'de, A: SeqAccess<'de>, const ALL: bool, const FIXED: bool> SeqAccess<'de> for Bounded<'_, A, ALL, FIXED> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        if ALL && !FIXED && !self.1.step() {
            return Err(A::Error::custom("too many"));
        }
        self.0.next_element_seed(Bounded::<_, ALL>(seed, self.1))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.1.items(self.0.size_hint())
    }
}

impl<'de, A: MapAccess<'de>, const ALL: bool> MapAccess<'de> for Bounded<'_, A, ALL> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if ALL && !self.1.step() {
            return Err(A::Error::custom("too many"));
        }
        self.0.next_key_seed(Bounded::<_, ALL>(seed, self.1))
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(Bounded::<_, ALL>(seed, self.1))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.1.items(self.0.size_hint())
    }
}

impl<'b, 'de, A: EnumAccess<'de>, const ALL: bool> EnumAccess<'de> for Bounded<'b, A, ALL> {
    type Error = A::Error;
    type Variant = Bounded<'b, A::Variant, ALL>;

    #[inline]
    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self::Variant), A::Error> {
        let (value, variant) = self.0.variant_seed(Bounded::<_, ALL>(seed, self.1))?;
        Ok((value, Bounded(variant, self.1)))
    }
}

impl<'de, A: VariantAccess<'de>, const ALL: bool> VariantAccess<'de> for Bounded<'_, A, ALL> {
    type Error = A::Error;

    #[inline]
    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    #[inline]
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.0.newtype_variant_seed(Bounded::<_, ALL>(seed, self.1))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Bounded::<_, ALL, true>(visitor, self.1))
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Bounded::<_, ALL, true>(visitor, self.1))
    }
}
