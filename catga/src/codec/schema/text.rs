use core::fmt;

use postcard_schema::Schema;
use postcard_schema::schema::{DataModelType, DataModelVariant, NamedType, NamedValue};

/// What a type looks like in bytes, for people and for version control: one line for the type, one for each field
/// and each variant, in their order, with the whole path to it.
///
/// ```text
/// Order: struct
/// Order.lines: list<struct>
/// Order.lines[].sku: string
/// Order.payment: enum
/// Order.payment::Cash: unit
/// Order.payment::Card: struct
/// Order.payment::Card.number: string
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Text {
    name: &'static str,
    part: &'static str,
    model: &'static DataModelType,
}

impl Text {
    /// Under the type's own name.
    pub const fn of<T: Schema + ?Sized>() -> Self {
        Self::named::<T>(T::SCHEMA.name)
    }

    /// Under another name, as a reply has one of its message. Neither `: ` nor line ends may be in it.
    pub const fn named<T: Schema + ?Sized>(name: &'static str) -> Self {
        Self { name, part: "", model: T::SCHEMA.ty }
    }

    /// Of what belongs to something: `ChargeCard reply`.
    #[cfg(feature = "wire")]
    pub(crate) const fn part(name: &'static str, part: &'static str, model: &'static DataModelType) -> Self {
        Self { name, part, model }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = Path { before: None, step: Step::Name(self.name, self.part) };
        writeln!(f, "{path}: {}", Kind(self.model))?;
        path.within(self.model, f)
    }
}

/// The way to a part.
#[derive(Clone, Copy)]
struct Path<'a> {
    before: Option<&'a Path<'a>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Name(&'static str, &'static str),
    Field(&'static str),
    Index(usize),
    Variant(&'static str),
    Item,
    Key,
    Value,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            before.fmt(f)?;
        }
        match self.step {
            Step::Name(name, "") => f.write_str(name),
            Step::Name(name, part) => write!(f, "{name} {part}"),
            Step::Field(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, ".{index}"),
            Step::Variant(name) => write!(f, "::{name}"),
            Step::Item => f.write_str("[]"),
            Step::Key => f.write_str("{key}"),
            Step::Value => f.write_str("{value}"),
        }
    }
}

impl Path<'_> {
    fn to(&self, step: Step) -> Path<'_> {
        Path { before: Some(self), step }
    }

    /// The lines of the fields and variants within a type.
    fn within(&self, model: &DataModelType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match model {
            DataModelType::NewtypeStruct(of) | DataModelType::Option(of) => self.within(of.ty, f),
            DataModelType::Seq(of) => self.to(Step::Item).within(of.ty, f),
            DataModelType::Tuple(of) | DataModelType::TupleStruct(of) => self.tuple(of, f),
            DataModelType::Map { key, val } => {
                self.to(Step::Key).within(key.ty, f)?;
                self.to(Step::Value).within(val.ty, f)
            }
            DataModelType::Struct(fields) => self.fields(fields, f),
            DataModelType::Enum(variants) => variants.iter().try_for_each(|variant| {
                let path = self.to(Step::Variant(variant.name));
                match variant.ty {
                    DataModelVariant::UnitVariant => writeln!(f, "{path}: unit"),
                    DataModelVariant::NewtypeVariant(of) => {
                        writeln!(f, "{path}: ({})", Kind(of.ty))?;
                        path.to(Step::Index(0)).within(of.ty, f)
                    }
                    DataModelVariant::TupleVariant(of) => {
                        writeln!(f, "{path}: {}", Tuple(of))?;
                        path.tuple(of, f)
                    }
                    DataModelVariant::StructVariant(fields) => {
                        writeln!(f, "{path}: struct")?;
                        path.fields(fields, f)
                    }
                }
            }),
            _ => Ok(()),
        }
    }

    fn fields(&self, fields: &[&NamedValue], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fields.iter().try_for_each(|field| {
            let path = self.to(Step::Field(field.name));
            writeln!(f, "{path}: {}", Kind(field.ty.ty))?;
            path.within(field.ty.ty, f)
        })
    }

    fn tuple(&self, of: &[&NamedType], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(item) = array(of) {
            return self.to(Step::Item).within(item.ty, f);
        }
        of.iter().enumerate().try_for_each(|(index, of)| self.to(Step::Index(index)).within(of.ty, f))
    }
}

/// The item of what is an array, or has the same bytes.
fn array<'a>(of: &[&'a NamedType]) -> Option<&'a NamedType> {
    match of {
        [first, _, ..] if of.iter().all(|other| other == first) => Some(first),
        _ => None,
    }
}

/// A type in one word, with what its words are about.
struct Kind<'a>(&'a DataModelType);

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            DataModelType::Bool => "bool",
            DataModelType::I8 => "i8",
            DataModelType::U8 => "u8",
            DataModelType::I16 => "i16",
            DataModelType::I32 => "i32",
            DataModelType::I64 => "i64",
            DataModelType::I128 => "i128",
            DataModelType::U16 => "u16",
            DataModelType::U32 => "u32",
            DataModelType::U64 => "u64",
            DataModelType::U128 => "u128",
            DataModelType::Usize => "usize",
            DataModelType::Isize => "isize",
            DataModelType::F32 => "f32",
            DataModelType::F64 => "f64",
            DataModelType::Char => "char",
            DataModelType::String => "string",
            DataModelType::ByteArray => "bytes",
            DataModelType::Unit => "unit",
            DataModelType::UnitStruct => "unit struct",
            DataModelType::Struct(_) => "struct",
            DataModelType::Enum(_) => "enum",
            DataModelType::Schema => "schema",
            DataModelType::NewtypeStruct(of) => return Kind(of.ty).fmt(f),
            DataModelType::Option(of) => return write!(f, "option<{}>", Kind(of.ty)),
            DataModelType::Seq(of) => return write!(f, "list<{}>", Kind(of.ty)),
            DataModelType::Map { key, val } => return write!(f, "map<{}, {}>", Kind(key.ty), Kind(val.ty)),
            DataModelType::Tuple(of) | DataModelType::TupleStruct(of) => return Tuple(of).fmt(f),
        })
    }
}

struct Tuple<'a>(&'a [&'a NamedType]);

impl fmt::Display for Tuple<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(item) = array(self.0) {
            return write!(f, "[{}; {}]", Kind(item.ty), self.0.len());
        }
        f.write_str("(")?;
        for (index, of) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            Kind(of.ty).fmt(f)?;
        }
        f.write_str(")")
    }
}
