//! The suite that `catga::testing` ships for stores, on this database.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use catga::store::StoreId;
use catga::store::sql::SqlOptions;
use catga::testing::VirtualClock;
use catga::testing::conformance::{StoreBackend, StoreCapabilities, stores, stores_of};

use super::world::{Base, ONE_WRITER, Place};

#[derive(Default)]
struct Database {
    clock: VirtualClock,
    places: Mutex<HashMap<StoreId, Place>>,
}

impl Database {
    async fn at(&self, place: Place) -> Base {
        let options = SqlOptions::default().clock(self.clock.clone()).max_age(Duration::from_secs(3_600));
        let db: Base = place.node(4, options).await;
        db.migrate().await.unwrap();
        let id = db.id().await.unwrap();
        self.places.lock().unwrap().insert(id, place);
        db
    }

    async fn place(&self, of: &Base) -> Place {
        let id = of.id().await.unwrap();
        self.places.lock().unwrap()[&id].clone()
    }
}

impl StoreBackend for Database {
    type Store = Base;

    const CAPABILITIES: StoreCapabilities = StoreCapabilities { durable: true, side_by_side: !ONE_WRITER };

    async fn open(&self) -> Base {
        self.at(Place::new().await).await
    }

    async fn node(&self, of: &Base) -> Base {
        self.at(self.place(of).await).await
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    // On the system's time, as the database is: only what is broken waits for it.
    async fn give_up(&self) {
        tokio::time::sleep(Duration::from_secs(300)).await;
    }

    async fn reopen(&self, store: Base) -> Option<Base> {
        let place = self.place(&store).await;
        drop(store);
        Some(self.at(place).await)
    }
}

#[tokio::test]
async fn every_scenario() {
    let report = stores(&Database::default()).await;
    println!("{report}");
    assert_eq!(stores_of(Database::CAPABILITIES), 46);
    report.check(46).unwrap();
    assert_eq!(report.duplicates(), 0);
}
