//! Names that one owner has at a time.

use core::time::Duration;

use super::dialect::{Dialect, Value};
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::claim::{Claim, end, until as left};
use crate::store::protocol::lease::{LOST, Lease, taken};

/// Claims the name where it is free; `{fence}` is the fence. It may be drawn long before the row is locked, and others may
/// have had the lease since, under later ones: then it is another draw's.
fn claim_sql(fence: &str) -> String {
    format!(
        "insert into catga_leases (name, owner, fence, until_ms) values ($1, $2, {fence}, $3) \
        on conflict (name) do update set owner = excluded.owner, fence = excluded.fence, \
        until_ms = excluded.until_ms where catga_leases.until_ms <= $4 and catga_leases.fence < excluded.fence \
        returning fence"
    )
}

/// How often a lease that is free is tried for while others have it in between.
const TRIES: usize = 8;

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Takes the lease of this name for so long. Taken again by its owner it has a new fence. Cancel safe: one whose
    /// caller vanished ends by itself.
    ///
    /// # Errors
    /// `InProgress` where another has it; else as a commit's.
    pub async fn acquire(&self, name: &str, owner: u64, time: Duration) -> Result<Lease, StoreError> {
        let mut now = self.shared.unix_ms();
        for _ in 0..TRIES {
            let until = end(now, time);
            let values = [
                Value::Text(name),
                Value::Int(owner.cast_signed()),
                Value::Int(until.cast_signed()),
                Value::Int(now.cast_signed()),
            ];
            if let Some(row) = self.draw(claim_sql, &values).await?.first() {
                return Ok(Lease::new(name, Claim { owner, fence: row.bits(0)? }, until));
            }
            now = self.shared.unix_ms();
            let held = self.shared.read("select until_ms from catga_leases where name = $1", &values[..1]).await?;
            let until = held.first().map_or(Ok(now), |row| row.bits(0))?;
            if until > now {
                return Err(taken(left(until, now)));
            }
        }
        Err(taken(Duration::ZERO))
    }

    /// Holds it for so long from now.
    ///
    /// # Errors
    /// `Lost` where another has it by now, or had it; else as a commit's.
    pub async fn renew_lease(&self, lease: &mut Lease, time: Duration) -> Result<(), StoreError> {
        let until = end(self.shared.unix_ms(), time);
        let sql = "update catga_leases set until_ms = $4 where name = $1 and owner = $2 and fence = $3";
        if self.shared.once(sql, &held(lease, until)).await?.affected == 0 {
            return Err(lost());
        }
        lease.held_until(until);
        Ok(())
    }

    /// Gives it back. Its fence is remembered.
    ///
    /// # Errors
    /// `Lost` where another has it by now; else as a commit's.
    pub async fn release_lease(&self, lease: Lease) -> Result<(), StoreError> {
        let sql = "update catga_leases set owner = 0, until_ms = $4 where name = $1 and owner = $2 and fence = $3";
        if self.shared.once(sql, &held(&lease, 0)).await?.affected == 0 {
            return Err(lost());
        }
        // Somebody may wait for it.
        self.shared.head.send_modify(|head| *head += 1);
        Ok(())
    }
}

fn held(lease: &Lease, until: u64) -> [Value<'_>; 4] {
    let Claim { owner, fence } = lease.claim();
    [
        Value::Text(&lease.name),
        Value::Int(owner.cast_signed()),
        Value::Int(fence.cast_signed()),
        Value::Int(until.cast_signed()),
    ]
}

fn lost() -> StoreError {
    StoreError::new(ErrorKind::Lost, LOST)
}

impl<Db: Dialect> SqlTx<Db> {
    /// The transaction commits only while the lease is held, whoever's clock is wrong; whoever takes it over waits for
    /// the commit.
    ///
    /// # Errors
    /// `Lost`; else as a statement's.
    pub async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        let holder = &held(lease, 0)[..3];
        let error = match self.run(Db::GUARD, holder).await {
            Ok(done) if done.rows.is_empty() => return Err(lost()),
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        // It was taken over since the transaction began, or that is in the way of another one. The transaction has
        // failed by now, and its own connection is asked: another one may not come free.
        if error.kind() == ErrorKind::Conflict {
            let sql = "select name from catga_leases where name = $1 and owner = $2 and fence = $3";
            if self.ask_anew(sql, holder).await.is_ok_and(|found| found.rows.is_empty()) {
                return Err(lost());
            }
        }
        Err(error)
    }
}
