use std::hint::black_box;

use bytes::Bytes;
use catga::buffer::{BufferPool, Sink, Tier};
use crossbeam_queue::ArrayQueue;

use crate::row::{Row, Run, repeat};

/// A buffer, eight bytes into it, and back: from the allocator, from a bare queue, and from a pool.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("Vec::with_capacity, 4 KiB", vec::<{ Tier::Small.size() }>),
        row("ArrayQueue, 4 KiB", queue::<{ Tier::Small.size() }>),
        row("catga BufferPool, 4 KiB", pool::<{ Tier::Small.size() }>),
        row("Vec::with_capacity, 64 KiB", vec::<{ Tier::Medium.size() }>),
        row("catga BufferPool, 64 KiB", pool::<{ Tier::Medium.size() }>),
        row("Vec::with_capacity, 1 MiB", vec::<{ 1 << 20 }>),
        row("catga BufferPool, 1 MiB", pool::<{ 1 << 20 }>),
        row("Vec::with_capacity, 4 KiB, as Bytes", vec_as_bytes),
        row("catga BufferPool, 4 KiB, as Bytes", pool_as_bytes),
    ]
}

const fn row(name: &'static str, run: fn(u64) -> Run) -> Row {
    Row { name, run, future: || 0, expected: |times| 8 * times, is_looped: true }
}

fn vec<const SIZE: usize>(times: u64) -> Run {
    #[inline(never)]
    fn operation(size: usize) -> u64 {
        let mut vec = Vec::with_capacity(black_box(size));
        vec.extend_from_slice(&[7; 8]);
        black_box(&mut vec).len() as u64
    }
    repeat(times, |_| operation(SIZE))
}

fn queue<const SIZE: usize>(times: u64) -> Run {
    #[inline(never)]
    fn operation(queue: &ArrayQueue<Vec<u8>>, size: usize) -> u64 {
        let mut vec = queue.pop().unwrap_or_else(|| Vec::with_capacity(size));
        vec.extend_from_slice(&[7; 8]);
        let length = black_box(&mut vec).len() as u64;
        vec.clear();
        let _ = queue.push(vec);
        length
    }
    let free = ArrayQueue::new(64);
    repeat(times, |_| operation(black_box(&free), SIZE))
}

fn pool<const SIZE: usize>(times: u64) -> Run {
    #[inline(never)]
    fn operation(pool: &BufferPool, size: usize) -> u64 {
        let mut buffer = pool.get(size);
        buffer.put(&[7; 8]).expect("it has room");
        black_box(&mut buffer).len() as u64
    }
    let pool = BufferPool::new();
    repeat(times, |_| operation(black_box(&pool), black_box(SIZE)))
}

fn vec_as_bytes(times: u64) -> Run {
    #[inline(never)]
    fn operation(size: usize) -> u64 {
        let mut vec = Vec::with_capacity(black_box(size));
        vec.extend_from_slice(&[7; 8]);
        let bytes = black_box(Bytes::from(vec));
        bytes.clone().len() as u64
    }
    repeat(times, |_| operation(Tier::Small.size()))
}

fn pool_as_bytes(times: u64) -> Run {
    #[inline(never)]
    fn operation(pool: &BufferPool) -> u64 {
        let mut buffer = pool.get(0);
        buffer.put(&[7; 8]).expect("it has room");
        let bytes = black_box(buffer.into_bytes());
        bytes.clone().len() as u64
    }
    let pool = BufferPool::new();
    repeat(times, |_| operation(black_box(&pool)))
}
