//! Requests, while one of the two sides closes.

use core::pin::pin;
use core::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};

use super::Backend;
use super::ask::{ask, listen, number, take, works};
use super::tools::{Checked, GRACE, Open, OrFail as _, all, both, ensure, name, pause};
use crate::error::{Class, Classify as _};
use crate::transport::{Endpoint, Incoming as _, Listens as _, Responder as _, Transport as _, TransportError};

pub(super) async fn drains<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C7"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let asking = ask::<B>(&open, &endpoint, number(1));
    let serving = async {
        let (bytes, responder) = take(&mut incoming).await?;
        // It closes while the request is being handled, which it waits for.
        let (left, answered) = both(open.server.close(GRACE), async {
            for _ in 0..4 {
                pause().await;
            }
            responder.answer(bytes).await.or_fail("answering while it closes")
        })
        .await;
        answered?;
        ensure!(left.is_nothing(), "it was answered, and {left:?} is left");
        ensure!(incoming.next().await.is_none(), "a request came to what is closed");
        Ok::<_, String>(())
    };
    let (answer, served) = both(asking, serving).await;
    served?;
    ensure!(answer == Ok(number(1)), "a request that was being handled is answered with {answer:?}");
    let late = late::<B>(backend, &open, &endpoint).await;
    let class = late.as_ref().err().map(|error| error.class());
    let is_unsent = matches!(class, Some(Class::Transient | Class::Permanent));
    ensure!(is_unsent, "asking what is closed answers {late:?}");
    let again = open.server.listen(Endpoint::new(&endpoint)).await.err();
    ensure!(again == Some(TransportError::Closed), "listening on what is closed answers {again:?}");
    Ok(0)
}

/// Asks what is closed. A caller that has seen its connection end may pause before it looks for another, so its
/// time goes on while it waits; slowly, as another thread may be the one that is to see it.
async fn late<B: Backend>(backend: &B, open: &Open<B>, endpoint: &str) -> Result<Bytes, TransportError> {
    let mut asking = pin!(ask::<B>(open, endpoint, number(2)));
    for turn in 0..1 << 16 {
        match select(asking.as_mut(), pin!(pause())).await {
            Either::Left((answer, _)) => return answer,
            Either::Right(_) if turn % 64 == 0 => backend.advance(Duration::from_secs(1)).await,
            Either::Right(_) => {}
        }
    }
    asking.await
}

pub(super) async fn cut<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C7c"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let grace = Duration::from_secs(5);
    let asking = ask::<B>(&open, &endpoint, number(1));
    let serving = async {
        let (_, mut responder) = take(&mut incoming).await?;
        let (left, ()) = both(open.server.close(grace), async {
            for _ in 0..4 {
                pause().await;
            }
            backend.advance(grace).await;
        })
        .await;
        ensure!(left.requests == 1, "one request was cut off, and {left:?} is left");
        responder.cancelled().await;
        let late = responder.answer(number(1)).await;
        ensure!(late == Err(TransportError::Cancelled), "answering what was cut off answers {late:?}");
        Ok::<_, String>(())
    };
    let (answer, served) = both(asking, serving).await;
    served?;
    ensure!(answer == Err(TransportError::Lost), "a request that was cut off is answered with {answer:?}");
    Ok(0)
}

pub(super) async fn caller_closes<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C7d"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let asking = ask::<B>(&open, &endpoint, number(1));
    let serving = async {
        let (bytes, responder) = take(&mut incoming).await?;
        let (left, answered) = both(open.caller.close(GRACE), async {
            pause().await;
            responder.answer(bytes).await.or_fail("answering")
        })
        .await;
        answered?;
        ensure!(left.is_nothing(), "it was answered, and {left:?} is left");
        Ok::<_, String>(())
    };
    let (answer, served) = both(asking, serving).await;
    served?;
    ensure!(answer == Ok(number(1)), "a request in flight is answered with {answer:?}");
    let late = ask::<B>(&open, &endpoint, number(2)).await;
    ensure!(late == Err(TransportError::Closed), "asking on what is closed answers {late:?}");
    Ok(0)
}

pub(super) async fn ten_closes<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C3r"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    works::<B>(&open, &endpoint, &mut incoming).await?;
    let asking = ask::<B>(&open, &endpoint, number(1));
    let serving = async {
        let (bytes, responder) = take(&mut incoming).await?;
        let (left, answered) = both(all((0..10).map(|_| open.server.close(GRACE))), async {
            for _ in 0..4 {
                pause().await;
            }
            responder.answer(bytes).await.or_fail("answering while it closes")
        })
        .await;
        answered?;
        ensure!(left.iter().all(|left| left.is_nothing()), "ten closes answer {left:?}");
        Ok::<_, String>(())
    };
    let (answer, served) = both(asking, serving).await;
    served?;
    ensure!(answer == Ok(number(1)), "a request in flight is answered with {answer:?}");
    Ok(0)
}
