//! What a buffer pool shares between threads, under a scheduler that tries interleavings: its own files, and the lock-free
//! queue's, with the checker's atomics and handles in place of the real ones, so that it can turn to another thread before
//! and after each step of either.
//!
//! What is shown holds for steps in one order that all threads see. That the queue's weaker orderings are enough is its
//! crate's to show; the pool's counters lean on them for the statistics alone, and no buffer's owner depends on them.

#![allow(dead_code, reason = "a pool uses all of it")]
#![allow(unexpected_cfgs, reason = "the features of the runtime are not those of its tests")]

extern crate alloc;

mod buffer;
mod queue;

use buffer::{Buffer, BufferPool, PoolLimits, Sink, Tier, TierStats};
use queue::ArrayQueue;
use shuttle::sync::Arc;
use shuttle::thread;

/// How many interleavings of each.
const ROUNDS: usize = 2_000;

fn pool(kept: usize) -> BufferPool {
    BufferPool::with_limits(PoolLimits::new().keep(Tier::Small, kept).keep(Tier::Medium, kept).keep(Tier::Large, 0))
}

fn small(pool: &BufferPool) -> TierStats {
    pool.stats()[Tier::Small]
}

/// Writes there alone.
fn use_up(buffer: &mut Buffer, byte: u8) {
    assert!(buffer.is_empty(), "what somebody else wrote is still there");
    for _ in 0..2 {
        buffer.put(&[byte; 3]).unwrap();
        thread::yield_now();
    }
    assert_eq!(**buffer, [byte; 6], "somebody else writes there");
}

fn join<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Nothing is lost and nothing is there twice.
fn is_even(pool: &BufferPool, tier: Tier, gets: u64, at_once: u64) {
    let stats = pool.stats()[tier];
    assert_eq!((stats.in_use, stats.hits + stats.misses), (0, gets), "{stats:?}");
    assert_eq!(stats.misses - stats.freed, pool.kept(tier) as u64, "{stats:?}");
    assert!((1..=at_once).contains(&stats.high_water), "{stats:?}");
    assert!(stats.misses <= at_once + stats.freed, "allocated while one was free: {stats:?}");
}

#[test]
fn each_item_of_the_queue_is_taken_once_and_in_order() {
    for capacity in [1, 2] {
        shuttle::check_random(
            move || {
                let queue = Arc::new(ArrayQueue::new(capacity));
                let producers = [0, 10].map(|first| {
                    let queue = Arc::clone(&queue);
                    // Boxes, so that one that is taken twice or never is freed twice or never.
                    thread::spawn(move || {
                        (first..first + 3).filter(|item| queue.push(Box::new(*item)).is_ok()).collect()
                    })
                });
                let consumers = [(); 2].map(|()| {
                    let queue = Arc::clone(&queue);
                    thread::spawn(move || {
                        let taken = (0..4).filter_map(|_| queue.pop().map(|item| *item)).collect();
                        assert!(queue.len() <= capacity, "more is in it than fits");
                        taken
                    })
                });
                let pushed: Vec<Vec<u32>> = producers.map(|thread| thread.join().unwrap()).into();
                let mut taken: Vec<Vec<u32>> = consumers.map(|thread| thread.join().unwrap()).into();
                taken.push(std::iter::from_fn(|| queue.pop().map(|item| *item)).collect());
                for taken in &taken {
                    let of = |first: u32| taken.iter().filter(move |item| **item / 10 == first / 10);
                    assert!(
                        of(0).is_sorted() && of(10).is_sorted(),
                        "one who takes sees them in the order of who puts"
                    );
                }
                let sorted = |items: Vec<Vec<u32>>| {
                    let mut items = items.concat();
                    items.sort_unstable();
                    items
                };
                assert_eq!(sorted(taken), sorted(pushed), "lost, or there twice");
            },
            ROUNDS,
        );
    }
}

#[test]
fn each_buffer_has_one_owner() {
    for kept in [0, 1, 4] {
        shuttle::check_random(
            move || {
                let pool = pool(kept);
                let users = [1, 2, 3].map(|byte| {
                    let pool = pool.clone();
                    thread::spawn(move || {
                        for _ in 0..2 {
                            use_up(&mut pool.get(1), byte);
                            assert!(pool.kept(Tier::Small) <= kept, "more is kept than allowed");
                        }
                    })
                });
                join(users);
                is_even(&pool, Tier::Small, 6, 3);
            },
            ROUNDS,
        );
    }
}

#[test]
fn statistics_are_right_at_some_moment() {
    shuttle::check_random(
        || {
            let pool = pool(1);
            let held = pool.get(1);
            let users = [1, 2].map(|byte| {
                let pool = pool.clone();
                thread::spawn(move || {
                    for _ in 0..3 {
                        use_up(&mut pool.get(1), byte);
                    }
                })
            });
            for _ in 0..3 {
                let stats = small(&pool);
                // What is held the whole time was allocated, and is never missing.
                assert!((1..=7).contains(&stats.in_use), "{stats:?}");
                assert!(stats.misses >= 1 && stats.hits + stats.misses <= 7, "{stats:?}");
                assert!(stats.high_water <= 3, "{stats:?}");
            }
            join(users);
            drop(held);
            is_even(&pool, Tier::Small, 7, 3);
        },
        ROUNDS,
    );
}

#[test]
fn one_that_goes_from_hand_to_hand_is_one() {
    shuttle::check_random(
        || {
            let pool = pool(1);
            let first = pool.get(1);
            let other = {
                let pool = pool.clone();
                thread::spawn(move || {
                    while pool.kept(Tier::Small) == 0 {
                        thread::yield_now();
                    }
                    use_up(&mut pool.get(1), 2);
                })
            };
            drop(first);
            other.join().unwrap();
            let stats = small(&pool);
            assert_eq!((stats.hits, stats.misses, stats.high_water), (1, 1, 1), "it counts twice on its way");
        },
        ROUNDS,
    );
}

#[test]
fn the_last_clone_returns_what_was_handed_over() {
    shuttle::check_random(
        || {
            let pool = pool(2);
            let mut buffer = pool.get(1);
            use_up(&mut buffer, 7);
            let bytes = buffer.into_bytes();
            let readers = [0, 3].map(|begin| {
                let (bytes, pool) = (bytes.slice(begin..), pool.clone());
                thread::spawn(move || {
                    // Another, as long as this one is held.
                    use_up(&mut pool.get(1), 8);
                    assert!(bytes.iter().all(|byte| *byte == 7), "it was returned too early");
                })
            });
            drop(bytes);
            join(readers);
            is_even(&pool, Tier::Small, 3, 3);
        },
        ROUNDS,
    );
}

#[test]
fn who_grows_returns_what_was_outgrown() {
    shuttle::check_random(
        || {
            let pool = pool(1);
            let users = [1, 2].map(|byte| {
                let pool = pool.clone();
                thread::spawn(move || {
                    let mut buffer = pool.get(1);
                    use_up(&mut buffer, byte);
                    buffer.put(&[byte; 5_000]).unwrap();
                    assert_eq!(buffer.tier(), Tier::Medium);
                    assert!(buffer.len() == 5_006 && buffer.iter().all(|written| *written == byte));
                })
            });
            pool.trim();
            join(users);
            for tier in [Tier::Small, Tier::Medium] {
                let stats = pool.stats()[tier];
                assert_eq!((stats.in_use, stats.hits + stats.misses), (0, 2), "{stats:?}");
                assert!(pool.kept(tier) <= 1);
            }
        },
        ROUNDS,
    );
}

#[test]
fn the_pool_goes_with_its_last_buffer() {
    shuttle::check_random(
        || {
            let pool = pool(2);
            let buffers = [pool.get(1), pool.get(5_000)];
            let users = buffers.map(|buffer| thread::spawn(move || drop(buffer)));
            drop(pool);
            join(users);
        },
        ROUNDS,
    );
}
