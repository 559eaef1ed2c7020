//! What the wire's rows ask for: a message of 64 bytes, and who answers it.

use std::sync::atomic::AtomicU64;

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::work;
use crate::work::{out_of_line, seed};

#[query(reply = Quote)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// As bytes, so that it can be written where it stands.
    pub q: [u8; 8],
    customer: u64,
    amounts: [u32; 8],
    name: [u8; 22],
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Quote {
    pub sum: [u8; 8],
    customer: u64,
    amounts: [u32; 8],
}

impl Ask {
    pub const SAMPLE: Self =
        Self { q: [0; 8], customer: 4_711, amounts: [100_000_000; 8], name: *b"twenty-two letters now" };
}

pub struct Quotes {
    seed: AtomicU64,
}

impl Default for Quotes {
    fn default() -> Self {
        let quotes = Self { seed: seed() };
        out_of_line(quotes.quote(Ask::SAMPLE));
        quotes
    }
}

#[handler]
impl Quotes {
    pub async fn quote(&self, query: Ask) -> Quote {
        let sum = work!(self.seed, u64::from_le_bytes(query.q));
        Quote { sum: sum.to_le_bytes(), customer: query.customer, amounts: query.amounts }
    }
}
