//! CATGA010: an error that does not say what may be tried again, at `Declined`.

use catga::prelude::*;

#[derive(Debug)]
pub struct Declined;

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("declined")
    }
}

impl std::error::Error for Declined {}

#[command(error = Declined)]
pub struct Refund;

fn main() {}
