//! Who delivers what transactions have stored.

mod caught_up;
mod deliver;
mod held;
mod levels;
mod park;
#[expect(clippy::module_inception, reason = "the noun of this folder is the relay itself")]
mod relay;
mod rounds;
mod run;
mod stats;
mod upkeep;

pub use park::DEAD;
pub use relay::Relay;
pub use stats::RelayStats;
