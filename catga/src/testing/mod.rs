//! A test kit: handler sets that answer as they are told and keep what they were sent, a clock that
//! moves when it is told, chance that repeats, and a [simulation] of a whole system.
//!
//! A handler's method is tested by calling it, with the context of a mediator that has just what the
//! handler may send:
//!
//! ```
//! use catga::prelude::*;
//! use catga::testing::{Recorder, Stub};
//!
//! #[command(reply = u64)]
//! struct ChargeCard { cents: u64 }
//!
//! #[event]
//! #[derive(Clone)]
//! struct OrderPlaced { receipt: u64 }
//!
//! #[command(reply = u64)]
//! struct PlaceOrder { cents: u64 }
//!
//! struct Orders;
//!
//! #[handler]
//! impl Orders {
//!     async fn place(&self, cmd: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard> + Publishes<OrderPlaced>>) -> u64 {
//!         let receipt = cx.send(ChargeCard { cents: cmd.cents }).await.unwrap_or_default();
//!         let _told = cx.publish(OrderPlaced { receipt }).await;
//!         receipt
//!     }
//! }
//!
//! #[mediator]
//! struct Around { payments: Stub<ChargeCard>, placed: Recorder<OrderPlaced> }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let around = Around { payments: Stub::new(|charge: &ChargeCard| Ok(charge.cents * 2)), placed: Recorder::new() };
//! assert_eq!(Orders.place(PlaceOrder { cents: 21 }, &mut around.context()).await, 42);
//! assert_eq!(around.payments.received()[0].cents, 21);
//! assert_eq!(around.placed.received()[0].receipt, 42);
//! # }
//! ```

mod clock;
#[cfg(feature = "transport")]
pub mod conformance;
mod random;
mod recorder;
pub mod simulation;
mod stub;

pub use clock::{VirtualClock, VirtualSleep};
pub use random::SeededRandom;
pub use recorder::Recorder;
pub use stub::Stub;

#[doc(hidden)]
pub use crate::{__catga_Recorder as Recorder, __catga_Stub as Stub};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A test that panicked has failed already; what it left behind is still worth looking at.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
