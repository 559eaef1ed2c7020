//! The scenarios' store over its own engine, as a `world` of theirs.

use std::sync::OnceLock;

use catga::store::{Store, StoreError, Transaction};
use catga::testing::VirtualClock;

use crate::bank::{ACCOUNTS, Backing, accounts};

pub use crate::bank::Main;

pub type Base = Store<Main>;
pub type Tx = Transaction;

/// Whether one transaction at a time is all that the store takes.
pub const ONE_WRITER: bool = false;

/// Where the store is, and its only process.
pub struct Place {
    backing: Backing,
    db: Base,
    other: OnceLock<(Backing, Base)>,
}

impl Place {
    /// A node on the system's time, on a store of all such nodes.
    pub async fn other(&self) -> Base {
        let (_, db) = self.other.get_or_init(|| {
            let twin = if matches!(self.backing, Backing::Memory) { Backing::Memory } else { Backing::file() };
            let db = twin.open();
            (twin, db)
        });
        db.clone()
    }

    /// Another handle of it, as another node would have.
    pub async fn at(&self, _: &VirtualClock) -> Base {
        self.db.clone()
    }

    /// The same: whoever asks is answered at once.
    pub async fn alone(&self, clock: &VirtualClock) -> Base {
        self.at(clock).await
    }
}

/// A store on virtual time, in which handlers count.
pub fn counting_on(backing: Backing) -> (Place, Base, VirtualClock) {
    let clock = VirtualClock::new();
    let db: Base = backing.simulated(&clock);
    (Place { backing, db: db.clone(), other: OnceLock::new() }, db, clock)
}

pub async fn count(tx: &mut Tx, item: u32) -> Result<(), StoreError> {
    let times = ACCOUNTS.get(tx, &item).await?.unwrap_or(0);
    ACCOUNTS.put(tx, &item, &(times + 1))
}

pub async fn counted(db: &Base) -> Vec<(i64, i64)> {
    accounts(db).await.into_iter().map(|(item, times)| (item.into(), times)).collect()
}
