//! CATGA040: an enum as a mediator, at `pub`.

use catga::prelude::*;

#[mediator]
#[pipeline(Trace)]
pub enum Shop {
    Open,
}

fn main() {}
