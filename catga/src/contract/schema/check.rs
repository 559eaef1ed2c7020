use alloc::borrow::ToOwned as _;
use alloc::string::String;
use std::path::Path;
use std::{env, fs, io};

use super::{Difference, SchemaError, compare, text};
use crate::contract::Contract;

/// Which changes are written to the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accept {
    /// None: each one is an error.
    #[default]
    Nothing,
    /// Those that old programs bear.
    Compatible,
    /// All.
    Breaking,
}

impl Accept {
    /// What `CATGA_SCHEMA` says: nothing, `write` or `break`.
    fn of(value: Option<String>) -> Result<Self, SchemaError> {
        match value.as_deref() {
            None | Some("") => Ok(Self::Nothing),
            Some("write") => Ok(Self::Compatible),
            Some("break") => Ok(Self::Breaking),
            Some(_) => Err(SchemaError::Unknown { value: value.unwrap_or_default() }),
        }
    }
}

/// Compares a contract's schema with the one in a file, and writes the file where that is asked for, or where
/// there is none.
///
/// # Errors
/// [`SchemaError`] where they differ and it is not accepted. A file that was not there is one too, so that
/// it is not forgotten where nobody keeps what a test writes.
pub fn check<C: Contract>(file: &Path, accept: Accept) -> Result<(), SchemaError> {
    if C::MEMBERS.iter().any(|member| member.shape.is_none()) {
        return Err(SchemaError::Missing { contract: C::NAME });
    }
    let now = text::<C>();
    let was = match fs::read_to_string(file) {
        Ok(was) => was,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write(file, &now)?;
            return if accept == Accept::Nothing { Err(SchemaError::New { file: file.to_owned() }) } else { Ok(()) };
        }
        Err(error) => return Err(SchemaError::File { file: file.to_owned(), error }),
    };
    // Whichever way lines end after a checkout.
    if was.lines().eq(now.lines()) {
        return Ok(());
    }
    let differences = match compare(&was, &now) {
        Ok(differences) => differences,
        Err(_) if accept == Accept::Breaking => return write(file, &now),
        Err(error) => return Err(SchemaError::Malformed { file: file.to_owned(), error }),
    };
    let file = file.to_owned();
    match (differences.iter().any(Difference::is_breaking), accept) {
        (_, Accept::Breaking) | (false, Accept::Compatible) => write(&file, &now),
        (true, _) => Err(SchemaError::Breaking { file, differences }),
        (false, Accept::Nothing) => Err(SchemaError::Stale { file, differences }),
    }
}

fn write(file: &Path, text: &str) -> Result<(), SchemaError> {
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(file, text)).map_err(|error| SchemaError::File { file: file.to_owned(), error })
}

/// What [`assert_schema!`](crate::assert_schema) asks.
#[doc(hidden)]
pub fn check_in<C: Contract>(package: &str, file: &str) -> Result<(), SchemaError> {
    let accept = Accept::of(env::var_os("CATGA_SCHEMA").map(|value| value.to_string_lossy().into_owned()))?;
    check::<C>(&Path::new(package).join(file), accept)
}

/// Fails a test where a contract's schema is not the one that is checked in.
///
/// It takes the contract, of this crate or another, and a file, relative to the package that the test is in:
///
/// ```
/// # use catga::prelude::*;
/// # #[contract(schema)]
/// # struct PaymentsApi();
/// # fn compiles() {
/// catga::assert_schema!(PaymentsApi, "schema/payments_api.txt");
/// # }
/// ```
///
/// The contract says `#[contract(schema)]`. What breaks and what does not is in
/// [`contract::schema`](crate::contract::schema).
///
/// | `CATGA_SCHEMA` | no file | a compatible change | a breaking change |
/// |---|---|---|---|
/// | unset, as in CI | written, and the test fails once | fails, and says how to accept it | fails, with each change by name |
/// | `write` | written | written | fails |
/// | `break` | written | written | written |
///
/// A compatible change fails too, so that the file is always that of the program beside it: the next change is
/// compared with what was deployed, and not with something older.
///
/// # Panics
/// With a [`SchemaError`](crate::contract::schema::SchemaError)'s text.
#[macro_export]
macro_rules! assert_schema {
    ($contract:ty, $file:expr $(,)?) => {
        if let ::core::result::Result::Err(error) =
            $crate::contract::schema::check_in::<$contract>(::core::env!("CARGO_MANIFEST_DIR"), $file)
        {
            ::core::panic!("{error}");
        }
    };
}
