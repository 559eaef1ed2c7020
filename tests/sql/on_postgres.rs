//! The scenarios' database: a schema of its own in the server that the tests share.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::store::Sql;
use catga::store::sql::{PgTx, SqlOptions};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use crate::server;

pub use super::nodes::{count, counted, counting, fresh, timed};

pub struct Main;
pub type Db = sqlx::Postgres;
pub type Tx = PgTx;
pub type Base = Sql<Db, Main>;

/// Whether one transaction at a time is all that the database takes.
pub const ONE_WRITER: bool = false;

#[derive(Clone)]
pub struct Place(PgConnectOptions);

impl Place {
    pub async fn new() -> Self {
        Self::on(server::shared()).await
    }

    pub async fn on(server: &server::Server) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("place_{}_{}", std::process::id(), COUNT.fetch_add(1, SeqCst));
        Self(server::schema(server, &name).await.application_name(&name))
    }

    pub async fn pool(&self, size: u32) -> PgPool {
        server::pool(self.0.clone(), size).await
    }

    /// Its name, for another process.
    pub fn name(&self) -> String {
        format!("{}\n{}", self.0.get_socket().unwrap().display(), self.0.get_application_name().unwrap())
    }

    pub fn named(name: &str) -> Self {
        let (folder, schema) = name.split_once('\n').unwrap();
        Self::through(std::path::Path::new(folder), schema)
    }

    /// The place of this name, at a socket in this folder.
    pub fn through(folder: &std::path::Path, schema: &str) -> Self {
        let options = server::options(folder).options([("search_path", schema)]);
        Self(options.application_name(schema))
    }

    /// Another node on the same database, not migrated.
    pub async fn node<D: 'static>(&self, size: u32, options: SqlOptions) -> Sql<Db, D> {
        Sql::with(self.pool(size).await, options)
    }

    /// Ends the connections of all others to this place, whatever they are doing.
    pub async fn end_connections(&self) {
        let pool = self.pool(1).await;
        let schema: String = sqlx::query_scalar("select current_schema()::text").fetch_one(&pool).await.unwrap();
        // A server is shared by all places.
        let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
            where application_name = $1 and pid <> pg_backend_pid()";
        let _ended: i64 = sqlx::query_scalar(sql).bind(schema).fetch_one(&pool).await.unwrap();
    }

    /// What a restored copy looks like: the database is another.
    pub async fn copy(&self) -> Self {
        let pool = self.pool(1).await;
        sqlx::raw_sql("update catga_store set home = 'elsewhere/1'").execute(&pool).await.unwrap();
        self.clone()
    }
}
