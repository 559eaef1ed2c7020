//! CATGA070: a handler sends the message that it handles, at `Countdown`.

use catga::prelude::*;

#[command]
pub struct Countdown {
    from: u8,
}

pub struct Clock;

#[handler]
impl Clock {
    async fn count(&self, command: Countdown, cx: &mut Context<impl Sends<Countdown>>) -> Result<(), Error> {
        let Some(from) = command.from.checked_sub(1) else { return Ok(()) };
        cx.send(Countdown { from }).await
    }
}

#[mediator]
pub struct Rocket {
    clock: Clock,
}

fn main() {}
