//! CATGA021: an option that a query does not have, at `rows`.

use catga::prelude::*;

#[query(rows = u64)]
pub struct List;

fn main() {}
