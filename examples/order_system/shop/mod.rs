//! The shop: every part in its place, composed in three ways. The three differ in the type of one field,
//! `payments`; no part knows in which of them it is.
//!
//! | | payments are |
//! |---|---|
//! | [`one_mediator`] | a part like the others |
//! | [`two_mediators`] | a mediator of their own, in this process, joined in memory |
//! | [`two_processes`] | a process of their own, at the other end of a socket |

pub(crate) mod one_mediator;
pub(crate) mod two_mediators;
#[cfg(unix)]
pub(crate) mod two_processes;

use std::time::Duration;

use catga::prelude::*;

use crate::inventory::{SetStock, StockLevel};
use crate::mail::Letters;
use crate::orders::{CancelOrder, GetOrder, ListOrders, PlaceOrder};
use crate::payments_api::Takings;
use crate::shipping::DispatchParcel;

/// How long an answer from elsewhere is waited for: payments give up after two seconds themselves.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the HTTP API asks of a shop, however it is composed.
pub(crate) trait Shop:
    Handles<PlaceOrder>
    + Handles<CancelOrder>
    + Handles<GetOrder>
    + Yields<ListOrders>
    + Handles<DispatchParcel>
    + Handles<Letters>
    + Handles<SetStock>
    + Handles<StockLevel>
    + Handles<Takings>
    + Described
    + 'static
{
}
