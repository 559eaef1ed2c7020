use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use std::io;
use std::path::PathBuf;

use super::{Difference, Malformed};

/// Why a contract's schema is not the one that is checked in.
#[derive(Debug)]
#[non_exhaustive]
pub enum SchemaError {
    /// The contract does not say `schema`.
    Missing {
        /// The contract's ident.
        contract: &'static str,
    },
    /// There was no file; now there is.
    New {
        /// The file.
        file: PathBuf,
    },
    /// The file is of before, and each change is compatible.
    Stale {
        /// The file.
        file: PathBuf,
        /// What changed; nothing where only the order of the messages did.
        differences: Vec<Difference>,
    },
    /// A change is one that old programs do not bear.
    Breaking {
        /// The file.
        file: PathBuf,
        /// What changed.
        differences: Vec<Difference>,
    },
    /// The file is no text of a contract.
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line that is none.
        error: Malformed,
    },
    /// The file cannot be read or written.
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// `CATGA_SCHEMA` says what there is not.
    Unknown {
        /// What it says.
        value: String,
    },
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { contract } => {
                write!(f, "`{contract}` has no schema; say so: `#[contract(schema)]`")
            }
            Self::New { file } => {
                write!(f, "{} was not there and is written; check it in", file.display())
            }
            Self::Stale { file, differences } => {
                write!(f, "{} is of before, and every change is compatible:", file.display())?;
                list(differences, f)?;
                if differences.is_empty() {
                    f.write_str("\n  - the messages stand in another order, or under other type names")?;
                }
                f.write_str("\naccept it with `CATGA_SCHEMA=write cargo test`, and check the file in")
            }
            Self::Breaking { file, differences } => {
                write!(f, "old programs do not bear what changed since {}:", file.display())?;
                list(differences, f)?;
                f.write_str("\nif there are no old programs any more, accept it with `CATGA_SCHEMA=break cargo test`")
            }
            Self::Malformed { file, error } => {
                write!(f, "{}: {error}; write it anew with `CATGA_SCHEMA=break cargo test`", file.display())
            }
            Self::File { file, error } => write!(f, "{}: {error}", file.display()),
            Self::Unknown { value } => {
                write!(f, "`CATGA_SCHEMA` is `{value}`; there are `write` (what is compatible) and `break` (all)")
            }
        }
    }
}

/// What breaks first.
fn list(differences: &[Difference], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (breaking, compatible): (Vec<_>, Vec<_>) = differences.iter().partition(|difference| difference.is_breaking());
    breaking.into_iter().try_for_each(|difference| write!(f, "\n  - {difference}"))?;
    compatible.into_iter().try_for_each(|difference| write!(f, "\n  - {difference} (compatible)"))
}

impl core::error::Error for SchemaError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Malformed { error, .. } => Some(error),
            Self::File { error, .. } => Some(error),
            _ => None,
        }
    }
}
