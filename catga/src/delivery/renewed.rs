use core::future::Future;
use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};

use crate::scope::Mediator;
use crate::store::{ErrorKind, StoreError};
use crate::time::{Clock as _, Instant, Timer as _};

/// Renews what is held for a lease since then, for as long as this is polled. It ends when it is lost, or could not be
/// renewed for a whole lease: whoever works under it has to stop.
///
/// It is polled beside the work and never instead of it: what the renewal waits for, a connection say, may be what the
/// work has.
pub(super) async fn renewed<A, R>(app: &A, lease: Duration, since: Instant, renew: impl Fn() -> R)
where
    A: Mediator,
    R: Future<Output = Result<(), StoreError>>,
{
    let (mut ends, mut next) = (since.later(lease), since.later(lease / 2));
    loop {
        app.timer().sleep(next.since(app.clock().now())).await;
        let asked = app.clock().now();
        let renewed = {
            let too_late = pin!(async { app.timer().sleep(ends.since(asked)).await });
            match select(pin!(renew()), too_late).await {
                Either::Left((renewed, _)) => renewed,
                Either::Right(_) => return,
            }
        };
        match renewed {
            Ok(()) => (ends, next) = (asked.later(lease), asked.later(lease / 2)),
            Err(error) if error.kind() == ErrorKind::Lost => return,
            // The store may come back in time.
            Err(_) => {
                let now = app.clock().now();
                if now >= ends {
                    return;
                }
                next = now.later(lease / 8).min(ends);
            }
        }
    }
}
