//! The queue of the group commit, under a scheduler that tries interleavings: the file itself, with the checker's
//! locks in place of the real ones.

#![allow(dead_code, reason = "the writer uses all of it")]

use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard};
use shuttle::thread;

#[path = "../../catga/src/store/embedded/writer/queue.rs"]
mod queue;

use queue::Queue;

const ROUNDS: usize = 3_000;
const CALLERS: u64 = 3;
const EACH: u64 = 3;

/// What the callers hand over, and what the groups were.
struct World {
    queue: Queue<(u64, u64)>,
    groups: Mutex<Vec<Vec<(u64, u64)>>>,
    /// Whether somebody is at a group.
    is_busy: Mutex<bool>,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self { queue: Queue::new(), groups: Mutex::new(Vec::new()), is_busy: Mutex::new(false) })
    }

    /// One turn, with what takes its time in the middle of it.
    fn turn(&self, most: usize, bytes: usize) -> usize {
        let turn = self.queue.turn(most, bytes);
        assert!(turn.group.len() <= most);
        assert!(!std::mem::replace(&mut *self.is_busy.lock().unwrap(), true), "two turns at once");
        thread::yield_now();
        *self.is_busy.lock().unwrap() = false;
        let count = turn.group.len();
        if count > 0 {
            self.groups.lock().unwrap().push(turn.group);
        }
        drop(turn.turn);
        count
    }

    /// Hands over what one caller has, until it is refused; how many were taken in.
    fn hand_over(&self, caller: u64, after: impl Fn(&Self)) -> u64 {
        for number in 0..EACH {
            if let Err(item) = self.queue.push((caller, number), 10) {
                assert_eq!(item, (caller, number), "it is given back");
                return number;
            }
            after(self);
        }
        EACH
    }

    /// Each that was taken in was in one group, in its caller's order.
    fn check(&self, taken: &[u64]) {
        assert_eq!(self.queue.len(), 0);
        let all: Vec<(u64, u64)> = self.groups.lock().unwrap().iter().flatten().copied().collect();
        for (caller, count) in (0..).zip(taken) {
            let numbers = all.iter().filter(|item| item.0 == caller).map(|item| item.1);
            assert!(numbers.eq(0..*count), "{caller}: {all:?}");
        }
    }
}

fn callers(world: &Arc<World>, after: fn(&World)) -> Vec<thread::JoinHandle<u64>> {
    let caller = |caller| {
        let world = Arc::clone(world);
        thread::spawn(move || world.hand_over(caller, after))
    };
    (0..CALLERS).map(caller).collect()
}

/// A writer's thread that ends when the queue is closed: where it misses a push or the close, the checker finds
/// that nobody can go on.
fn writer(world: &Arc<World>, most: usize, bytes: usize) -> thread::JoinHandle<()> {
    let world = Arc::clone(world);
    thread::spawn(move || {
        while world.queue.wait() {
            assert!(world.turn(most, bytes) > 0, "nobody else takes what it waited for");
        }
    })
}

#[test]
fn all_that_is_handed_over_is_in_one_group() {
    for (most, bytes) in [(100, 1_000), (2, 1_000), (100, 20)] {
        shuttle::check_random(
            move || {
                let world = World::new();
                let writer = writer(&world, most, bytes);
                let taken: Vec<u64> =
                    callers(&world, |_| {}).into_iter().map(|caller| caller.join().unwrap()).collect();
                world.queue.close();
                writer.join().unwrap();
                assert_eq!(taken, [EACH; CALLERS as usize]);
                world.check(&taken);
            },
            ROUNDS,
        );
    }
}

/// What was taken in before the close is in a group, and what comes later is given back.
#[test]
fn a_close_in_between_loses_nothing() {
    shuttle::check_random(
        || {
            let world = World::new();
            let writer = writer(&world, 2, 1_000);
            let callers = callers(&world, |_| {});
            world.queue.close();
            let taken: Vec<u64> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
            writer.join().unwrap();
            world.check(&taken);
        },
        ROUNDS,
    );
}

/// Without a thread, whoever hands over takes turns until nothing waits.
#[test]
fn callers_that_are_the_writer_leave_nothing() {
    shuttle::check_random(
        || {
            let world = World::new();
            let callers = callers(&world, |world| while world.turn(2, 1_000) > 0 {});
            let taken: Vec<u64> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
            assert_eq!(taken, [EACH; CALLERS as usize]);
            world.check(&taken);
        },
        ROUNDS,
    );
}
