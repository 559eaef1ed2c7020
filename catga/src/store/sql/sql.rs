use core::fmt;
use core::marker::PhantomData;
use std::sync::Arc;

use sqlx::{Pool, SqlSafeStr as _};
use tokio::sync::{OnceCell, Semaphore, watch};

use super::dialect::{Dialect, Value};
use super::error::failed;
use super::options::SqlOptions;
use super::shared::Shared;
use super::tx::SqlTx;
use crate::store::backlogs::Backlogs;
use crate::store::error::StoreError;
use crate::store::identity::StoreId;
use crate::store::keyed::KeyedLocks;

/// A database of the user's own, as a store: `Sql<Postgres, Main>`, `Sql<Sqlite, Main>`. Clones are the same.
///
/// `D` is a type of the user's own that tells two databases of one program apart. A field of a mediator, it is what
/// `Transactional(self.db)`, `Idempotent(self.db)`, `Lock(self.db)`, a relay, an effect and an inbox name; a handler asks
/// for `Within<Main, PgTx>`, and its SQL runs on `cx.tx()`.
///
/// Run [`migrate`](Self::migrate) once before, at each start of the program. That depends on `sqlx` itself, whose types it
/// hands in: on this crate's version, `sqlx = { version = "0.9", features = ["runtime-tokio", "sqlite-bundled"] }`, or with
/// `postgres`.
///
/// ```
/// # #[cfg(all(feature = "sqlite", feature = "wire"))] mod example {
/// use catga::delivery::OUTBOX;
/// use catga::prelude::*;
/// use catga::store::Sql;
/// use catga::store::sql::SqliteTx;
/// use serde::{Deserialize, Serialize};
/// use sqlx::Sqlite;
/// use sqlx::sqlite::SqlitePoolOptions;
///
/// /// The database's own type, which tells it from others.
/// struct Main;
///
/// #[command(reply = i64)]
/// #[derive(Serialize, Deserialize)]
/// struct Deliver { pieces: i64 }
///
/// #[event]
/// #[derive(Serialize, Deserialize)]
/// struct Delivered { there: i64 }
///
/// struct Warehouse;
///
/// #[handler]
/// impl Warehouse {
///     async fn deliver(
///         &self,
///         cmd: Deliver,
///         cx: &mut Context<impl Within<Main, SqliteTx> + Publishes<Delivered>>,
///     ) -> Result<i64, Error> {
///         let sql = "update stock set pieces = pieces + $1 returning pieces";
///         let stock = sqlx::query_scalar(sql).bind(cmd.pieces).fetch_one(&mut **cx.tx()).await;
///         let there = stock.map_err(Error::refused)?;
///         cx.publish(Delivered { there }).await.map_err(Error::refused)?;
///         Ok(there)
///     }
///
///     fn on_delivered(&self, event: &Delivered) { println!("{} are there", event.there); }
/// }
///
/// #[mediator(serves)]
/// struct Shop {
///     #[pipeline(commands: Transactional(self.db))]
///     warehouse: Warehouse,
///     db: Sql<Sqlite, Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # pub async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
/// sqlx::raw_sql("create table stock (pieces bigint); insert into stock values (2)").execute(&pool).await?;
/// let db = Sql::new(pool);
/// db.migrate().await?;
/// let shop = Shop { warehouse: Warehouse, db };
/// assert_eq!(shop.send(Deliver { pieces: 3 }).await, Ok(5));
/// // A relay of the store delivers it: `Relay::new(&shop.db).run::<Shop, _>(&shop, &stop)`.
/// assert_eq!(shop.db.backlog(&OUTBOX).await?, 1);
/// # Ok(()) }
/// # }
/// # fn main() {
/// #     #[cfg(all(feature = "sqlite", feature = "wire"))]
/// #     example::main().unwrap();
/// # }
/// ```
pub struct Sql<Db: Dialect, D = ()> {
    pub(super) shared: Arc<Shared<Db>>,
    marker: PhantomData<fn() -> D>,
}

impl<Db: Dialect, D> Clone for Sql<Db, D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), marker: PhantomData }
    }
}

impl<Db: Dialect, D> fmt::Debug for Sql<Db, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sql").field("database", &Db::NAME).finish_non_exhaustive()
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// A store over the connections of this pool.
    pub fn new(pool: Pool<Db>) -> Self {
        Self::with(pool, SqlOptions::default())
    }

    /// How a database is used.
    pub fn options() -> SqlOptions {
        SqlOptions::default()
    }

    /// A store over the connections of this pool.
    pub fn with(pool: Pool<Db>, options: SqlOptions) -> Self {
        let shared = Shared {
            pool,
            options,
            known: OnceCell::new(),
            fenced: OnceCell::new(),
            turns: KeyedLocks::default(),
            head: watch::Sender::new(0),
            gate: Db::ONE_WRITER.then(|| Arc::new(Semaphore::new(1))),
            backlogs: Backlogs::default(),
            scheduled: Backlogs::default(),
        };
        Self { shared: Arc::new(shared), marker: PhantomData }
    }

    /// The connections: for what is read and written outside of the transactions of messages.
    pub fn pool(&self) -> &Pool<Db> {
        &self.shared.pool
    }

    /// Who the store is: drawn when its tables were made.
    ///
    /// # Errors
    /// `Unmigrated`, `Newer`; else the database cannot be reached.
    pub async fn id(&self) -> Result<StoreId, StoreError> {
        self.shared.id().await
    }

    /// Whether the database is another than the one that was [confirmed](Self::confirm) last: a dump that was
    /// restored elsewhere, a copy of the file. Its relays and its schedule answer `Held`: what the copy holds as not
    /// sent may have been sent since. Its leases and claims go on, with fences above all that the original may have given
    /// out.
    ///
    /// # Errors
    /// As a read's.
    pub async fn is_held(&self) -> Result<bool, StoreError> {
        let known = self.shared.known().await?;
        let mut conn = self.shared.connection().await?;
        let sql = "select home from catga_store";
        let mut done = Db::run(&mut conn, sql.into_sql_str(), &[]).await.map_err(failed::<Db>)?;
        Ok(done.rows.first_mut().map_or(Ok(String::new()), |row| row.text(0))? != known.home)
    }

    /// An operator has looked, and the restored database may send. Its fences go on above all that the original may
    /// have given out.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn confirm(&self) -> Result<(), StoreError> {
        let known = self.shared.known().await?;
        let mut own = self.begin_own().await?;
        own.script(Db::MIGRATING).await?;
        let sql = "update catga_store set epoch = epoch + 1, home = $1 where home <> $1 returning epoch";
        let done = own.run(sql, &[Value::Text(&known.home)]).await?;
        if let Some(row) = done.rows.first() {
            own.fences_above(row.int(0)?).await?;
        }
        own.commit().await
    }

    /// Begins a transaction, outside of any message: what it adds to an outbox is delivered after its commit.
    ///
    /// # Errors
    /// `Overloaded` where no connection comes free; `Unmigrated`; else the database cannot be reached.
    pub async fn begin(&self) -> Result<SqlTx<Db>, StoreError> {
        SqlTx::begin(&self.shared).await
    }

    pub(super) fn unix_ms(&self) -> i64 {
        self.shared.unix_ms().cast_signed()
    }
}
