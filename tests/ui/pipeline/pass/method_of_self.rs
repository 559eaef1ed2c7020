use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
#[pipeline(Self::patience())]
impl Payments {
    pub const fn patience() -> Timeout {
        Timeout::secs(1)
    }

    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

fn main() {}
