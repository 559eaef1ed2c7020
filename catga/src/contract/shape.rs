use crate::envelope::Fingerprint;
use crate::message::{Message, MessageInfo};

#[cfg(feature = "schema")]
pub(super) use parts::Parts;

/// What a version of a message is made of: itself, its reply or its rows, and its error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// The message in this version.
    pub message: MessageInfo,
    /// All of it as a number.
    pub fingerprint: Fingerprint,
    /// The version before it, which becomes this one.
    pub former: Option<&'static Self>,
    #[cfg(feature = "schema")]
    pub(super) parts: Parts,
}

impl Shape {
    /// That of another version: this one, or one before it.
    pub const fn of(&'static self, version: u32) -> Option<&'static Self> {
        let mut shape = self;
        loop {
            if shape.message.version == version {
                return Some(shape);
            }
            match shape.former {
                Some(former) => shape = former,
                None => return None,
            }
        }
    }
}

/// A message of which all that crosses in the way `W` has a schema.
#[cfg_attr(
    feature = "schema",
    diagnostic::on_unimplemented(
        message = "CATGA099: `{Self}` has no schema",
        label = "it, its reply, its error or a version before it has none",
        note = "add `#[derive(Schema)]` (postcard-schema) to `{Self}`, to its reply, to its error and to what it `upcasts`; or take `schema` from the contract"
    )
)]
#[cfg_attr(
    not(feature = "schema"),
    diagnostic::on_unimplemented(
        message = "CATGA099: `{Self}` has no schema",
        label = "nothing has one here",
        note = "enable catga's feature `schema`, or take `schema` from the contract"
    )
)]
pub trait Shaped<W>: Message {
    /// What it is made of.
    const SHAPE: &'static Shape;
}

#[cfg(feature = "schema")]
mod parts {
    use postcard_schema::Schema;
    use postcard_schema::schema::DataModelType;

    use super::{Shape, Shaped};
    use crate::codec::schema::Fingerprint as Hash;
    use crate::envelope::Fingerprint;
    use crate::message::{Faultless, Faulty, First, Message, OnWire, Rows};
    use crate::wire::{Asked, Rowed, Told};

    /// The types that cross.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::contract) struct Parts {
        pub(in crate::contract) message: &'static DataModelType,
        /// `reply` or `row`.
        pub(in crate::contract) answer: Option<(&'static str, &'static DataModelType)>,
        pub(in crate::contract) error: Option<&'static DataModelType>,
    }

    /// A part as a number and as a type.
    type Part = (Hash, &'static DataModelType);

    const fn part<T: Schema>() -> Part {
        (Hash::of::<T>(), T::SCHEMA.ty)
    }

    const fn shape<M: Message + Schema>(
        answer: Option<(&'static str, Part)>,
        error: Option<Part>,
        former: Option<&'static Shape>,
    ) -> Shape {
        let (hash, message) = part::<M>();
        let (hash, answer) = match answer {
            Some((name, (answer, model))) => (hash.then(answer), Some((name, model))),
            None => (hash, None),
        };
        let (hash, error) = match error {
            Some((error, model)) => (hash.then(error), Some(model)),
            None => (hash, None),
        };
        let parts = Parts { message, answer, error };
        Shape { message: M::INFO, fingerprint: Fingerprint::of_hash(hash.0), former, parts }
    }

    /// The version before.
    pub trait Before<W> {
        const SHAPE: Option<&'static Shape>;
    }

    impl<W> Before<W> for First {
        const SHAPE: Option<&'static Shape> = None;
    }

    impl<W, F: Shaped<W>> Before<W> for F {
        const SHAPE: Option<&'static Shape> = Some(F::SHAPE);
    }

    /// The handler's own error, where there is one.
    pub trait Faults<E> {
        const ERROR: Option<Part>;
    }

    impl<E> Faults<E> for Faultless {
        const ERROR: Option<Part> = None;
    }

    impl<E: Schema> Faults<E> for Faulty {
        const ERROR: Option<Part> = Some(part::<E>());
    }

    type FaultOf<M> = <<M as Message>::Wire as OnWire>::Fault;
    type FormerOf<M> = <<M as Message>::Wire as OnWire>::Former;

    // Not recommended, so that the error names the message, whichever part has no schema.
    #[diagnostic::do_not_recommend]
    impl<M> Shaped<Asked> for M
    where
        M: Message<Reply: Schema, Wire: OnWire<Fault: Faults<M::Error>, Former: Before<Asked>>> + Schema,
    {
        const SHAPE: &'static Shape = &shape::<M>(
            Some(("reply", part::<M::Reply>())),
            <FaultOf<M> as Faults<M::Error>>::ERROR,
            <FormerOf<M> as Before<Asked>>::SHAPE,
        );
    }

    #[diagnostic::do_not_recommend]
    impl<M> Shaped<Rowed> for M
    where
        M: Rows<Row: Schema> + Message<Wire: OnWire<Fault: Faults<M::Error>, Former: Before<Rowed>>> + Schema,
    {
        const SHAPE: &'static Shape = &shape::<M>(
            Some(("row", part::<M::Row>())),
            <FaultOf<M> as Faults<M::Error>>::ERROR,
            <FormerOf<M> as Before<Rowed>>::SHAPE,
        );
    }

    /// An event's handlers answer nobody.
    #[diagnostic::do_not_recommend]
    impl<M: Message<Wire: OnWire<Former: Before<Told>>> + Schema> Shaped<Told> for M {
        const SHAPE: &'static Shape = &shape::<M>(None, None, <FormerOf<M> as Before<Told>>::SHAPE);
    }
}
