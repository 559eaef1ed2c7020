//! The sequence that a file is at: it is in the name of a table that has no rows.
//!
//! Every commit writes the list of the tables, as that has the roots of those that it changes. A name in the list is
//! written with it; a row for the sequence would be a page more in every commit, and a table more to be opened.

use redb::{TableDefinition, TableHandle as _, WriteTransaction};

use super::fault::failure;
use crate::store::error::{ErrorKind, StoreError};

/// What the name begins with; the sequence and a sum over it follow, 16 and 8 digits of base 16.
const AT: &str = "catga.at.";
const DIGITS: usize = 16;

fn name(sequence: u64) -> String {
    format!("{AT}{sequence:0DIGITS$x}{:08x}", crc32c::crc32c(&sequence.to_be_bytes()))
}

const fn table(name: &str) -> TableDefinition<'_, &'static [u8], &'static [u8]> {
    TableDefinition::new(name)
}

/// The sequence, by the names of all tables.
pub(super) fn among<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Result<u64, StoreError> {
    let lost = || StoreError::new(ErrorKind::Damaged, "the store's file has lost its sequence; restore a backup");
    let mut found = None;
    for full in names {
        let full = full.as_ref();
        let Some(digits) = full.strip_prefix(AT) else { continue };
        let sequence = digits.get(..DIGITS).and_then(|digits| u64::from_str_radix(digits, 16).ok()).ok_or_else(lost)?;
        if name(sequence) != full || found.replace(sequence).is_some() {
            return Err(lost());
        }
    }
    found.ok_or_else(lost)
}

/// Begins at a sequence, in a file that has none.
pub(super) fn begin(transaction: &WriteTransaction, sequence: u64) -> Result<(), StoreError> {
    transaction.open_table(table(&name(sequence))).map_err(failure)?;
    Ok(())
}

/// Goes on from one sequence to another: part of every group.
pub(super) fn go_on(transaction: &WriteTransaction, (from, to): (u64, u64)) -> Result<(), StoreError> {
    transaction.rename_table(table(&name(from)), table(&name(to))).map_err(failure)
}

/// Goes on to a sequence from whichever the file is at.
pub(super) fn move_to(transaction: &WriteTransaction, sequence: u64) -> Result<(), StoreError> {
    let from = {
        let tables = transaction.list_tables().map_err(failure)?;
        among(tables.map(|table| table.name().to_owned()))?
    };
    go_on(transaction, (from, sequence))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    fn kind(names: &[&str]) -> Option<ErrorKind> {
        among(names).err().map(|error| error.kind())
    }

    #[test]
    fn a_sequence_is_found_among_names() {
        for sequence in [0, 7, u64::MAX] {
            assert_eq!(among(["catga.inbox", &name(sequence), "catga.state"]).unwrap(), sequence);
        }
    }

    #[test]
    fn one_that_is_missing_or_wrong_is_a_damage() {
        let (one, other) = (name(7), name(8));
        let flipped = one.replacen('7', "6", 1);
        assert_ne!(one, flipped);
        for names in [&["catga.state"][..], &[&flipped], &[&one, &other], &[AT], &[&one[..30]], &["catga.at.+007"]] {
            assert_eq!(kind(names), Some(ErrorKind::Damaged), "{names:?}");
        }
    }
}
