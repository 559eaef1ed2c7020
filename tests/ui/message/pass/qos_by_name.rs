use catga::prelude::*;

#[event(qos = 1)]
pub struct OrderPlaced(pub u64);

pub struct Mail;

#[handler]
impl Mail {
    async fn on_placed(&self, event: &OrderPlaced) {
        println!("{}", event.0);
    }
}

#[mediator]
pub struct Shop {
    mail: Mail,
}

fn main() {}
