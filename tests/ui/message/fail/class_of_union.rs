//! CATGA061: a union as an error, at `union`.

use catga::prelude::*;

#[derive(Clone, Copy, Classify)]
pub union Code {
    pub low: u8,
    pub high: u16,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("code")
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("code")
    }
}

impl std::error::Error for Code {}

fn main() {}
