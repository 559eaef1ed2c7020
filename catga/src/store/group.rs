use super::error::{ErrorKind, StoreError};
use super::member::{Answer, Clash, Member, WrittenRow};
use super::recent::{Pending, Recent};

/// The open write transaction of an adapter.
pub(crate) trait Rows {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes the record of a key at a sequence, or removes it.
    fn set(&mut self, key: &[u8], record: Option<&[u8]>, sequence: u64) -> Result<(), StoreError>;
}

/// What an adapter takes at most, whatever a store's own limits are.
const LARGEST_KEY: usize = 1 << 16;
const LARGEST_RECORD: usize = 1 << 30;

/// A group that was applied to the open write transaction and is not committed yet.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) answers: Vec<Answer>,
    /// The sequence of the last member that was applied; as before where none was.
    pub(crate) head: u64,
    pub(crate) pending: Pending,
}

/// Checks and applies the members one after the other, the first as the transaction after `head`.
///
/// # Errors
/// The adapter failed: its write transaction has to be given up.
pub(crate) fn apply(
    group: &[Member],
    mut head: u64,
    recent: &Recent,
    rows: &mut impl Rows,
) -> Result<Applied, StoreError> {
    let mut pending = Pending::default();
    let mut answers = Vec::with_capacity(group.len());
    for member in group {
        let answer = match recent.check(member, &mut pending) {
            Err(clash) => Answer::Conflict(clash),
            Ok(()) => match unmet(member, rows)? {
                Some(answer) => answer,
                None => one(member, head + 1, rows, &mut pending)?,
            },
        };
        if let Answer::Committed(sequence) = answer {
            head = sequence;
        }
        answers.push(answer);
    }
    Ok(Applied { answers, head, pending })
}

/// The answer, where a precondition does not hold. A record that is damaged is its reader's failure alone.
fn unmet(member: &Member, rows: &impl Rows) -> Result<Option<Answer>, StoreError> {
    for (index, need) in member.needs.iter().enumerate() {
        match need.holds(rows.get(need.key())?.as_deref()) {
            Ok(true) => {}
            Ok(false) => return Ok(Some(Answer::Conflict(Clash::Need(index)))),
            Err(damaged) => return Ok(Some(Answer::Failed(damaged))),
        }
    }
    Ok(None)
}

/// Writes what one member writes. What is wrong with the member itself is found before its first write.
fn one(member: &Member, sequence: u64, rows: &mut impl Rows, pending: &mut Pending) -> Result<Answer, StoreError> {
    let mut writes: Vec<WrittenRow<'_>> = Vec::with_capacity(member.writes.len());
    for write in &member.writes {
        // A count that the member itself has just changed is there and not in the rows yet.
        let current = |key: &[u8]| match writes.iter().rfind(|(written, _)| **written == *key) {
            Some((_, record)) => Ok(record.as_deref().map(<[u8]>::to_vec)),
            None => rows.get(key),
        };
        match write.at(sequence, current) {
            Ok((key, record)) if too_large(&key, record.as_deref()) => {
                let detail =
                    "a key is over 64 KiB or a record over 1 GiB; store the bytes elsewhere, and their name here";
                return Ok(Answer::Failed(StoreError::new(ErrorKind::TooLarge, detail)));
            }
            Ok(write) => writes.push(write),
            Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::Full) => return Err(error),
            Err(error) => return Ok(Answer::Failed(error)),
        }
    }
    for (key, record) in writes {
        rows.set(&key, record.as_deref(), sequence)?;
        pending.wrote(&key, sequence);
    }
    Ok(Answer::Committed(sequence))
}

fn too_large(key: &[u8], record: Option<&[u8]>) -> bool {
    key.len() > LARGEST_KEY || record.is_some_and(|record| record.len() > LARGEST_RECORD)
}
