//! The scenarios' store: a file.

use catga::testing::VirtualClock;

use crate::bank::Backing;

pub use crate::embedded::{Base, Main, ONE_WRITER, Place, Tx, count, counted};

pub async fn counting() -> (Place, Base, VirtualClock) {
    crate::embedded::counting_on(Backing::file())
}
