use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{Connection as _, Pool, SqlSafeStr as _};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore, watch};

use super::dialect::{Cells, Dialect, Done, Value};
use super::error::failed;
use super::migrate::{VERSION, newer};
use super::tx::SqlTx;
use crate::store::age::expired;
use crate::store::engine::StoreId;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::keyed::KeyedLocks;
use crate::store::store::Time;
use crate::time::{Clock, Instant, SystemClock};

/// A database of the user's own, as a store: `Sql<Postgres, Main>`, `Sql<Sqlite, Main>`. Clones are the same.
///
/// `D` is a type of the user's own that tells two databases of one program apart. A field of a mediator, it is what
/// `Transactional(self.db)`, `Idempotent(self.db)` and a relay name; a handler asks for `Within<Main, PgTx>`, and its
/// SQL runs on `cx.tx()`.
///
/// Run [`migrate`](Self::migrate) once before, at each start of the program.
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

/// How a database is used.
pub struct SqlOptions {
    clock: Arc<dyn Time>,
    max_age: Duration,
    pub(super) look: Duration,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), max_age: Duration::from_secs(5), look: Duration::from_millis(20) }
    }
}

impl fmt::Debug for SqlOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlOptions").field("max_age", &self.max_age).field("look", &self.look).finish_non_exhaustive()
    }
}

impl SqlOptions {
    /// Where the time comes from; the system, by default. Processes that share a database share their time.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How old a handler's transaction may be when it commits, 5 seconds by default.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// How often a repeat of a request looks whether another process has answered it, 20 ms by default.
    pub fn look_every(mut self, interval: Duration) -> Self {
        self.look = interval;
        self
    }
}

pub(super) struct Shared<Db: Dialect> {
    pool: Pool<Db>,
    pub(super) options: SqlOptions,
    known: OnceCell<Known>,
    pub(super) turns: KeyedLocks,
    /// Bumped by each commit of this process.
    pub(super) head: watch::Sender<u64>,
    /// Whose turn it is to write, where one writes at a time: first come, first served.
    gate: Option<Arc<Semaphore>>,
    backlogs: Mutex<HashMap<&'static str, Backlog>>,
}

/// What is read of a database once.
struct Known {
    id: StoreId,
    home: String,
}

/// How full an outbox is, as far as this process knows.
#[derive(Clone, Copy, Default)]
struct Backlog {
    limit: u64,
    counted: u64,
    added: u64,
    at_ms: u64,
    /// Whether somebody was refused since it was counted.
    has_refused: bool,
}

/// How long a full outbox is taken to be full.
const RECOUNT_MS: u64 = 100;

impl<Db: Dialect> Shared<Db> {
    pub(super) fn unix_ms(&self) -> u64 {
        self.options.clock.unix_ms()
    }

    pub(super) fn now(&self) -> Instant {
        self.options.clock.now()
    }

    pub(super) fn not_too_old(&self, begun: Instant) -> Result<(), StoreError> {
        if self.now().since(begun) > self.options.max_age { Err(expired()) } else { Ok(()) }
    }

    fn backlogs(&self) -> MutexGuard<'_, HashMap<&'static str, Backlog>> {
        self.backlogs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts rows that are added, where there is room for one.
    pub(super) fn takes(&self, outbox: &'static str, limit: u64, rows: u64) -> Result<(), StoreError> {
        let mut backlogs = self.backlogs();
        let backlog = backlogs.entry(outbox).or_default();
        // Handlers that a relay delivers to have another limit than others; it is counted up to the higher one.
        backlog.limit = backlog.limit.max(limit);
        if backlog.counted.saturating_add(backlog.added) >= limit {
            backlog.has_refused = true;
            let detail = "the outbox is full: its relay does not keep up; take no more until the backlog shrinks";
            return Err(StoreError::new(ErrorKind::Overloaded, detail));
        }
        backlog.added += rows;
        Ok(())
    }

    /// The outboxes whose rows are to be counted anew.
    fn uncounted(&self) -> Vec<(&'static str, u64)> {
        let now = self.unix_ms();
        let mut backlogs = self.backlogs();
        let due = |backlog: &Backlog| {
            let is_full = backlog.has_refused || backlog.counted.saturating_add(backlog.added) >= backlog.limit;
            backlog.added > backlog.limit / 64 || (is_full && now.saturating_sub(backlog.at_ms) >= RECOUNT_MS)
        };
        let due = backlogs.iter_mut().filter(|(_, backlog)| due(backlog));
        due.map(|(name, backlog)| {
            backlog.at_ms = now;
            (*name, backlog.limit)
        })
        .collect()
    }

    fn counted(&self, outbox: &'static str, rows: u64) {
        if let Some(backlog) = self.backlogs().get_mut(outbox) {
            (backlog.counted, backlog.added, backlog.has_refused) = (rows, 0, false);
        }
    }

    /// Waits for the turn to write.
    pub(super) async fn turn(&self) -> Result<Option<OwnedSemaphorePermit>, StoreError> {
        let Some(gate) = &self.gate else { return Ok(None) };
        let turn = Arc::clone(gate).acquire_owned().await;
        turn.map(Some).map_err(|_| StoreError::new(ErrorKind::Closed, "the store is closed"))
    }

    /// A connection, for what the database is asked outside of transactions.
    pub(super) async fn connection(&self) -> Result<sqlx::pool::PoolConnection<Db>, StoreError> {
        self.pool.acquire().await.map_err(failed::<Db>)
    }

    /// Begins a handler's transaction.
    pub(super) async fn begin(&self) -> Result<sqlx::Transaction<'static, Db>, StoreError> {
        for (outbox, limit) in self.uncounted() {
            let mut conn = self.connection().await?;
            let sql = "select count(*) from (select 1 from catga_outbox where outbox = $1 limit $2) counted";
            let values = [Value::Text(outbox), Value::Int(limit.cast_signed())];
            let done = Db::run(&mut conn, sql.into_sql_str(), &values).await.map_err(failed::<Db>)?;
            self.counted(outbox, done.rows.first().map_or(Ok(0), |row| row.bits(0))?);
        }
        self.open(Db::BEGIN).await
    }

    /// Begins on a connection that has no transaction.
    async fn open(&self, begin: &'static str) -> Result<sqlx::Transaction<'static, Db>, StoreError> {
        loop {
            match self.pool.begin_with(begin).await {
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    // Somebody ended a transaction by hand, and the connection still counts it as open.
                    let conn = self.connection().await?;
                    if conn.is_in_transaction() {
                        drop(conn.detach());
                    }
                }
                begun => return begun.map_err(failed::<Db>),
            }
        }
    }

    pub(super) async fn id(&self) -> Result<StoreId, StoreError> {
        Ok(self.known().await?.id)
    }

    async fn known(&self) -> Result<&Known, StoreError> {
        self.known
            .get_or_try_init(async || {
                let mut conn = self.connection().await?;
                let sql = "select id, (select max(version) from catga_migrations) from catga_store";
                let done = Db::run(&mut conn, sql.into_sql_str(), &[]).await.map_err(failed::<Db>)?;
                let unmigrated = || {
                    let detail = "the database has no tables for delivery, or old ones; run `migrate` on the store";
                    StoreError::new(ErrorKind::Unmigrated, detail)
                };
                let mut row = done.rows.into_iter().next().ok_or_else(unmigrated)?;
                let version = row.number(1)?;
                if version > VERSION {
                    return Err(newer(version));
                }
                if version < VERSION {
                    return Err(unmigrated());
                }
                let id = u128::from_str_radix(&row.text(0)?, 16).map(StoreId).map_err(|_| unmigrated())?;
                let home = Db::home(&mut conn).await.map_err(failed::<Db>)?;
                Ok(Known { id, home })
            })
            .await
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
            turns: KeyedLocks::default(),
            head: watch::Sender::new(0),
            gate: Db::ONE_WRITER.then(|| Arc::new(Semaphore::new(1))),
            backlogs: Mutex::default(),
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
    /// sent may have been sent since.
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
        let sql = "update catga_store set epoch = epoch + 1, home = $1 where home <> $1 returning epoch";
        let done = own.run(sql, &[Value::Text(&known.home)]).await?;
        if let Some(row) = done.rows.first() {
            own.run(Db::FENCES_ABOVE, &[Value::Int(row.int(0)? << crate::store::engine::COUNTER_BITS)]).await?;
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

    /// Begins a transaction of our own.
    pub(super) async fn begin_own(&self) -> Result<Own<Db>, StoreError> {
        // Before it has a connection: it may be the only one.
        self.shared.known().await?;
        self.begin_bare().await
    }

    /// Begins a transaction of our own, whatever the tables are like.
    pub(super) async fn begin_bare(&self) -> Result<Own<Db>, StoreError> {
        let turn = self.shared.turn().await?;
        let tx = self.shared.open(Db::BEGIN_OWN).await?;
        Ok(Own { shared: Arc::clone(&self.shared), tx, _turn: turn })
    }
}

/// A transaction of our own: what relays and claims do.
pub(super) struct Own<Db: Dialect> {
    shared: Arc<Shared<Db>>,
    tx: sqlx::Transaction<'static, Db>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl<Db: Dialect> Own<Db> {
    pub(super) fn conn(&mut self) -> &mut Db::Connection {
        &mut self.tx
    }

    pub(super) fn shared(&self) -> &Shared<Db> {
        &self.shared
    }

    pub(super) async fn run(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Done, StoreError> {
        self.run_of(sql.into_sql_str(), values).await
    }

    pub(super) async fn run_of(&mut self, sql: sqlx::SqlStr, values: &[Value<'_>]) -> Result<Done, StoreError> {
        Db::run(&mut self.tx, sql, values).await.map_err(failed::<Db>)
    }

    pub(super) async fn script(&mut self, sql: &'static str) -> Result<Done, StoreError> {
        self.script_of(sql.into_sql_str()).await
    }

    pub(super) async fn script_of(&mut self, sql: sqlx::SqlStr) -> Result<Done, StoreError> {
        Db::script(&mut self.tx, sql).await.map_err(failed::<Db>)
    }

    /// The next fence, where the store may send.
    pub(super) async fn fence(&mut self, must_be_home: bool) -> Result<u64, StoreError> {
        let home = if must_be_home { Some(self.shared.known().await?.home.clone()) } else { None };
        let mut done = self.run(Db::FENCE, &[]).await?;
        let unmigrated = || StoreError::new(ErrorKind::Unmigrated, "the store has no identity; run `migrate` on it");
        let row: &mut Cells = done.rows.first_mut().ok_or_else(unmigrated)?;
        let (fence, at) = (row.bits(0)?, row.text(1)?);
        if home.is_some_and(|home| home != at) {
            let detail = "the database is a copy of another; see what was sent since it was made, and confirm it";
            return Err(StoreError::new(ErrorKind::Held, detail));
        }
        Ok(fence)
    }

    /// Nothing of ours is lost with the answer: what is claimed ends by itself, and what is marked is marked again.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        let Self { shared, tx, _turn } = self;
        tx.commit().await.map_err(|error| {
            let is_end = match &error {
                sqlx::Error::Database(error) => Db::is_end(&**error),
                _ => true,
            };
            if !is_end {
                return failed::<Db>(error);
            }
            let detail = "the connection failed during a commit, and it is not known whether it happened";
            StoreError::with_source(ErrorKind::Unknown, detail, error)
        })?;
        shared.head.send_modify(|head| *head += 1);
        Ok(())
    }
}
