//! CATGA126: a class in quotes, at `"transient"`.

use catga::prelude::*;

#[derive(Debug, Classify)]
pub enum OrderError {
    #[class("transient")]
    Busy,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("busy")
    }
}

impl std::error::Error for OrderError {}

fn main() {}
