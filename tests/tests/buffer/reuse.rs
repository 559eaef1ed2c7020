//! 16 threads and one pool.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::thread;

use bytes::Bytes;
use catga::buffer::{Buffer, BufferPool, Sink, Tier};

const THREADS: usize = 16;
const ROUNDS: usize = 4_000;
/// How many buffers a thread holds at once.
const HELD: usize = 4;

/// A number that looks like chance, the same in each run.
fn chance(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

/// Of a hundred payloads 90 are small, 9 medium and 1 large.
fn size(state: &mut u64) -> usize {
    match chance(state) % 100 {
        0..90 => chance(state) % 4096,
        90..99 => 4097 + chance(state) % 61_000,
        _ => 65_537 + chance(state) % 60_000,
    }
}

/// Fills buffers of mixed sizes with its own byte, some by growing; keeps a few, and hands every other to a
/// neighbour, as a connection hands a body to a handler.
fn work(pool: &BufferPool, number: usize, neighbour: &mpsc::SyncSender<Bytes>, own: &mpsc::Receiver<Bytes>) {
    let mut state = number as u64;
    let mut held: VecDeque<Buffer> = VecDeque::new();
    for round in 0..ROUNDS {
        let size = size(&mut state);
        let mut buffer = pool.get(if round % 3 == 0 { 0 } else { size });
        buffer.put(&vec![number as u8; size]).unwrap();
        held.push_back(buffer);
        if held.len() > HELD {
            let oldest = held.pop_front().unwrap();
            assert!(oldest.iter().all(|byte| *byte == number as u8), "somebody else wrote there");
            if round % 2 == 0 {
                // Where the neighbour is behind, it is dropped here.
                let _ = neighbour.try_send(oldest.into_bytes());
            }
        }
        while let Ok(bytes) = own.try_recv() {
            assert!(bytes.iter().all(|byte| *byte == bytes[0]), "somebody else wrote there");
        }
    }
}

#[test]
fn more_than_95_percent_are_used_again() {
    let pool = BufferPool::new();
    let (to, from): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| mpsc::sync_channel(HELD)).unzip();
    thread::scope(|scope| {
        for (number, own) in from.into_iter().enumerate() {
            let (pool, neighbour) = (&pool, to[(number + 1) % THREADS].clone());
            scope.spawn(move || work(pool, number, &neighbour, &own));
        }
    });
    drop(to);
    let stats = pool.stats();
    let total = stats.total();
    assert_eq!(total.in_use, 0, "{stats:?}");
    assert!(total.hits + total.misses >= (THREADS * ROUNDS) as u64, "{stats:?}");
    assert!(total.reuse_percent() > 95.0, "{stats:?}");
    for tier in [Tier::Small, Tier::Medium] {
        assert!(stats[tier].reuse_percent() > 95.0, "{tier:?}: {stats:?}");
    }
    // Each thread holds its own and those on their way to it. What is kept is bounded by that and not by the high
    // water: a buffer that is counted as returned and not yet on its shelf makes another thread allocate one.
    let most = (THREADS * (HELD + 2 + HELD + 1)) as u64;
    for tier in Tier::ALL {
        assert!(stats[tier].high_water <= most, "{tier:?}: {stats:?}");
        assert!(pool.kept(tier) as u64 <= most, "{tier:?}: {stats:?}");
    }
}
