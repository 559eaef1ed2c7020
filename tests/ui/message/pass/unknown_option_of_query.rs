//! CATGA021: an option that a query does not have.

use catga::prelude::*;

#[query(stream = u64)]
pub struct List;

fn main() {}
