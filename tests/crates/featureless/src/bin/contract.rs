//! A contract, without the feature `wire`.

use catga::prelude::*;

#[command]
pub struct Audit;

#[contract]
pub struct BooksApi(Audit);

fn main() {}
