//! `Boxed`: the chain goes on on the heap, and nothing else changes.

use std::pin::pin;

use catga::prelude::*;
use catga_tests::{Mark, Trouble, collect_ready, marks, poll_once};
use futures_util::{Stream, stream};

#[command(reply = u32, error = Trouble)]
#[derive(Clone)]
struct Do(u32);

#[command(reply = u32)]
struct Large;

#[command(reply = u32)]
struct LargeBoxed;

#[query(stream = u32)]
struct List;

#[event]
struct Done;

/// Sends itself again: a cycle, which only a boxed send can close.
#[command(reply = u64)]
struct Factorial(u64);

struct Work;

/// Holds a kilobyte over a wait.
async fn large() -> u32 {
    let bytes = [1_u8; 1_024];
    tokio::task::yield_now().await;
    bytes.iter().map(|byte| u32::from(*byte)).sum()
}

#[handler]
impl Work {
    #[pipeline(Mark("outer"), Boxed, Mark("inner"))]
    fn act(&self, cmd: Do) -> Result<u32, Trouble> {
        if cmd.0 == 0 { Err(Trouble::Stale) } else { Ok(cmd.0) }
    }

    async fn large(&self, _cmd: Large) -> u32 {
        large().await
    }

    #[pipeline(Boxed)]
    async fn large_boxed(&self, _cmd: LargeBoxed) -> u32 {
        large().await
    }

    #[pipeline(Boxed)]
    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        stream::iter([1, 2])
    }

    #[pipeline(Boxed)]
    fn on_done(&self, _event: &Done) -> Result<(), Trouble> {
        Err(Trouble::Wrong)
    }
}

#[mediator]
struct App {
    work: Work,
}

const APP: App = App { work: Work };

#[tokio::test]
async fn outcomes_and_order_are_the_same() {
    assert_eq!(APP.send(Do(3)).await, Ok(3));
    assert_eq!(marks(), ["outer", "inner", "/inner", "/outer"]);
    assert_eq!(APP.send(Do(0)).await, Err(Error::Handler(Trouble::Stale)));
    assert_eq!(collect_ready(APP.stream(List)).await, [Ok(1), Ok(2)]);
    assert_eq!(APP.publish(Done).await.unwrap_err().failed(), 1);
}

#[tokio::test]
async fn it_makes_a_long_chains_future_small() {
    assert!(size_of_val(&APP.send(Large)) > 1_024);
    assert!(size_of_val(&APP.send(LargeBoxed)) < 512);
    assert_eq!(APP.send(LargeBoxed).await, Ok(1_024));
}

#[tokio::test]
async fn dropped_where_it_waits() {
    let mut send = Box::pin(APP.send(LargeBoxed));
    assert!(poll_once(&mut send).await.is_pending());
    drop(send);
    let mut send = pin!(APP.send(LargeBoxed));
    assert!(poll_once(&mut send).await.is_pending());
}

/// The send that closes the cycle is a boxed one, written by the user.
struct Numbers;

#[handler]
impl Numbers {
    async fn factorial(&self, cmd: Factorial, cx: &mut Context<impl Sends<Factorial>>) -> u64 {
        if cmd.0 == 0 {
            return 1;
        }
        let less: std::pin::Pin<Box<dyn Future<Output = Outcome<Factorial>> + Send + '_>> =
            Box::pin(cx.send(Factorial(cmd.0 - 1)));
        cmd.0 * less.await.unwrap()
    }
}

#[mediator]
struct Cycle {
    numbers: Numbers,
}

#[tokio::test]
async fn a_boxed_send_closes_a_cycle() {
    assert_eq!(Cycle { numbers: Numbers }.send(Factorial(10)).await, Ok(3_628_800));
}
