//! CATGA050: a pipeline around what is no handler. Mended.

use catga::prelude::*;

#[inline]
pub fn refund() {}

fn main() {}
