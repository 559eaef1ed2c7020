//! How far the ids of workers may have been given out.

use core::time::Duration;

use super::dialect::{Dialect, Value};
use super::sql::Sql;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::claim::{Claim, millis};
use crate::store::protocol::reservation::{LEAST_MS, LOST, Reservation};

/// Takes the number over; `{fence}` is the fence. What was reserved before is where this begins.
fn take_sql(fence: &str) -> String {
    format!(
        "insert into catga_workers (worker, fence, from_ms, until_ms) values ($1, {fence}, 0, $2) \
        on conflict (worker) do update set fence = excluded.fence, from_ms = catga_workers.until_ms, \
        until_ms = case when catga_workers.until_ms + $3 > excluded.until_ms then catga_workers.until_ms + $3 \
        else excluded.until_ms end returning fence, from_ms, until_ms"
    )
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    pub(super) async fn reserve(&self, worker: u64, ahead: Duration) -> Result<Reservation, StoreError> {
        let until = self.shared.unix_ms().saturating_add(millis(ahead));
        let values =
            [Value::Int(worker.cast_signed()), Value::Int(until.cast_signed()), Value::Int(LEAST_MS.cast_signed())];
        let rows = self.draw(take_sql, &values).await?;
        let row = rows.first().ok_or_else(|| StoreError::new(ErrorKind::Unmigrated, "run `migrate` on the store"))?;
        let claim = Claim { owner: worker, fence: row.bits(0)? };
        Ok(Reservation::new(worker, claim, row.bits(1)?, row.bits(2)?))
    }

    pub(super) async fn extend(&self, reservation: &mut Reservation, until_ms: u64) -> Result<(), StoreError> {
        let until = until_ms.max(reservation.until_ms());
        let sql = "update catga_workers set until_ms = $3 where worker = $1 and fence = $2";
        let values = [
            Value::Int(reservation.worker().cast_signed()),
            Value::Int(reservation.claim().fence.cast_signed()),
            Value::Int(until.cast_signed()),
        ];
        if self.shared.once(sql, &values).await?.affected == 0 {
            return Err(StoreError::new(ErrorKind::Lost, LOST));
        }
        reservation.reserved_until(until);
        Ok(())
    }
}
