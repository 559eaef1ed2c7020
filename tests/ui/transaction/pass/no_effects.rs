use catga::delivery::Effect;
use catga::prelude::*;
use catga::store::Store;

struct Main;

const CHARGE: Effect<u64, u64> = Effect::new("card.charge");

#[command(reply = u64)]
struct Pay {
    cents: u64,
}

struct Payments {
    db: Store<Main>,
}

#[handler]
impl Payments {
    async fn pay(&self, cmd: Pay, cx: &mut Context<impl Scope>) -> Result<u64, Error> {
        CHARGE.run(&self.db, cx, &cmd.cents, |_key| async { Ok(1) }).await
    }
}

#[mediator]
struct Shop {
    payments: Payments,
}

fn main() {}
