//! Messages without heap data, and whoever handles them.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use catga::prelude::*;
use catga_tests::Trouble;
use futures_util::Stream;

/// Waits once.
pub async fn wait() {
    let mut waited = false;
    poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[command(reply = u64, error = Trouble, validate, trace(cents))]
#[derive(Clone, Copy)]
pub struct Charge {
    pub cents: u64,
}

impl Valid for Charge {
    fn check(&self, checks: &mut Checks) {
        checks.require("cents", self.cents > 0, "must be positive");
        checks.within(("deep", 1), |checks| checks.require("er", self.cents > 0, "must be positive"));
    }
}

#[query(reply = Option<u64>)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Get(pub u64);

#[command(reply = u64, error = Trouble)]
#[derive(Clone, Copy)]
pub struct Nested;

#[query(stream = u64)]
pub struct UpTo(pub u64);

#[event]
pub struct Charged(pub u64);

#[event(fan_out = sequential)]
pub struct InOrder(pub u64);

#[event(fan_out = stop_at_first)]
pub struct UnlessOneFails(pub u64);

/// What the caller's extension says.
#[command(reply = Option<u64>)]
#[derive(Clone, Copy)]
pub struct WhoAsks;

/// What callers send along.
pub struct Caller {
    pub number: u64,
}

/// Passes on, in the form that a user writes.
pub struct Pass;

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

/// Rows by hand, so that nothing but ours could allocate.
pub struct Rows(u64, u64);

impl Stream for Rows {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<u64>> {
        self.0 += 1;
        match self.0 {
            n if n > self.1 => Poll::Ready(None),
            n if n.is_multiple_of(7) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            n => Poll::Ready(Some(n)),
        }
    }
}

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, cmd: Charge) -> Result<u64, Trouble> {
        wait().await;
        if cmd.cents == 13 { Err(Trouble::Wrong) } else { Ok(cmd.cents) }
    }

    fn get(&self, query: Get) -> Option<u64> {
        Some(query.0)
    }

    async fn nested(
        &self,
        _cmd: Nested,
        cx: &mut Context<impl Sends<Charge> + Publishes<Charged>>,
    ) -> Result<u64, Trouble> {
        let ids = [cx.message_id(), cx.correlation_id(), cx.causation_id()].map(|id| id.get());
        let charged = cx.send(Charge { cents: 2 }).await.map_err(|_| Trouble::Lost)?;
        cx.publish(Charged(charged)).await.map_err(|_| Trouble::Lost)?;
        Ok(charged + (ids[0] - ids[1]) + ids[2])
    }

    fn up_to(&self, query: UpTo) -> impl Stream<Item = u64> {
        Rows(0, query.0)
    }

    async fn who_asks(&self, _query: WhoAsks, cx: &mut Context<impl Extended<Caller>>) -> Option<u64> {
        wait().await;
        cx.extension().map(|caller| caller.number)
    }

    async fn on_charged(&self, event: &Charged) {
        wait().await;
        assert!(event.0 > 0);
    }

    async fn in_order(&self, event: &InOrder) {
        wait().await;
        assert!(event.0 > 0);
    }

    async fn unless_one_fails(&self, event: &UnlessOneFails) {
        wait().await;
        assert!(event.0 > 0);
    }
}

macro_rules! ears {
    ($($ear:ident)*) => {$(
        pub struct $ear;

        #[handler]
        impl $ear {
            async fn on_charged(&self, _event: &Charged) -> Result<(), Trouble> {
                wait().await;
                Ok(())
            }

            async fn in_order(&self, _event: &InOrder) -> Result<(), Trouble> {
                wait().await;
                Ok(())
            }

            async fn unless_one_fails(&self, _event: &UnlessOneFails) -> Result<(), Trouble> {
                wait().await;
                Ok(())
            }
        }
    )*};
}

ears!(First Second Third);
