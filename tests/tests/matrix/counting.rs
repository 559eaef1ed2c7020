//! Allocations of a thread.

use catga_tests::counting::{Counting, counted};

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often `work` allocates.
pub fn allocations(work: impl FnOnce()) -> u64 {
    counted(work).1
}
