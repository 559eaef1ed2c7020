//! The one place where the values of user tables, and the records of the protocols, become bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{ErrorKind, StoreError};

/// Encodes with the names of the fields, so that rows outlive a change of their type: MessagePack.
pub(crate) fn encode<V: Serialize>(value: &V) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    encode_into(&mut bytes, value)?;
    Ok(bytes)
}

/// Appends the value, encoded.
pub(crate) fn encode_into<V: Serialize>(bytes: &mut Vec<u8>, value: &V) -> Result<(), StoreError> {
    rmp_serde::encode::write_named(bytes, value).map_err(|error| {
        StoreError::with_source(ErrorKind::Encoding, "a value cannot be encoded; see its serde implementation", error)
    })
}

/// Decodes; what follows the value is an error.
pub(crate) fn decode<V: DeserializeOwned>(bytes: &[u8]) -> Result<V, StoreError> {
    let wrong = |error: rmp_serde::decode::Error| {
        let detail = "a stored value does not decode as its type; give new fields a `#[serde(default)]`";
        StoreError::with_source(ErrorKind::Encoding, detail, error)
    };
    let mut input = rmp_serde::Deserializer::new(std::io::Cursor::new(bytes));
    let value = V::deserialize(&mut input).map_err(wrong)?;
    match input.position() == bytes.len() as u64 {
        true => Ok(value),
        false => Err(StoreError::new(ErrorKind::Encoding, "a stored value goes on behind its end; check its type")),
    }
}
