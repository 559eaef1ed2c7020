//! Which attempt it is, as whoever delivers it says.

use catga::prelude::*;

#[command(reply = [u32; 2])]
struct Outer;

#[command(reply = u32)]
struct Inner;

struct Reads;

#[handler]
impl Reads {
    async fn outer(&self, _cmd: Outer, cx: &mut Context<impl Sends<Inner>>) -> [u32; 2] {
        [cx.attempt(), cx.send(Inner).await.unwrap()]
    }

    fn inner(&self, _cmd: Inner, cx: &mut Context<impl Scope>) -> u32 {
        cx.attempt()
    }
}

#[mediator]
struct App {
    reads: Reads,
}

#[tokio::test]
async fn it_is_the_first_unless_said_and_reaches_what_is_sent() {
    let app = App { reads: Reads };
    assert_eq!(app.send(Outer).await, Ok([1, 1]));
    assert_eq!(app.send_with(Outer, Call::new()).await, Ok([1, 1]));
    assert_eq!(app.send_with(Outer, Call::new().attempt(3)).await, Ok([3, 3]));
    assert_eq!(app.context().attempt(), 1);
}
