use crate::store::embedded::record;
use crate::store::error::StoreError;

/// A precondition on one key, checked when the member is applied and not when it was read.
#[derive(Clone, Debug)]
pub struct Need {
    pub(crate) key: Vec<u8>,
    pub(crate) expect: Expect,
}

#[derive(Clone, Debug)]
pub(crate) enum Expect {
    Absent,
    /// The payload begins with this: the state, owner and fence of a record, whatever follows.
    StartsWith(Vec<u8>),
}

impl Need {
    pub(crate) fn absent(key: Vec<u8>) -> Self {
        Self { key, expect: Expect::Absent }
    }

    pub(crate) fn starts_with(key: Vec<u8>, prefix: Vec<u8>) -> Self {
        Self { key, expect: Expect::StartsWith(prefix) }
    }

    /// The key that it speaks of.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Whether it holds where the key has this record.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn holds(&self, record: Option<&[u8]>) -> Result<bool, StoreError> {
        match (&self.expect, record) {
            (Expect::Absent, record) => Ok(record.is_none()),
            (Expect::StartsWith(_), None) => Ok(false),
            (Expect::StartsWith(prefix), Some(record)) => {
                Ok(record::open(&self.key, record)?.payload.starts_with(prefix))
            }
        }
    }
}
