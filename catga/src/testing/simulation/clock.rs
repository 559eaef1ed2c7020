use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Node, VirtualClock, lock};
use crate::testing::VirtualSleep;
use crate::time::{Clock, Instant, Timer};

/// The clock of one machine: its time passes as the simulation's does, and what it takes for the time of day is what it
/// was set to. Clones are the same clock.
///
/// The clocks of two machines differ, and jump: whatever compares times of two of them, or trusts one that goes back,
/// is found. A crash of its machine changes nothing about it.
#[derive(Clone)]
pub struct SimClock {
    shared: Arc<Shared>,
}

struct Shared {
    node: Node,
    time: VirtualClock,
    set: Mutex<Set>,
}

#[derive(Default)]
struct Set {
    ahead_ms: i64,
    latest_ms: u64,
    jumps: u64,
}

impl SimClock {
    /// The clock of this machine, which is right until it [jumps](Self::jump).
    pub fn new(node: &Node) -> Self {
        let shared = Shared { node: node.clone(), time: node.simulation().clock(), set: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Sets it forward by so many milliseconds; back, where that is negative.
    pub fn jump(&self, by_ms: i64) {
        let before = self.unix_ms();
        {
            let mut set = lock(&self.shared.set);
            set.latest_ms = set.latest_ms.max(before);
            set.ahead_ms = set.ahead_ms.saturating_add(by_ms);
            set.jumps += 1;
        }
        let node = &self.shared.node;
        node.simulation().note(format!("the clock of {} jumps by {by_ms} ms", node.name()));
    }

    /// How often it has jumped.
    pub fn jumps(&self) -> u64 {
        lock(&self.shared.set).jumps
    }

    /// The latest time of day that it has ever shown, in milliseconds since 1970.
    pub fn latest_ms(&self) -> u64 {
        self.unix_ms().max(lock(&self.shared.set).latest_ms)
    }
}

impl Clock for SimClock {
    fn now(&self) -> Instant {
        self.shared.time.now()
    }

    fn unix_ms(&self) -> u64 {
        self.shared.time.unix_ms().saturating_add_signed(lock(&self.shared.set).ahead_ms)
    }
}

#[diagnostic::do_not_recommend]
impl Timer for SimClock {
    type Sleep = VirtualSleep;

    fn sleep(&self, duration: Duration) -> VirtualSleep {
        self.shared.time.sleep(duration)
    }
}

impl fmt::Debug for SimClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ahead_ms = lock(&self.shared.set).ahead_ms;
        f.debug_struct("SimClock").field("node", &self.shared.node).field("ahead_ms", &ahead_ms).finish_non_exhaustive()
    }
}
