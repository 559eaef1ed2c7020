use sqlx::SqlSafeStr as _;

use super::dialect::{Dialect, Value};
use super::error::failed;
use super::sql::Sql;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::StoreId;
use crate::time::{Random as _, SystemRandom};

/// What [`Sql::migrate`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migrated {
    /// The version that the tables had; zero where there were none.
    pub from: u32,
    /// The version that they have now.
    pub to: u32,
}

/// The versions of the tables, oldest first. What has run somewhere is never changed: add another.
///
/// `key` and `body` are as they came, `state` is that of a claim, `_ms` are milliseconds since 1970, and numbers of
/// 64 bits without a sign are kept as those with one.
const VERSIONS: &[&[&str]] = &[
    &[
        "create table catga_store (one bigint primary key check (one = 1), id text not null, home text not null, \
        epoch bigint not null, fence bigint not null)",
        "create table catga_outbox (seq {serial}, outbox text not null, key {bytes} not null, id bigint not null, \
        name text not null, body {bytes} not null, added_ms bigint not null)",
        "create unique index catga_outbox_order on catga_outbox (outbox, key, seq)",
        "create unique index catga_outbox_id on catga_outbox (outbox, key, id)",
        "create table catga_outbox_keys (outbox text not null, key {bytes} not null, state bigint not null, \
        owner bigint not null, fence bigint not null, due_ms bigint not null, attempts bigint not null, \
        error text not null, primary key (outbox, key))",
        "create index catga_outbox_due on catga_outbox_keys (outbox, due_ms) where state in (0, 1)",
        "create table catga_published (outbox text not null, published_ms bigint not null, id bigint not null, \
        primary key (outbox, published_ms, id))",
        "create table catga_idempotency (scope text not null, key {bytes} not null, state bigint not null, \
        owner bigint not null, fence bigint not null, time_ms bigint not null, request bigint not null, codec text, \
        reply_schema bigint, reply {bytes}, primary key (scope, key))",
        "create index catga_idempotency_time on catga_idempotency (scope, time_ms)",
        "create table catga_inbox (subscriber text not null, source text not null, key {bytes} not null, \
        id bigint not null, taken_ms bigint not null, primary key (subscriber, source, key, id))",
        "create index catga_inbox_time on catga_inbox (subscriber, taken_ms)",
        "create table catga_watermarks (subscriber text not null, source text not null, key {bytes} not null, \
        below bigint not null, primary key (subscriber, source, key))",
        "create table catga_dead_letters (seq {serial}, letters text not null, id bigint not null, name text not null, \
        source text not null, key {bytes} not null, body {bytes} not null, errors {bytes} not null, \
        attempts bigint not null, first_ms bigint not null, last_ms bigint not null)",
        "create index catga_dead_letters_order on catga_dead_letters (letters, seq)",
        "create table catga_schedule (schedule text not null, id bigint not null, due_ms bigint not null, \
        key {bytes} not null, name text not null, body {bytes} not null, every_ms bigint not null, \
        sent bigint not null, primary key (schedule, id))",
        "create index catga_schedule_due on catga_schedule (schedule, due_ms, id)",
        "create table catga_leases (name text primary key, owner bigint not null, fence bigint not null, \
        until_ms bigint not null)",
    ],
    &["create table catga_heard (id bigint not null, handler text not null, primary key (id, handler))"],
    &[
        "create table catga_effects (name text not null, message {bytes} not null, part bigint not null, \
        state bigint not null, owner bigint not null, fence bigint not null, time_ms bigint not null, \
        request {bytes} not null, answer {bytes}, error text not null, calls bigint not null, first_ms bigint not null, \
        primary key (name, message, part))",
        "create index catga_effects_open on catga_effects (name, message, part) where state <> 2",
        "create index catga_effects_time on catga_effects (name, time_ms) where state = 2",
        "create unique index catga_leases_fence on catga_leases (name, fence)",
    ],
    &["create table catga_workers (worker bigint primary key, fence bigint not null, from_ms bigint not null, \
        until_ms bigint not null)"],
    &[
        "alter table catga_dead_letters add column group_name text not null default ''",
        "alter table catga_dead_letters add column fingerprint bigint not null default 0",
        "create unique index catga_dead_letters_once on catga_dead_letters \
        (letters, group_name, source, id, fingerprint) where group_name <> ''",
    ],
    &[
        "alter table catga_effects add column until_ms bigint",
        "create index catga_effects_until on catga_effects (until_ms) where state = 2",
    ],
];

/// The version that this program works with.
pub(super) const VERSION: u32 = VERSIONS.len() as u32;

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Makes the tables, or brings them up to what this program works with. Running it again does nothing, and of
    /// programs that start at once one runs it and the others wait. All of it is one transaction.
    ///
    /// The tables have the prefix `catga_`, and are where the connection's names go without a schema.
    ///
    /// # Errors
    /// `Newer` where a newer program has migrated: nothing was changed, and this one must not run. Else what the
    /// database refuses.
    pub async fn migrate(&self) -> Result<Migrated, StoreError> {
        let mut own = self.begin_bare().await?;
        own.script(Db::MIGRATING).await?;
        let table =
            "create table if not exists catga_migrations (version bigint primary key, applied_ms bigint not null)";
        own.run(table, &[]).await?;
        let known = own.run("select coalesce(max(version), 0) from catga_migrations", &[]).await?;
        let from = known.rows.first().map_or(Ok(0), |row| row.number(0))?;
        if from > VERSION {
            return Err(newer(from));
        }
        for version in from..VERSION {
            let (serial, bytes) = Db::TYPES;
            for statement in VERSIONS.get(version as usize).copied().unwrap_or_default() {
                let sql = statement.replace("{serial}", serial).replace("{bytes}", bytes);
                own.script_of(sqlx::AssertSqlSafe(sql).into_sql_str()).await?;
            }
            let values = [Value::Int(i64::from(version) + 1), Value::Int(self.unix_ms())];
            own.run("insert into catga_migrations (version, applied_ms) values ($1, $2)", &values).await?;
        }
        if from == 0 {
            own.script(Db::BESIDES).await?;
            let id = (u128::from(SystemRandom.next()) << 64) | u128::from(SystemRandom.next());
            let home = Db::home(own.conn()).await.map_err(failed::<Db>)?;
            let id = StoreId(id).to_string();
            let values = [Value::Text(&id), Value::Text(&home)];
            own.run("insert into catga_store (one, id, home, epoch, fence) values (1, $1, $2, 0, 0)", &values).await?;
        }
        own.commit().await?;
        Ok(Migrated { from, to: VERSION })
    }
}

pub(super) fn newer(version: u32) -> StoreError {
    let detail = format!("the tables have version {version}, and this program knows {VERSION}; run the newer program");
    StoreError::new(ErrorKind::Newer, detail)
}
