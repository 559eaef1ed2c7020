use crate::store::error::{ErrorKind, StoreError};

/// What stands before every payload: CRC32C (4 bytes, big endian), the record's kind (1), the schema's
/// version (2, big endian). The sum covers the key as well, so a record in a wrong place is found.
const HEADER: usize = 7;
const SUM: usize = 4;

/// What a record is, written into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum RecordKind {
    /// A row of a user's table.
    Row = 1,
    /// What the store knows of itself.
    #[cfg(feature = "durable")]
    Meta = 2,
    /// A claim of an idempotency key, or its recorded reply.
    Idempotency = 3,
    /// A row of an outbox.
    Outbox = 4,
    /// A message that was taken in.
    Inbox = 5,
    /// A dead letter.
    DeadLetter = 6,
    /// A scheduled message.
    Scheduled = 7,
    /// A lease.
    Lease = 8,
    /// An entry of an index: its key says all.
    Index = 9,
    /// How much there is of something.
    Count = 10,
    /// An effect outside of the store.
    Effect = 11,
    /// How far a worker's ids are reserved.
    Worker = 12,
}

/// A record that has no sum yet.
#[cfg(feature = "durable")]
pub(crate) fn unsealed(kind: RecordKind, version: u16, payload: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEADER + payload.len());
    begin(&mut record, kind, version);
    record.extend_from_slice(payload);
    record
}

/// Appends what stands before the payload of a record, without its sum.
pub(crate) fn begin(bytes: &mut Vec<u8>, kind: RecordKind, version: u16) {
    bytes.extend_from_slice(&[0; SUM]);
    bytes.push(kind as u8);
    bytes.extend_from_slice(&version.to_be_bytes());
}

/// Writes the sum over the key and all that follows it.
pub(crate) fn seal(key: &[u8], record: &mut [u8]) {
    if let Some((sum, rest)) = record.split_first_chunk_mut::<SUM>() {
        *sum = checksum(key, rest).to_be_bytes();
    }
}

fn checksum(key: &[u8], rest: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), rest)
}

/// A record whose sum is right.
pub(crate) struct Opened<'a> {
    pub(crate) kind: u8,
    pub(crate) version: u16,
    pub(crate) payload: &'a [u8],
}

/// Checks the sum and takes the header off.
pub(crate) fn open<'a>(key: &[u8], record: &'a [u8]) -> Result<Opened<'a>, StoreError> {
    let damaged = || {
        let detail = "a record of the store is not what was written; restore a backup, or check the disk";
        StoreError::new(ErrorKind::Damaged, detail)
    };
    let (sum, rest) = record.split_first_chunk::<SUM>().ok_or_else(damaged)?;
    if u32::from_be_bytes(*sum) != checksum(key, rest) {
        return Err(damaged());
    }
    match rest {
        [kind, high, low, payload @ ..] => {
            Ok(Opened { kind: *kind, version: u16::from_be_bytes([*high, *low]), payload })
        }
        _ => Err(damaged()),
    }
}

/// The payload of a record that must be of this kind and no newer than `version`.
pub(crate) fn payload<'a>(
    key: &[u8],
    record: &'a [u8],
    kind: RecordKind,
    version: u16,
) -> Result<&'a [u8], StoreError> {
    let opened = open(key, record)?;
    if opened.kind != kind as u8 {
        let detail = format!("a record is of kind {} where {kind:?} belongs; check the disk", opened.kind);
        return Err(StoreError::new(ErrorKind::Damaged, detail));
    }
    if opened.version > version {
        let detail = format!(
            "a record has schema version {}, and this program knows {version}; run the newer program",
            opened.version
        );
        return Err(StoreError::new(ErrorKind::Newer, detail));
    }
    Ok(opened.payload)
}

/// The count that a record holds.
pub(crate) fn count(key: &[u8], record: &[u8]) -> Result<i64, StoreError> {
    let payload = payload(key, record, RecordKind::Count, 0)?;
    let count = payload.first_chunk::<8>().ok_or_else(|| StoreError::new(ErrorKind::Damaged, "a count is cut off"))?;
    Ok(i64::from_be_bytes(*count))
}

/// Where the payload of a record begins.
pub(crate) const PAYLOAD: usize = HEADER;
