//! How the suite opens it.

use std::sync::Arc;
use std::time::Duration;

use catga::testing::conformance::{Backend, Bounds, Opened};

use super::fault::Fault::{self, *};
use super::transport::Broken;
use crate::memory::{InMemory, SMALL};

pub(crate) struct Backed {
    memory: InMemory,
    fault: Fault,
}

impl Backed {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { memory: InMemory::new(SMALL), fault }
    }
}

impl Backend for Backed {
    type Caller = Broken;
    type Server = Broken;
    type Publisher = Broken;
    type Subscriber = Broken;

    fn bounds(&self) -> Bounds {
        SMALL
    }

    async fn open(&self) -> Opened<Broken, Broken, Broken, Broken> {
        let bounds = match self.fault {
            UnboundedInFlight => Bounds { in_flight: 1_000, ..SMALL },
            UnboundedItems => Bounds { items: 1_000, ..SMALL },
            GroupsNeverLapse => Bounds { retention: Duration::MAX, ..SMALL },
            DropsTheOversize => Bounds { bytes: usize::MAX, ..SMALL },
            _ => SMALL,
        };
        let inner = InMemory { clock: self.memory.clock.clone(), bounds }.memory();
        let broken = Broken { inner, fault: self.fault, state: Arc::default() };
        Opened { caller: broken.clone(), server: broken.clone(), publisher: broken.clone(), subscriber: broken }
    }

    async fn advance(&self, by: Duration) {
        self.memory.advance(by).await;
    }

    async fn give_up(&self) {
        self.memory.give_up().await;
    }
}
