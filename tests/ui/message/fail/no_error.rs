//! CATGA130: a class for what is no error, at `CardError`.

use std::fmt;

use catga::prelude::*;

#[derive(Debug, Classify)]
pub enum CardError {
    Declined,
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("declined")
    }
}

fn main() {}
