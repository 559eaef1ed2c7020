//! Names that one owner has at a time.

use core::time::Duration;

use super::dialect::{Dialect, Value};
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::claim::{Claim, millis, until as left};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::lease::{LOST, taken};

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// Takes the lease of this name for so long, and says its fence. Taken again by its owner it has a new one. Cancel
    /// safe: one whose caller vanished ends by itself.
    ///
    /// # Errors
    /// `InProgress` where another has it; else as a commit's.
    pub async fn acquire(&self, name: &str, owner: u64, time: Duration) -> Result<Claim, StoreError> {
        let mut own = self.begin_own().await?;
        let now = self.shared.unix_ms();
        let fence = own.fence(false).await?;
        let sql = "insert into catga_leases (name, owner, fence, until_ms) values ($1, $2, $3, $4) \
            on conflict (name) do update set owner = excluded.owner, fence = excluded.fence, \
            until_ms = excluded.until_ms where catga_leases.until_ms <= $5 returning fence";
        let until = now.saturating_add(millis(time));
        let values = [
            Value::Text(name),
            Value::Int(owner.cast_signed()),
            Value::Int(fence.cast_signed()),
            Value::Int(until.cast_signed()),
            Value::Int(now.cast_signed()),
        ];
        if own.run(sql, &values).await?.rows.is_empty() {
            let held = own.run("select until_ms from catga_leases where name = $1", &[Value::Text(name)]).await?;
            let until = held.rows.first().map_or(Ok(now), |row| row.bits(0))?;
            return Err(taken(left(until, now)));
        }
        own.commit().await?;
        Ok(Claim { owner, fence })
    }

    /// Holds it for so long from now.
    ///
    /// # Errors
    /// `Lost` where another has it by now, or had it; else as a commit's.
    pub async fn renew_lease(&self, name: &str, claim: Claim, time: Duration) -> Result<(), StoreError> {
        let until = self.shared.unix_ms().saturating_add(millis(time));
        let sql = "update catga_leases set until_ms = $4 where name = $1 and owner = $2 and fence = $3";
        let done = self.shared.once(sql, &held(name, claim, until)).await?;
        if done.affected == 0 { Err(lost()) } else { Ok(()) }
    }

    /// Gives it back. Its fence is remembered.
    ///
    /// # Errors
    /// `Lost` where another has it by now; else as a commit's.
    pub async fn release_lease(&self, name: &str, claim: Claim) -> Result<(), StoreError> {
        let sql = "update catga_leases set owner = 0, until_ms = $4 where name = $1 and owner = $2 and fence = $3";
        let done = self.shared.once(sql, &held(name, claim, 0)).await?;
        if done.affected == 0 { Err(lost()) } else { Ok(()) }
    }
}

fn held(name: &str, claim: Claim, until: u64) -> [Value<'_>; 4] {
    [
        Value::Text(name),
        Value::Int(claim.owner.cast_signed()),
        Value::Int(claim.fence.cast_signed()),
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
    pub async fn guard(&mut self, name: &str, claim: Claim) -> Result<(), StoreError> {
        // A write, so that of this and a take-over one comes after the other.
        let sql = "update catga_leases set until_ms = until_ms where name = $1 and owner = $2 and fence = $3";
        let done = self.run(sql, &held(name, claim, 0)[..3]).await?;
        if done.affected == 0 { Err(lost()) } else { Ok(()) }
    }
}
