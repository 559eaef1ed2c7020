//! CATGA061: a union as an error.

use catga::prelude::*;

#[derive(Clone, Copy, Debug, Classify)]
pub enum Code {
    Low(u8),
    High(u16),
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("code")
    }
}

impl std::error::Error for Code {}

fn main() {}
