//! An allocator that counts what each thread asks for and gives back, for a binary that makes it its own:
//! `#[global_allocator] static COUNTING: Counting = Counting;`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    /// What it asked for and has not given back; below zero where it gave back what others asked for.
    static LIVE: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

fn took(bytes: i64) {
    let live = LIVE.get() + bytes;
    LIVE.set(live);
    PEAK.set(PEAK.get().max(live));
}

// SAFETY: everything is the system allocator's; the counters are plain cells, which allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        took(layout.size() as i64);
        // SAFETY: handed on as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        took(-(layout.size() as i64));
        // SAFETY: handed on as it came.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How often this thread has allocated.
pub fn allocations() -> u64 {
    ALLOCATIONS.get()
}

/// What it comes to, and how often it allocated.
pub fn counted<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = allocations();
    let value = run();
    (value, allocations() - before)
}

/// What it comes to, and how many bytes more this thread holds.
pub fn kept<T>(run: impl FnOnce() -> T) -> (T, i64) {
    let before = LIVE.get();
    let value = run();
    (value, LIVE.get() - before)
}

/// What it comes to, and the bytes that were taken at once at the most.
pub fn peak<T>(run: impl FnOnce() -> T) -> (T, i64) {
    let before = LIVE.get();
    PEAK.set(before);
    let value = run();
    (value, PEAK.get() - before)
}
