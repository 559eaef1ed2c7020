use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use super::executor::{Executor, SCRIPT};
use super::trace::Trace;
use super::{Node, SeededRandom, VirtualClock, lock};
use crate::message::hash;
use crate::time::{Clock as _, Random as _};

/// A run of a whole system that one seed decides. Clones are the same run.
///
/// See the [module](super) for what it is made of.
#[derive(Clone)]
pub struct Simulation {
    shared: Arc<Shared>,
}

struct Shared {
    seed: u64,
    clock: VirtualClock,
    /// Who is next.
    order: SeededRandom,
    executor: Executor,
    trace: Mutex<Trace>,
}

/// Why a run did not come to the end of its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stuck {
    /// Nobody can go on, and nobody waits for the clock.
    Waits,
    /// So many turns were not enough: something goes round in circles.
    Endless {
        /// How many.
        turns: u64,
    },
}

/// How many turns a run has at most: many times those of any scenario that ends.
const MOST_TURNS: u64 = 20_000_000;

impl Simulation {
    /// The run of this seed, at its beginning.
    pub fn new(seed: u64) -> Self {
        let shared = Shared {
            seed,
            clock: VirtualClock::new(),
            order: SeededRandom::new(seed),
            executor: Executor::new(),
            trace: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What decides it.
    pub fn seed(&self) -> u64 {
        self.shared.seed
    }

    /// Its clock, which is also its timer.
    pub fn clock(&self) -> VirtualClock {
        self.shared.clock.clone()
    }

    /// Chance for one of its parts: another sequence for every name, which nobody else draws from. So what one part
    /// draws changes nothing for the others.
    pub fn random(&self, part: &str) -> Arc<SeededRandom> {
        Arc::new(SeededRandom::new(SeededRandom::new(self.shared.seed ^ hash(part)).next()))
    }

    /// One more node.
    pub fn node(&self, name: &'static str) -> Node {
        Node::new(self.clone(), self.shared.executor.node(name))
    }

    /// Writes an event into the trace. The last of them are shown where the run fails.
    pub fn note(&self, event: impl Into<String>) {
        lock(&self.shared.trace).event(self.now(), event.into());
    }

    /// A sum over every turn and every event so far: two runs with the same one were the same.
    pub fn trace(&self) -> u64 {
        lock(&self.shared.trace).hash()
    }

    /// How many turns it took so far.
    pub fn turns(&self) -> u64 {
        lock(&self.shared.trace).turns()
    }

    /// The last events, a line each.
    pub fn events(&self) -> String {
        lock(&self.shared.trace).to_string()
    }

    /// Runs the nodes until the script has ended. Then they stand still, where they are, until the next script.
    ///
    /// The script is no node's: it stands for those who use the system, break it and look at it.
    ///
    /// # Errors
    /// [`Stuck`] where nothing moves any more, or never ends.
    pub fn run<F: Future>(&self, script: F) -> Result<F::Output, Stuck> {
        self.run_within(MOST_TURNS, script)
    }

    /// The same with another limit than 20 million turns: how often any task or the script may be polled.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_within<F: Future>(&self, turns: u64, script: F) -> Result<F::Output, Stuck> {
        let shared = &*self.shared;
        let mut script = pin!(script);
        let waker = shared.executor.begin(SCRIPT);
        for _ in 0..turns {
            shared.executor.bury();
            let Some(task) = shared.executor.pick(shared.clock.now(), |last| shared.order.up_to(last)) else {
                shared.clock.advance_to_next().ok_or(Stuck::Waits)?;
                continue;
            };
            lock(&shared.trace).turn(self.now(), task);
            if task != SCRIPT {
                shared.executor.poll(task);
            } else if let Poll::Ready(output) = script.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Ok(output);
            }
        }
        Err(Stuck::Endless { turns })
    }

    /// Drops all tasks. Tasks may hold the simulation, and are never dropped otherwise.
    pub fn end(&self) {
        self.shared.executor.clear();
    }

    pub(super) fn executor(&self) -> &Executor {
        &self.shared.executor
    }

    fn now(&self) -> Duration {
        self.shared.clock.now().since_origin()
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation").field("seed", &self.seed()).field("now", &self.now()).finish_non_exhaustive()
    }
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waits => f.write_str("nobody can go on, and nobody waits for the clock: what is waited for never comes; look at the last events"),
            Self::Endless { turns } => write!(f, "the script has not ended after {turns} turns; find what goes round in circles, or give it more"),
        }
    }
}

impl std::error::Error for Stuck {}
