use futures_util::future::BoxFuture;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgRow;
use sqlx::{Column as _, Postgres, Row as _, SqlSafeStr as _, TypeInfo as _};

use super::dialect::speaks::{Speaks, runs};
use super::dialect::{Cell, Cells, Done, Fate, Value};
use crate::store::error::ErrorKind;

fn cells(row: &PgRow) -> Result<Cells, sqlx::Error> {
    let cell = |(index, column): (usize, &sqlx::postgres::PgColumn)| {
        Ok(match column.type_info().name() {
            "INT8" => row.try_get::<Option<i64>, _>(index)?.map_or(Cell::Null, Cell::Int),
            "BYTEA" => row.try_get::<Option<Vec<u8>>, _>(index)?.map_or(Cell::Null, Cell::Bytes),
            "TEXT" => row.try_get::<Option<String>, _>(index)?.map_or(Cell::Null, Cell::Text),
            _ => Cell::Null,
        })
    };
    row.columns().iter().enumerate().map(cell).collect::<Result<_, sqlx::Error>>().map(Cells)
}

/// Which life of the server it is. A crash may give the number of a transaction that it lost to another; what is
/// counted from a crash on says that there was one.
macro_rules! life {
    () => {
        "extract(epoch from pg_postmaster_start_time())::text || ' ' || \
        coalesce(extract(epoch from pg_stat_get_bgwriter_stat_reset_time())::text, '')"
    };
}

impl Speaks for Postgres {
    const BEGIN: &'static str = "begin isolation level serializable; savepoint catga_1";
    const BEGIN_APART: &'static str =
        "begin isolation level serializable; set local lock_timeout = '5s'; savepoint catga_1";
    const BEGIN_OWN: &'static str = "begin isolation level read committed";
    const LAST: &'static str =
        concat!("release savepoint catga_1; select pg_current_xact_id_if_assigned()::text || ' ' || ", life!());
    const ONE_WRITER: bool = false;
    const TYPES: (&'static str, &'static str) = ("bigint generated always as identity primary key", "bytea");
    const BESIDES: &'static str = "create sequence catga_fences";
    const MIGRATING: &'static str = "select pg_advisory_xact_lock(4850183274930188)";
    const FENCE: &'static str = "select nextval('catga_fences'), home from catga_store";
    const FENCES_ABOVE: &'static str = "select setval('catga_fences', $1) from catga_fences where last_value < $1";
    const ADD: &'static str = "with locked as (select pg_advisory_xact_lock($7) as key) \
        insert into catga_outbox (outbox, key, id, name, body, added_ms) \
        select $1, $2, $3, $4, $5, $6 from locked on conflict (outbox, key, id) do nothing";
    const SKIP_LOCKED: &'static str = "for update skip locked";
    const HELD: &'static str = "select 1 from catga_outbox_keys where outbox = $1 and key = $2 and state = 1 and owner = $3 \
        and fence = $4 for share";
    const READY: &'static str = "with recursive heads (key) as ( \
        (select o.key from catga_outbox o where o.outbox = $1 and o.key >= $2 order by o.key limit 1) \
        union all select (select o.key from catga_outbox o where o.outbox = $1 and o.key > h.key \
            order by o.key limit 1) from heads h where h.key is not null), \
        ready as (select h.key from heads h join catga_outbox o on o.outbox = $1 and o.key = h.key and o.seq = \
            (select i.seq from catga_outbox i where i.outbox = $1 and i.key = h.key order by i.seq limit 1) \
            where not exists (select 1 from catga_outbox_keys k where k.outbox = $1 and k.key = h.key) \
            limit $3 for update of o skip locked) \
        insert into catga_outbox_keys (outbox, key, state, owner, fence, due_ms, attempts, error) \
        select $1, key, 1, $4, $5, $6, 0, '' from ready on conflict do nothing returning key, attempts";
    const FIRST: &'static str = "select c.key, o.seq, o.id, o.name, o.body, o.added_ms \
        from (select decode(value, 'hex') as key from json_array_elements_text($2::json)) c \
        cross join lateral (select * from catga_outbox i where i.outbox = $1 and i.key = c.key \
            order by i.seq limit $3) o order by c.key, o.seq";
    // The fence is part of a unique index, so that this lock is in the way of a take-over and not of a renewal.
    const GUARD: &'static str =
        "select name from catga_leases where name = $1 and owner = $2 and fence = $3 for key share";
    const CLAIM_FENCE: Option<&'static str> = Some("nextval('catga_fences')");

    fn bytes_of(parameter: &str) -> String {
        format!("(select decode(value, 'hex') from json_array_elements_text({parameter}::json))")
    }

    fn numbers_of(parameter: &str) -> String {
        format!("(select value::bigint from json_array_elements_text({parameter}::json))")
    }

    runs!(cells);

    fn home(conn: &mut Self::Connection) -> BoxFuture<'_, Result<String, sqlx::Error>> {
        Box::pin(async move {
            let sql = "select (select system_identifier::text from pg_control_system()) || '/' || oid::text \
                from pg_database where datname = current_database()";
            let done = Self::run(conn, sql.into_sql_str(), &[]).await?;
            Ok(done.rows.into_iter().next().and_then(|mut row| row.text(0).ok()).unwrap_or_default())
        })
    }

    fn fate<'c>(conn: &'c mut Self::Connection, transaction: &'c str) -> BoxFuture<'c, Fate> {
        Box::pin(async move {
            // Its connection is gone, but the database may not have seen that yet.
            for _ in 0..100 {
                let sql =
                    concat!("select pg_xact_status($1::text::xid8)::text, pg_sleep(0.02)::text where $2 = ", life!());
                let Some((number, life)) = transaction.split_once(' ') else { break };
                let values = [Value::Text(number), Value::Text(life)];
                let Ok(done) = Self::run(conn, sql.into_sql_str(), &values).await else { break };
                match done.rows.into_iter().next().and_then(|mut row| row.text(0).ok()).as_deref() {
                    Some("committed") => return Fate::Committed,
                    Some("aborted") => return Fate::RolledBack,
                    Some(_) => {}
                    None => break,
                }
            }
            Fate::Unknown
        })
    }

    fn kind(error: &dyn DatabaseError) -> ErrorKind {
        let code = error.code().unwrap_or_default();
        match &*code {
            "40001" | "40P01" => ErrorKind::Conflict,
            "25P02" => ErrorKind::Aborted,
            "25P01" | "3B001" => ErrorKind::Ended,
            "25P03" | "25P04" | "57014" => ErrorKind::Expired,
            "42P01" if error.message().contains("catga_") => ErrorKind::Unmigrated,
            "53100" => ErrorKind::Full,
            "55P03" => ErrorKind::Overloaded,
            code if code.starts_with("53") => ErrorKind::Overloaded,
            code if code.starts_with("57") || code.starts_with("08") || code.starts_with("58") => ErrorKind::Io,
            _ => ErrorKind::Refused,
        }
    }

    fn is_end(error: &dyn DatabaseError) -> bool {
        matches!(error.code().as_deref(), Some(code) if code.starts_with("57P") || code.starts_with("08"))
    }
}
