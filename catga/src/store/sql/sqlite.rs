use futures_util::future::BoxFuture;
use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlSafeStr as _, Sqlite, TypeInfo as _, ValueRef as _};

use super::dialect::speaks::{Speaks, runs};
use super::dialect::{Cell, Cells, Done, Fate, Value};
use crate::store::error::ErrorKind;

fn cells(row: &SqliteRow) -> Result<Cells, sqlx::Error> {
    let cell = |index: usize| {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match value.type_info().name() {
            "INTEGER" => Cell::Int(row.try_get_unchecked(index)?),
            "BLOB" => Cell::Bytes(row.try_get_unchecked(index)?),
            _ => Cell::Text(row.try_get_unchecked(index)?),
        })
    };
    (0..row.len()).map(cell).collect::<Result<_, sqlx::Error>>().map(Cells)
}

/// The primary part of a result code; what is above says where.
fn primary(error: &dyn DatabaseError) -> u32 {
    error.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or(0) & 0xff
}

impl Speaks for Sqlite {
    // The one writer from the first statement on: what began as a reader could not become it.
    const BEGIN: &'static str = "begin immediate; savepoint catga_1";
    // Nobody begins beside another: `Transacts::apart` has refused it.
    const BEGIN_APART: &'static str = Self::BEGIN;
    const BEGIN_OWN: &'static str = "begin immediate";
    const LAST: &'static str = "release savepoint catga_1";
    const ONE_WRITER: bool = true;
    const TYPES: (&'static str, &'static str) = ("integer primary key autoincrement", "blob");
    const BESIDES: &'static str = "select 1";
    const MIGRATING: &'static str = "select 1";
    const FENCE: &'static str = "update catga_store set fence = fence + 1 returning fence, home";
    const FENCES_ABOVE: &'static str = "update catga_store set fence = max($1, fence)";
    const ADD: &'static str = "insert into catga_outbox (outbox, key, id, name, body, added_ms) \
        values ($1, $2, $3, $4, $5, $6) on conflict (outbox, key, id) do nothing";
    const SKIP_LOCKED: &'static str = "";
    const HELD: &'static str = "select 1 from catga_outbox_keys where outbox = $1 and key = $2 and state = 1 and owner = $3 \
        and fence = $4";
    const READY: &'static str = "with recursive heads (key) as ( \
        select * from (select o.key from catga_outbox o where o.outbox = $1 and o.key >= $2 order by o.key limit 1) \
        union all select (select o.key from catga_outbox o where o.outbox = $1 and o.key > h.key \
            order by o.key limit 1) from heads h where h.key is not null), \
        ready as (select h.key from heads h where h.key is not null \
            and not exists (select 1 from catga_outbox_keys k where k.outbox = $1 and k.key = h.key) limit $3) \
        insert into catga_outbox_keys (outbox, key, state, owner, fence, due_ms, attempts, error) \
        select $1, key, 1, $4, $5, $6, 0, '' from ready where true on conflict do nothing returning key, attempts";
    const FIRST: &'static str = "select c.key, o.seq, o.id, o.name, o.body, o.added_ms \
        from (select unhex(value) as key from json_each($2)) c cross join catga_outbox o on o.seq in \
            (select i.seq from catga_outbox i where i.outbox = $1 and i.key = c.key order by i.seq limit $3) \
        order by c.key, o.seq";
    const GUARD: &'static str = "update catga_leases set until_ms = until_ms \
        where name = $1 and owner = $2 and fence = $3 returning name";
    const CLAIM_FENCE: Option<&'static str> = None;

    fn bytes_of(parameter: &str) -> String {
        format!("(select unhex(value) from json_each({parameter}))")
    }

    fn numbers_of(parameter: &str) -> String {
        format!("(select value from json_each({parameter}))")
    }

    runs!(cells);

    fn home(conn: &mut Self::Connection) -> BoxFuture<'_, Result<String, sqlx::Error>> {
        Box::pin(async move {
            let sql = "select file from pragma_database_list where name = 'main'";
            let done = Self::run(conn, sql.into_sql_str(), &[]).await?;
            let file = done.rows.into_iter().next().and_then(|mut row| row.text(0).ok()).unwrap_or_default();
            #[cfg(unix)]
            if let Ok(data) = std::fs::metadata(&file) {
                use std::os::unix::fs::MetadataExt as _;
                // A copy that was put in the file's place has another number.
                return Ok(format!("{file}#{}", data.ino()));
            }
            Ok(file)
        })
    }

    fn fate<'c>(_: &'c mut Self::Connection, _: &'c str) -> BoxFuture<'c, Fate> {
        // There is no connection that could be lost between a commit and its answer.
        Box::pin(async { Fate::Unknown })
    }

    fn kind(error: &dyn DatabaseError) -> ErrorKind {
        let message = error.message();
        match primary(error) {
            // Nobody else writes, but by a `begin` of ours: it waits for the database's own time.
            5 | 6 => ErrorKind::Overloaded,
            9 => ErrorKind::Expired,
            10 => ErrorKind::Io,
            11 => ErrorKind::Damaged,
            13 => ErrorKind::Full,
            14 => ErrorKind::Io,
            26 => ErrorKind::Foreign,
            1 if message.contains("no such savepoint") => ErrorKind::Ended,
            1 if message.contains("no transaction is active") => ErrorKind::Ended,
            1 if message.contains("no such table") && message.contains("catga_") => ErrorKind::Unmigrated,
            _ => ErrorKind::Refused,
        }
    }

    fn is_end(error: &dyn DatabaseError) -> bool {
        // The disk failed in the middle of a commit.
        primary(error) == 10
    }
}
