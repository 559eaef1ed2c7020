//! What the handlers of both programs are up to.

use std::time::Duration;

use catga::time::Random as _;

use crate::world::Env;

impl Env {
    /// Takes a while, as what a handler does may.
    pub async fn work(&self, what: &str) {
        if self.plan.chaos {
            let millis = self.random.up_to(if self.random.up_to(19) == 0 { 3_000 } else { 60 });
            self.sleep(Duration::from_millis(millis)).await;
        }
        self.sim.note(what);
    }

    /// Whether a handler fails this time.
    pub fn fails(&self) -> bool {
        self.plan.chaos && !self.is_healed() && self.random.up_to(99) < 8
    }
}
