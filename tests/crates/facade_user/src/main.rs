//! Knows the runtime only through a facade.

use facade::prelude::*;
use futures_util::FutureExt;

#[command(reply = u8, crate = facade::runtime)]
struct Add(u8);

#[event(crate = facade::runtime)]
struct Added;

#[derive(Debug, Classify)]
#[class(conflict, crate = facade::runtime)]
struct Stale;

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stale")
    }
}

impl std::error::Error for Stale {}

struct Sum;

#[handler(crate = facade::runtime)]
#[pipeline(Validate)]
impl Sum {
    async fn add(&self, command: Add, cx: &mut Context<impl Publishes<Added>>) -> u8 {
        cx.publish(Added).await.unwrap();
        command.0 + 1
    }

    fn on_added(&self, _: &Added) -> Result<(), Stale> {
        Ok(())
    }
}

#[mediator(crate = facade::runtime)]
#[pipeline(Trace)]
struct App {
    sum: Sum,
}

fn main() {
    let app = App { sum: Sum };
    assert_eq!(app.send(Add(2)).now_or_never(), Some(Ok(3)));
    assert_eq!(Stale.class(), Class::Conflict);
    println!("facade: all answers are right");
}
