//! Nodes on the scenarios' database, and a table of the user's own, in which handlers count.

use catga::store::sql::SqlOptions;
use catga::testing::VirtualClock;

use super::world::{Base, Place, Tx};
use crate::server::PATIENCE;

impl Place {
    /// Another node, on the system's time.
    pub async fn other(&self) -> Base {
        self.node(8, timed()).await
    }

    /// Another node, on this time.
    pub async fn at(&self, clock: &VirtualClock) -> Base {
        self.node(8, SqlOptions::default().clock(clock.clone())).await
    }

    /// The same, with one connection: who asks second has it when the first was answered.
    pub async fn alone(&self, clock: &VirtualClock) -> Base {
        self.node(1, SqlOptions::default().clock(clock.clone())).await
    }
}

/// On the system's time: a machine that is busy with others does not end a transaction.
pub fn timed() -> SqlOptions {
    SqlOptions::default().max_age(PATIENCE)
}

/// A migrated store on virtual time.
pub async fn fresh() -> (Place, Base, VirtualClock) {
    let (place, clock) = (Place::new().await, VirtualClock::new());
    let db = place.at(&clock).await;
    db.migrate().await.unwrap();
    (place, db, clock)
}

/// The same, with the table.
pub async fn counting() -> (Place, Base, VirtualClock) {
    let (place, db, clock) = fresh().await;
    let table = "create table counts (item bigint primary key, times bigint not null)";
    sqlx::raw_sql(table).execute(db.pool()).await.unwrap();
    (place, db, clock)
}

pub async fn count(tx: &mut Tx, item: u32) -> Result<(), sqlx::Error> {
    let sql =
        "insert into counts (item, times) values ($1, 1) on conflict (item) do update set times = counts.times + 1";
    sqlx::query(sql).bind(i64::from(item)).execute(&mut **tx).await.map(drop)
}

pub async fn counted(db: &Base) -> Vec<(i64, i64)> {
    sqlx::query_as("select item, times from counts order by item").fetch_all(db.pool()).await.unwrap()
}
