//! A store whose engine and writer the scheduler interrupts.

use std::sync::Arc;
use std::time::Duration;

use catga::store::writer::{Groups, Manual, Writer};
use catga::store::{
    Answer, At, Direction, Engine, Identity, Member, Memory, Row, Snapshot, Span, Store, StoreError, StoreOptions,
};
use catga::testing::{SeededRandom, VirtualClock};
use shuttle::scheduler::RandomScheduler;
use shuttle::sync::{Mutex, mpsc};
use shuttle::{Config, Runner, thread};

pub const ROUNDS: usize = 600;

/// Runs the loops of relays in so many interleavings.
pub fn interleaved(run: impl Fn() + Send + Sync + 'static, rounds: usize) {
    let mut config = Config::new();
    // What is not optimised takes more than the stack that a thread has unless it is said.
    config.stack_size = 1 << 19;
    Runner::new(RandomScheduler::new(rounds), config).run(run);
}

/// Lets others go on before each step.
struct Yielding {
    inner: Memory,
    /// What must hold is not looked at: a bug, which has to be found.
    trusts: bool,
}

impl Engine for Yielding {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        thread::yield_now();
        Ok(Arc::new(Seen(self.inner.snapshot()?)))
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        thread::yield_now();
        if !self.trusts {
            return self.inner.commit(group);
        }
        let members: Vec<Member> = group.iter().map(|member| Member { needs: Vec::new(), ..member.clone() }).collect();
        self.inner.commit(&members)
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn head(&self) -> u64 {
        self.inner.head()
    }
}

struct Seen(Arc<dyn Snapshot>);

impl Snapshot for Seen {
    fn at(&self) -> &At {
        self.0.at()
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        thread::yield_now();
        self.0.get(key)
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        thread::yield_now();
        self.0.scan(span, direction, limit)
    }
}

/// A thread of the scheduler's that commits.
struct Thread {
    groups: Manual,
    queued: Mutex<Option<mpsc::Sender<()>>>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Thread {
    fn new() -> Self {
        let (groups, (queued, waits)) = (Manual::default(), mpsc::channel());
        let of_thread = groups.clone();
        let thread = thread::spawn(move || {
            while waits.recv().is_ok() {
                of_thread.commit_one();
            }
        });
        Self { groups, queued: Mutex::new(Some(queued)), thread: Mutex::new(Some(thread)) }
    }
}

impl Writer for Thread {
    fn start(&self, groups: &Arc<Groups>) -> Result<(), StoreError> {
        self.groups.start(groups)
    }

    fn queued(&self, _: &Groups) {
        if let Some(queued) = &*self.queued.lock().unwrap() {
            queued.send(()).unwrap();
        }
    }

    fn stop(&self) {
        drop(self.queued.lock().unwrap().take());
        if let Some(thread) = self.thread.lock().unwrap().take() {
            thread.join().unwrap();
        }
        self.groups.stop();
    }
}

pub struct Main;

/// How many messages there are.
pub const POSTS: u32 = 4;

pub const LEASE: Duration = Duration::from_secs(10);

pub fn store(clock: &VirtualClock, trusts: bool) -> Store<Main> {
    let engine = Yielding { inner: Memory::new(&SeededRandom::new(7)), trusts };
    // Nothing is too old: virtual time goes in large steps.
    let options =
        StoreOptions::default().writer(Thread::new()).clock(clock.clone()).max_age(Duration::from_secs(3_600));
    Store::with(engine, options).unwrap()
}
