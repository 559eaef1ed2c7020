use catga::prelude::{Timeout, command, handler, pipeline};

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(Timeout::secs(1))]
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
