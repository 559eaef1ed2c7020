//! A mediator in another whose clock is not its own: points of two clocks do not compare, so what is left
//! of a deadline goes in.

use std::time::Duration;

use catga::prelude::*;
use catga::testing::VirtualClock;

#[query(reply = Option<Duration>)]
struct Left;

struct Desk;

#[handler]
impl Desk {
    async fn left(&self, _query: Left, cx: &mut Context<impl Scope>) -> Option<Duration> {
        cx.deadline().map(|at| at.since(cx.clock().now()))
    }
}

#[mediator(nested, clock = self.clock, timer = self.clock)]
struct Inner {
    desk: Desk,
    clock: VirtualClock,
}

#[mediator(clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(60))]
struct Outer {
    inner: Inner,
    clock: VirtualClock,
}

#[tokio::test]
async fn the_inner_clock_sees_what_is_left_by_the_outer_one() {
    let (early, late) = (VirtualClock::new(), VirtualClock::new());
    late.advance(Duration::from_secs(3_600));
    for (inner, outer) in [(early.clone(), late.clone()), (late, early)] {
        let outer = Outer { inner: Inner { desk: Desk, clock: inner }, clock: outer };
        assert_eq!(outer.send(Left).await, Ok(Some(Duration::from_secs(60))));
    }
}
