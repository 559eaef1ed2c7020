//! The composition root: no message is named, and none is in scope.

use std::sync::Arc;

use catalog::Catalog;
use catga::prelude::*;
use orders::Notes;

#[mediator]
#[pipeline(Trace, Validate)]
pub struct Shop {
    pub orders: orders::Orders,
    pub payments: payments::Payments,
    pub catalog: Arc<Catalog>,
    pub notes: Notes<String>,
}
