//! Who delivers what transactions have stored.

mod deliver;
mod held;
mod levels;
mod park;
#[expect(clippy::module_inception, reason = "the noun of this folder is the relay itself")]
mod relay;
mod run;
mod stats;

pub use park::DEAD;
pub use relay::Relay;
pub use stats::RelayStats;
