//! A machine: its threads, its disk, and the store on it.

use std::sync::Arc;

use catga::store::{Durable, Engine, Memory, Store, StoreError};
use catga::testing::SeededRandom;
use catga::testing::simulation::{DiskFaults, Node, SimDisk, SimWriter, Simulation};
use catga::time::Random as _;

use crate::engine::Watched;
use crate::parts::Main;
use crate::world::{Bug, Env};

/// Where a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On the machine's disk.
    Durable,
    /// In memory that survives the machine: as a database elsewhere, whose clients crash.
    Memory,
}

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
    pub disk: SimDisk,
    memory: Option<Arc<Memory>>,
    chance: Arc<SeededRandom>,
}

impl Machine {
    pub fn new(sim: &Simulation, names: [&'static str; 3], kind: Kind) -> Self {
        let [node, a, b] = names.map(|name| sim.node(name));
        let memory = (kind == Kind::Memory).then(|| Arc::new(Memory::new(&*sim.random(names[0]))));
        let chance = sim.random(&format!("disk of {}", names[0]));
        Self { node, threads: [a, b], disk: SimDisk::new(), memory, chance }
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
        Store::with(engine, Store::<Main>::options().clock(env.sim.clock()).writer(writer))
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

    /// The power fails within the next operations of the disk, in the middle of whatever it does.
    pub fn fail_soon(&self) {
        let at = self.disk.ops() + self.chance.up_to(60);
        self.disk.set(DiskFaults { off_at: Some(at), ..DiskFaults::default() });
    }
}
