//! A handler set of another crate, of which that crate's features decide what it handles: what is there answers, and
//! what is not is missed where it is sent.

use catga::prelude::*;
use futures_util::FutureExt;
#[allow(unused_imports)]
use messages::{Wrap, Wrapped};
use orders::{CountWrapped, Counter};

#[cfg(feature = "asks_for_gifts")]
struct Asking;

#[cfg(feature = "asks_for_gifts")]
#[command(reply = u64)]
struct WrapTwo;

#[cfg(feature = "asks_for_gifts")]
#[handler]
impl Asking {
    async fn wrap_two(&self, _: WrapTwo, cx: &mut Context<impl Sends<Wrap>>) -> u64 {
        cx.send(Wrap { pieces: 2 }).await.unwrap_or(0)
    }
}

#[mediator]
struct Desk {
    counter: Counter,
    #[cfg(feature = "asks_for_gifts")]
    asking: Asking,
}

fn main() {
    let desk = Desk {
        counter: Counter::default(),
        #[cfg(feature = "asks_for_gifts")]
        asking: Asking,
    };
    #[allow(unused_mut)]
    let mut told = 0;
    #[cfg(any(feature = "orders_gifts", feature = "sends_gifts"))]
    assert_eq!(desk.send(Wrap { pieces: 3 }).now_or_never(), Some(Ok(3)));
    #[cfg(any(feature = "orders_gifts", feature = "publishes_gifts"))]
    {
        assert!(desk.publish(Wrapped { pieces: 3 }).now_or_never().is_some_and(|told| told.is_ok()));
        told += 3;
    }
    #[cfg(feature = "asks_for_gifts")]
    assert_eq!(desk.send(WrapTwo).now_or_never(), Some(Ok(2)));
    #[cfg(feature = "orders_returns")]
    assert_eq!(desk.send(messages::TakeBack { pieces: 4 }).now_or_never(), Some(Ok(4)));
    assert_eq!(desk.send(CountWrapped).now_or_never(), Some(Ok(told)));
    print!("{}", Desk::describe());
}
