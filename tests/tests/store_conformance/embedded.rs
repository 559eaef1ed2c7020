//! The store over its own engines.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use catga::store::writer::Inline;
use catga::store::{Durable, Memory, Store, StoreId, StoreOptions};
use catga::testing::VirtualClock;
use catga::testing::conformance::{StoreBackend, StoreCapabilities, Verdict, stores, stores_of};
use catga::time::SystemRandom;
use tempfile::TempDir;

fn options(clock: &VirtualClock) -> StoreOptions {
    Store::<()>::options().writer(Inline).clock(clock.clone()).max_age(Duration::from_secs(3_600))
}

#[derive(Default)]
pub struct InMemory(pub VirtualClock);

impl StoreBackend for InMemory {
    type Store = Store;

    const CAPABILITIES: StoreCapabilities = StoreCapabilities { durable: false, side_by_side: true };

    async fn open(&self) -> Store {
        Store::with(Memory::new(&SystemRandom), options(&self.0)).unwrap()
    }

    async fn node(&self, of: &Store) -> Store {
        of.clone()
    }

    async fn advance(&self, by: Duration) {
        self.0.advance(by);
    }

    async fn give_up(&self) {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
    }
}

pub struct InFiles {
    clock: VirtualClock,
    folder: TempDir,
    files: Mutex<HashMap<StoreId, PathBuf>>,
}

impl InFiles {
    pub fn new() -> Self {
        Self { clock: VirtualClock::new(), folder: tempfile::tempdir().unwrap(), files: Mutex::default() }
    }

    fn at(&self, path: PathBuf) -> Store {
        let store: Store = Store::with(Durable::open(&path).unwrap(), options(&self.clock)).unwrap();
        self.files.lock().unwrap().insert(store.id(), path);
        store
    }
}

impl StoreBackend for InFiles {
    type Store = Store;

    const CAPABILITIES: StoreCapabilities = StoreCapabilities { durable: true, side_by_side: true };

    async fn open(&self) -> Store {
        let number = self.files.lock().unwrap().len();
        self.at(self.folder.path().join(format!("{number}.store")))
    }

    async fn node(&self, of: &Store) -> Store {
        of.clone()
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn give_up(&self) {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
    }

    async fn reopen(&self, store: Store) -> Option<Store> {
        let path = self.files.lock().unwrap().get(&store.id()).cloned()?;
        drop(store);
        Some(self.at(path))
    }
}

#[tokio::test(start_paused = true)]
async fn memory() {
    let report = stores(&InMemory::default()).await;
    println!("{report}");
    assert_eq!(stores_of(InMemory::CAPABILITIES), 43);
    report.check(43).unwrap();
    let off = report.verdicts().filter(|(_, verdict)| matches!(verdict, Verdict::NotApplicable(_)));
    assert_eq!(off.count(), 3 + 8, "three ask for a disk, and eight for what no port has");
    assert_eq!(report.duplicates(), 0);
}

#[tokio::test(start_paused = true)]
async fn durable() {
    let report = stores(&InFiles::new()).await;
    println!("{report}");
    assert_eq!(stores_of(InFiles::CAPABILITIES), 46);
    report.check(46).unwrap();
    assert_eq!(report.duplicates(), 0);
}
