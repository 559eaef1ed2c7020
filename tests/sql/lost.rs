//! The answer to a commit is lost: between the program and the server stands one who forwards, and ends the connection
//! when a `COMMIT` comes by.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering::SeqCst};

use catga::error::{Class, Classify as _};
use catga::id::Id;
use catga::prelude::*;
use catga::store::{ErrorKind, Sql};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::postgres::world::{Db, Main, Place, Tx, timed};
use crate::server;

/// What happens at the next `COMMIT`.
const NOTHING: u8 = 0;
/// The server does not hear of it.
const BEFORE: u8 = 1;
/// The server has answered, and nobody hears of that.
const AFTER: u8 = 2;
/// As `AFTER`, and nobody reaches the server from then on.
const GONE: u8 = 3;

struct Between {
    folder: tempfile::TempDir,
    cut: Arc<AtomicU8>,
    is_closed: Arc<AtomicU8>,
}

impl Between {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = |folder: &Path| folder.join(format!(".s.PGSQL.{}", server::PORT));
        let listener = UnixListener::bind(socket(folder.path())).unwrap();
        let (cut, is_closed) = (Arc::new(AtomicU8::new(NOTHING)), Arc::new(AtomicU8::new(0)));
        let (server, by, closed) = (socket(&server::shared().folder), Arc::clone(&cut), Arc::clone(&is_closed));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if closed.load(SeqCst) == 0 {
                    tokio::spawn(forward(client, server.clone(), Arc::clone(&by), Arc::clone(&closed)));
                }
            }
        });
        Self { folder, cut, is_closed }
    }
}

async fn forward(client: UnixStream, server: PathBuf, cut: Arc<AtomicU8>, is_closed: Arc<AtomicU8>) {
    let server = UnixStream::connect(server).await.unwrap();
    let ((mut from, mut to), (mut answers, mut asks)) = (client.into_split(), server.into_split());
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = from.read(&mut asked) => {
                let Ok(read @ 1..) = read else { return };
                let is_commit = asked[..read].windows(6).any(|six| six == b"COMMIT");
                let cut = if is_commit { cut.swap(NOTHING, SeqCst) } else { NOTHING };
                if cut == BEFORE {
                    return;
                }
                asks.write_all(&asked[..read]).await.unwrap();
                if cut != NOTHING {
                    assert!(answers.read(&mut answered).await.unwrap() > 0);
                    is_closed.store(u8::from(cut == GONE), SeqCst);
                    return;
                }
            }
            read = answers.read(&mut answered) => {
                let Ok(read @ 1..) = read else { return };
                if to.write_all(&answered[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// A store through somebody who stands between, and another that is not disturbed.
async fn world() -> (Between, Sql<Db, Main>, Sql<Db, Main>) {
    let place = Place::new().await;
    let direct: Sql<Db, Main> = place.node(2, timed()).await;
    direct.migrate().await.unwrap();
    sqlx::raw_sql("create table rows (id bigint primary key)").execute(direct.pool()).await.unwrap();
    let between = Between::new().await;
    let name = place.name();
    let (_, schema) = name.split_once('\n').unwrap();
    let options = server::options(between.folder.path()).options([("search_path", schema)]);
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).acquire_timeout(server::PATIENCE);
    let db = Sql::with(pool.connect_with(options).await.unwrap(), timed());
    (between, db, direct)
}

async fn put(tx: &mut Tx, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("insert into rows (id) values ($1)").bind(id).execute(&mut **tx).await.map(drop)
}

async fn rows(db: &Sql<Db, Main>) -> Vec<i64> {
    sqlx::query_scalar("select id from rows order by id").fetch_all(db.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l11_who_lost_the_answer_learns_that_it_is_committed() {
    let (between, db, direct) = world().await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1).await.unwrap();
    between.cut.store(AFTER, SeqCst);
    tx.commit().await.unwrap();
    assert_eq!(rows(&direct).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l11_who_lost_the_answer_learns_that_it_is_rolled_back() {
    let (between, db, direct) = world().await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1).await.unwrap();
    between.cut.store(BEFORE, SeqCst);
    let error = tx.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.class()), (ErrorKind::Io, Class::Transient));
    assert!(rows(&direct).await.is_empty());
    // And it may be run again.
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rows(&direct).await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l5_who_cannot_learn_it_is_told_that_nobody_knows() {
    let (between, db, direct) = world().await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1).await.unwrap();
    between.cut.store(GONE, SeqCst);
    let error = tx.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.class()), (ErrorKind::Unknown, Class::Unknown));
    assert_eq!(rows(&direct).await, [1], "it happened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_ends_in_the_middle_leaves_nothing() {
    let (_between, db, direct) = world().await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1).await.unwrap();
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *tx).await.unwrap();
    let ended: bool =
        sqlx::query_scalar("select pg_terminate_backend($1, 60000)").bind(pid).fetch_one(direct.pool()).await.unwrap();
    assert!(ended);
    let error = put(&mut tx, 2).await.unwrap_err();
    assert_eq!((error.class(), error.code()), (Class::Transient, "catga.store.io"));
    assert_eq!(tx.commit().await.unwrap_err().class(), Class::Transient);
    assert!(rows(&direct).await.is_empty());
}

#[command(critical, key = id)]
#[derive(Clone, Serialize, Deserialize)]
struct Put {
    id: i64,
}

#[derive(Default)]
struct Rows {
    runs: AtomicU32,
    between: Option<(Arc<AtomicU8>, Arc<AtomicU8>)>,
}

#[handler]
impl Rows {
    async fn put(&self, cmd: Put, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Error> {
        self.runs.fetch_add(1, SeqCst);
        put(cx.tx(), cmd.id).await.map_err(Error::refused)?;
        if let Some((cut, _)) = &self.between {
            cut.store(GONE, SeqCst);
        }
        Ok(())
    }
}

#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Idempotent(self.db))]
    rows: Rows,
    db: Sql<Db, Main>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l5_what_nobody_knows_is_not_done_twice() {
    let (between, db, direct) = world().await;
    let armed = (Arc::clone(&between.cut), Arc::clone(&between.is_closed));
    let shop = Shop { rows: Rows { runs: AtomicU32::new(0), between: Some(armed) }, db };
    let call = || Call::new().id(Id::new(7));
    let unknown = shop.send_with(Put { id: 1 }, call()).await.unwrap_err();
    assert_eq!(unknown.class(), Class::Unknown);
    // The way is open again, and the caller asks once more: the row would be refused if it were put twice.
    between.is_closed.store(0, SeqCst);
    assert_eq!(shop.send_with(Put { id: 1 }, call()).await, Ok(()));
    assert_eq!((rows(&direct).await, shop.rows.runs.load(SeqCst)), (vec![1], 1));
}
