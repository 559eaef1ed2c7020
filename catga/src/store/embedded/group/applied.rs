use super::answer::{Answer, Clash};
use super::member::Member;
use super::pending::{Pending, PendingRow};
use super::recent::Recent;
use crate::store::error::{ErrorKind, StoreError};

/// The open write transaction of an adapter.
pub(crate) trait Rows {
    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes rows with distinct keys, in the order of these.
    fn write(&mut self, rows: &[&PendingRow<'_>]) -> Result<(), StoreError>;
}

/// What an adapter takes at most, whatever a store's own limits are.
pub(crate) const LARGEST_KEY: usize = 1 << 16;
const LARGEST_RECORD: usize = 1 << 30;

/// A group that was applied to the open write transaction and is not committed yet.
#[derive(Debug)]
pub(crate) struct Applied<'g> {
    pub(crate) answers: Vec<Answer>,
    /// The sequence of the last member that was applied; as before where none was.
    pub(crate) head: u64,
    pub(crate) pending: Pending<'g>,
}

/// Checks and applies the members one after the other, the first as the transaction after `head`.
///
/// # Errors
/// The adapter failed: its write transaction has to be given up.
pub(crate) fn apply<'g>(
    group: &'g [Member],
    mut head: u64,
    recent: &Recent,
    rows: &mut impl Rows,
) -> Result<Applied<'g>, StoreError> {
    let mut pending = Pending::with_room(group.iter().map(|member| member.writes.len()).sum());
    let mut answers = Vec::with_capacity(group.len());
    for member in group {
        let answer = match recent.check(member, &mut pending) {
            Err(clash) => Answer::Conflict(clash),
            Ok(()) => match unmet(member, rows, &mut pending)? {
                Some(answer) => answer,
                None => one(member, head + 1, rows, &mut pending)?,
            },
        };
        if let Answer::Committed(sequence) = answer {
            head = sequence;
        }
        answers.push(answer);
    }
    rows.write(&pending.sorted())?;
    Ok(Applied { answers, head, pending })
}

/// The record of a key, as the group has left it so far.
fn current(key: &[u8], rows: &mut impl Rows, pending: &mut Pending<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    match pending.get(key) {
        Some(record) => Ok(record.map(<[u8]>::to_vec)),
        None => rows.get(key),
    }
}

/// The answer, where a precondition does not hold. A record that is damaged is its reader's failure alone.
fn unmet(member: &Member, rows: &mut impl Rows, pending: &mut Pending<'_>) -> Result<Option<Answer>, StoreError> {
    for (index, need) in member.needs.iter().enumerate() {
        match need.holds(current(need.key(), rows, pending)?.as_deref()) {
            Ok(true) => {}
            Ok(false) => return Ok(Some(Answer::Conflict(Clash::Need(index)))),
            Err(damaged) => return Ok(Some(Answer::Failed(damaged))),
        }
    }
    Ok(None)
}

/// Adds what one member writes, or nothing where something is wrong with the member itself.
fn one<'g>(
    member: &'g Member,
    sequence: u64,
    rows: &mut impl Rows,
    pending: &mut Pending<'g>,
) -> Result<Answer, StoreError> {
    let before = pending.len();
    for write in &member.writes {
        let error = match write.at(sequence, |key| current(key, rows, pending)) {
            Ok(row) if too_large(row.key(), row.record()) => {
                let detail =
                    "a key is over 64 KiB or a record over 1 GiB; store the bytes elsewhere, and their name here";
                StoreError::new(ErrorKind::TooLarge, detail)
            }
            Ok(row) => {
                pending.write(row, sequence);
                continue;
            }
            Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::Full) => return Err(error),
            Err(error) => error,
        };
        pending.truncate(before);
        return Ok(Answer::Failed(error));
    }
    Ok(Answer::Committed(sequence))
}

fn too_large(key: &[u8], record: Option<&[u8]>) -> bool {
    key.len() > LARGEST_KEY || record.is_some_and(|record| record.len() > LARGEST_RECORD)
}
