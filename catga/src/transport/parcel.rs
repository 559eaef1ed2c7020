use bytes::Bytes;

/// What is published: bytes that the transport does not look into, and what it needs to know of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The bytes: an encoded envelope, say.
    pub bytes: Bytes,
    /// Its id, which stays the same over attempts. A transport may tell duplicates by it and need not.
    pub id: u64,
    /// What it is ordered by: parcels of one endpoint and key arrive one after the other. `None` where
    /// order does not matter. A hash of the key will do: keys that share one are ordered together.
    pub key: Option<u64>,
}

impl Parcel {
    /// A parcel that is not ordered.
    pub const fn new(id: u64, bytes: Bytes) -> Self {
        Self { bytes, id, key: None }
    }

    /// The same, ordered by this key.
    #[must_use]
    pub fn keyed(self, key: u64) -> Self {
        Self { key: Some(key), ..self }
    }
}
