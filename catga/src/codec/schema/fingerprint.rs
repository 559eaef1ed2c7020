use core::fmt;

use postcard_schema::Schema;
use postcard_schema::schema::{DataModelType, DataModelVariant, NamedType, NamedValue};

use crate::message::fnv;

/// A number for what a type looks like in bytes: the names, the order and the types of its fields and variants.
/// The type's own name and newtypes around something are not in the bytes, so they are not in the number.
///
/// It is the same in every build and on every machine. It finds mistakes, not attackers.
///
/// Source: FNV-1a, 64 bits, over a walk of the schema with each name behind its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// That of a type.
    pub const fn of<T: Schema + ?Sized>() -> Self {
        Self(Hash::NEW.named(T::SCHEMA).0)
    }

    /// This and another as one, in this order: a request, its reply and its error.
    #[must_use]
    pub const fn then(self, other: Self) -> Self {
        Self(Hash(self.0).bytes(&other.0.to_le_bytes()).0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

struct Hash(u64);

impl Hash {
    const NEW: Self = Self(fnv::of(&[]));

    const fn byte(self, byte: u8) -> Self {
        self.bytes(&[byte])
    }

    const fn bytes(self, bytes: &[u8]) -> Self {
        Self(fnv::onto(self.0, bytes))
    }

    const fn length(self, length: usize) -> Self {
        self.bytes(&(length as u64).to_le_bytes())
    }

    const fn name(self, name: &str) -> Self {
        self.length(name.len()).bytes(name.as_bytes())
    }

    const fn named(self, of: &NamedType) -> Self {
        self.model(of.ty)
    }

    /// The numbers are part of the format: a new kind gets a new one.
    const fn model(self, model: &DataModelType) -> Self {
        match model {
            DataModelType::Bool => self.byte(1),
            DataModelType::I8 => self.byte(2),
            DataModelType::U8 => self.byte(3),
            DataModelType::I16 => self.byte(4),
            DataModelType::I32 => self.byte(5),
            DataModelType::I64 => self.byte(6),
            DataModelType::I128 => self.byte(7),
            DataModelType::U16 => self.byte(8),
            DataModelType::U32 => self.byte(9),
            DataModelType::U64 => self.byte(10),
            DataModelType::U128 => self.byte(11),
            DataModelType::Usize => self.byte(12),
            DataModelType::Isize => self.byte(13),
            DataModelType::F32 => self.byte(14),
            DataModelType::F64 => self.byte(15),
            DataModelType::Char => self.byte(16),
            DataModelType::String => self.byte(17),
            DataModelType::ByteArray => self.byte(18),
            DataModelType::Option(of) => self.byte(19).named(of),
            DataModelType::Unit => self.byte(20),
            DataModelType::UnitStruct => self.byte(21),
            DataModelType::NewtypeStruct(of) => self.named(of),
            DataModelType::Seq(of) => self.byte(22).named(of),
            DataModelType::Tuple(of) | DataModelType::TupleStruct(of) => self.byte(23).tuple(of),
            DataModelType::Map { key, val } => self.byte(24).named(key).named(val),
            DataModelType::Struct(fields) => self.byte(25).fields(fields),
            DataModelType::Enum(variants) => {
                let mut hash = self.byte(26).length(variants.len());
                let mut rest = *variants;
                while let [first, others @ ..] = rest {
                    hash = hash.name(first.name).variant(first.ty);
                    rest = others;
                }
                hash
            }
            DataModelType::Schema => self.byte(27),
        }
    }

    const fn variant(self, variant: &DataModelVariant) -> Self {
        match variant {
            DataModelVariant::UnitVariant => self.byte(28),
            // As a tuple of one, which has the same bytes.
            DataModelVariant::NewtypeVariant(of) => self.byte(29).length(1).named(of),
            DataModelVariant::TupleVariant(of) => self.byte(29).tuple(of),
            DataModelVariant::StructVariant(fields) => self.byte(30).fields(fields),
        }
    }

    const fn tuple(self, of: &[&NamedType]) -> Self {
        let mut hash = self.length(of.len());
        let mut rest = of;
        while let [first, others @ ..] = rest {
            hash = hash.named(first);
            rest = others;
        }
        hash
    }

    const fn fields(self, fields: &[&NamedValue]) -> Self {
        let mut hash = self.length(fields.len());
        let mut rest = fields;
        while let [first, others @ ..] = rest {
            hash = hash.name(first.name).named(first.ty);
            rest = others;
        }
        hash
    }
}
