//! A machine: its threads, its disk, and the store on it.

use std::sync::Arc;
use std::time::Duration;

use catga::store::{Durable, Engine, Memory, Store, StoreError};
use catga::testing::SeededRandom;
use catga::testing::simulation::{DiskFaults, Node, SimClock, SimDisk, SimWriter, Simulation};
use catga::time::{Clock as _, Random as _};

use crate::engine::Watched;
use crate::parts::Main;
use crate::plan::Bug;
use crate::world::Env;

/// Where a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On the machine's disk.
    Durable,
    /// In memory that survives the machine: as a database elsewhere, whose clients crash.
    Memory,
}

/// How far a clock is behind at most, in milliseconds: for as long there are no new ids.
const MOST_BEHIND: u64 = 15_000;

/// How a machine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The process: all that it has written is there.
    Kill,
    /// The power: what was not synced is there in part.
    Power,
}

pub struct Machine {
    /// The machine's main thread, and two more that may stand still by themselves.
    pub node: Node,
    pub threads: [Node; 2],
    pub clock: SimClock,
    pub disk: SimDisk,
    memory: Option<Arc<Memory>>,
    chance: Arc<SeededRandom>,
}

impl Machine {
    pub fn new(sim: &Simulation, names: [&'static str; 3], kind: Kind) -> Self {
        let [node, a, b] = names.map(|name| sim.node(name));
        let memory = (kind == Kind::Memory).then(|| Arc::new(Memory::new(&*sim.random(names[0]))));
        let chance = sim.random(&format!("disk of {}", names[0]));
        let clock = SimClock::new(&node);
        Self { node, threads: [a, b], clock, disk: SimDisk::new(), memory, chance }
    }

    /// Opens the store.
    pub fn open(&self, env: &Arc<Env>, is_shop: bool) -> Result<Store<Main>, StoreError> {
        let engine: Arc<dyn Engine> = match &self.memory {
            Some(memory) => Arc::clone(memory) as Arc<dyn Engine>,
            None => {
                let random = self.node.simulation().random(self.node.name());
                Arc::new(Durable::options().random(random).open_on(self.disk.clone())?)
            }
        };
        if env.has(Bug::DiskLies) {
            self.disk.set(DiskFaults { lying: true, ..DiskFaults::default() });
        }
        let engine = Watched::new(engine, Arc::clone(env), is_shop);
        let writer = SimWriter::new(&self.node, env.plan.sync);
        Store::with(engine, Store::<Main>::options().clock(self.clock.clone()).writer(writer))
    }

    /// Ends the machine, now.
    pub fn end(&self, end: End) {
        match end {
            End::Kill => self.disk.kill(),
            End::Power => self.disk.lose_power(&*self.chance),
        }
        self.threads.iter().for_each(Node::crash);
        self.node.crash();
    }

    /// Its clock jumps: forward, at times so far that all that it remembers is old, or back by so little that ids come
    /// again soon. It is never far behind what it has shown.
    pub fn jump(&self) {
        let back = MOST_BEHIND.saturating_sub(self.clock.latest_ms() - self.clock.unix_ms());
        let by = match self.chance.up_to(5) {
            0 => -(self.chance.up_to(back) as i64),
            1 => self.chance.up_to(40_000) as i64,
            _ => self.chance.up_to(3_600_000) as i64,
        };
        self.clock.jump(by);
    }

    /// How far its clock is behind what it has shown.
    pub fn is_behind(&self) -> Duration {
        Duration::from_millis(self.clock.latest_ms() - self.clock.unix_ms())
    }

    /// The power fails within the next operations of the disk, in the middle of whatever it does.
    pub fn fail_soon(&self) {
        let at = self.disk.ops() + self.chance.up_to(60);
        self.disk.set(DiskFaults { off_at: Some(at), ..DiskFaults::default() });
    }
}
