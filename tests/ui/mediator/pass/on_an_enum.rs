//! CATGA040: an enum as a mediator.

use catga::prelude::*;

#[mediator]
pub struct Shop {
    #[state]
    is_open: bool,
}

fn main() {}
