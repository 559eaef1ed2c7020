//! One request, one answer: whose it is, what ends the wait, and how many there may be.

use core::pin::pin;
use core::time::Duration;

use bytes::Bytes;

use super::Backend;
use super::ask::{ask, listen, number, take, works};
use super::tools::{Checked, OrFail as _, all, both, ensure, name, pause, waits};
use crate::error::{Class, Classify as _};
use crate::transport::{Endpoint, Requests as _, Responder as _, TransportError};

pub(super) async fn round_trip<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("R1.größe"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    for sent in [Bytes::new(), Bytes::from("größe 🦀"), Bytes::from(vec![7; bounds.bytes])] {
        let (answer, served) = both(ask::<B>(&open, &endpoint, sent.clone()), async {
            let (bytes, responder) = take(&mut incoming).await?;
            ensure!(bytes == sent, "{} bytes arrived as others", sent.len());
            let answer: Bytes = bytes.iter().rev().copied().collect();
            responder.answer(answer).await.or_fail("answering")
        })
        .await;
        served?;
        let answer = answer.or_fail("asking")?;
        ensure!(answer.iter().eq(sent.iter().rev()), "the answer to {} bytes is another", sent.len());
    }
    Ok(0)
}

pub(super) async fn no_crossing<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("R2"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    // In rounds, so that what is used again by many callers is used again by others.
    for round in 0..8 {
        let most = bounds.in_flight as u64;
        let asking = all((0..most).map(|n| ask::<B>(&open, &endpoint, number(round << 32 | n))));
        let serving = async {
            let mut taken = Vec::new();
            for _ in 0..most {
                taken.push(take(&mut incoming).await?);
            }
            // The last first.
            while let Some((bytes, responder)) = taken.pop() {
                responder.answer(bytes).await.or_fail("answering")?;
            }
            Ok::<_, String>(())
        };
        let (answers, served) = both(asking, serving).await;
        served?;
        for (n, answer) in (0..).zip(answers) {
            let answer = answer.or_fail("asking")?;
            ensure!(answer == number(round << 32 | n), "caller {n} got another's answer: {answer:?}");
        }
    }
    Ok(0)
}

pub(super) async fn unanswered<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("R3"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let (answer, served) =
        both(ask::<B>(&open, &endpoint, number(1)), async { take(&mut incoming).await.map(drop) }).await;
    served?;
    ensure!(answer == Err(TransportError::Unanswered), "a responder that is dropped answers {answer:?}");
    works::<B>(&open, &endpoint, &mut incoming).await?;
    Ok(0)
}

pub(super) async fn cancelled<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("R4"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let mut responder = {
        let mut asking = pin!(ask::<B>(&open, &endpoint, number(1)));
        let (_, responder) = {
            let mut taking = pin!(take(&mut incoming));
            let taken = futures_util::future::select(asking.as_mut(), taking.as_mut()).await;
            match taken {
                futures_util::future::Either::Right((taken, _)) => taken?,
                futures_util::future::Either::Left((answer, _)) => {
                    return Err(format!("it was answered before it was taken: {answer:?}"));
                }
            }
        };
        responder
        // The caller goes here.
    };
    responder.cancelled().await;
    let answered = responder.answer(number(1)).await;
    ensure!(answered == Err(TransportError::Cancelled), "answering a caller that has gone answers {answered:?}");
    // One that goes before its request is taken leaves nothing behind.
    {
        let mut asking = pin!(ask::<B>(&open, &endpoint, number(2)));
        ensure!(waits(&mut asking).await, "nobody answered, and an answer came");
    }
    let most = backend.bounds().in_flight as u64;
    for n in 10..10 + 2 * most {
        let (answer, served) = both(ask::<B>(&open, &endpoint, number(n)), async {
            loop {
                let (bytes, responder) = take(&mut incoming).await?;
                // The one before may have been taken before it was cancelled.
                let is_old = bytes == number(2);
                let answered = responder.answer(bytes).await;
                if !is_old {
                    return answered.or_fail("answering");
                }
            }
        })
        .await;
        served?;
        ensure!(answer == Ok(number(n)), "request {n} is answered with {answer:?}");
    }
    Ok(0)
}

pub(super) async fn budget<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("R5"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let budget = Duration::from_secs(2);
    let endpoint_of = Endpoint::new(&endpoint);
    let (answer, served) = both(open.caller.request(endpoint_of, number(1), Some(budget)), async {
        let (_, mut responder) = take(&mut incoming).await?;
        backend.advance(budget).await;
        responder.cancelled().await;
        Ok::<_, String>(())
    })
    .await;
    served?;
    ensure!(answer == Err(TransportError::TimedOut), "an answer that does not come in time answers {answer:?}");
    let class = answer.err().map(|error| error.class());
    ensure!(class == Some(Class::Unknown), "it was written, and its class is {class:?}");
    // While it waits for room nothing is written.
    let most = bounds.in_flight as u64;
    let mut asking = pin!(all((0..most).map(|n| ask::<B>(&open, &endpoint, number(n)))));
    ensure!(waits(&mut asking).await, "nobody answered, and answers came");
    let mut late = pin!(open.caller.request(endpoint_of, number(99), Some(budget)));
    ensure!(waits(&mut late).await, "it did not wait for room");
    backend.advance(budget).await;
    let late = late.await;
    ensure!(late == Err(TransportError::Expired), "waiting for room beyond the budget answers {late:?}");
    let serving = async {
        for _ in 0..most {
            let (bytes, responder) = take(&mut incoming).await?;
            ensure!(bytes != number(99), "what had expired unwritten arrived");
            responder.answer(bytes).await.or_fail("answering")?;
        }
        Ok::<_, String>(())
    };
    let (answers, served) = both(asking, serving).await;
    served?;
    for (n, answer) in (0..).zip(answers) {
        ensure!(answer == Ok(number(n)), "request {n} is answered with {answer:?}");
    }
    Ok(0)
}

pub(super) async fn nobody<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("R6"));
    let answer = ask::<B>(&open, &endpoint, number(1)).await;
    ensure!(answer == Err(TransportError::NobodyListens), "asking where nobody listens answers {answer:?}");
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    works::<B>(&open, &endpoint, &mut incoming).await?;
    let waiting = async { ask::<B>(&open, &endpoint, number(2)).await };
    let (answer, ()) = both(waiting, async {
        for _ in 0..4 {
            pause().await;
        }
        // It stops listening, with the request there or not there yet.
        drop(incoming);
    })
    .await;
    let is_told = matches!(answer, Err(TransportError::Refused | TransportError::NobodyListens));
    ensure!(is_told, "a request that nobody takes any more answers {answer:?}");
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    works::<B>(&open, &endpoint, &mut incoming).await?;
    Ok(0)
}

pub(super) async fn bounded<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("R7"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let most = bounds.in_flight as u64;
    let mut first = pin!(all((0..most).map(|n| ask::<B>(&open, &endpoint, number(n)))));
    ensure!(waits(&mut first).await, "nobody answered, and answers came");
    let mut held = Vec::new();
    for _ in 0..most {
        let mut taking = pin!(take(&mut incoming));
        match futures_util::future::select(first.as_mut(), taking.as_mut()).await {
            futures_util::future::Either::Right((taken, _)) => held.push(taken?),
            futures_util::future::Either::Left(_) => return Err("nobody answered, and answers came".into()),
        }
    }
    let mut next = pin!(ask::<B>(&open, &endpoint, number(most)));
    ensure!(waits(&mut next).await, "nobody answered, and an answer came");
    {
        let mut taking = pin!(take(&mut incoming));
        ensure!(waits(&mut taking).await, "more than {most} requests are in flight");
    }
    let serving = async {
        for (bytes, responder) in held {
            responder.answer(bytes).await.or_fail("answering")?;
        }
        let (bytes, responder) = take(&mut incoming).await?;
        ensure!(bytes == number(most), "the one that waited came as {bytes:?}");
        responder.answer(bytes).await.or_fail("answering")
    };
    let ((answers, next), served) = both(both(first, next), serving).await;
    served?;
    for (n, answer) in (0..).zip(answers) {
        ensure!(answer == Ok(number(n)), "request {n} is answered with {answer:?}");
    }
    ensure!(next == Ok(number(most)), "the one that waited is answered with {next:?}");
    Ok(0)
}

pub(super) async fn refused<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("R8"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let (answer, served) = both(ask::<B>(&open, &endpoint, number(1)), async {
        let (_, responder) = take(&mut incoming).await?;
        responder.refuse();
        Ok::<_, String>(())
    })
    .await;
    served?;
    ensure!(answer == Err(TransportError::Refused), "a refusal answers {answer:?}");
    ensure!(answer.err().map(|error| error.class()) == Some(Class::Transient), "a refusal is not transient");
    works::<B>(&open, &endpoint, &mut incoming).await?;
    Ok(0)
}

pub(super) async fn oversize<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("R9"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let large = Bytes::from(vec![0; bounds.bytes + 1]);
    let answer = ask::<B>(&open, &endpoint, large.clone()).await;
    let is_typed = matches!(answer, Err(TransportError::TooLarge { bytes, .. }) if bytes == bounds.bytes + 1);
    ensure!(is_typed, "one byte too many answers {answer:?}");
    let (answer, served) = both(ask::<B>(&open, &endpoint, number(1)), async {
        let (_, responder) = take(&mut incoming).await?;
        let limit = responder.limit();
        ensure!(limit == bounds.bytes, "an answer may have {} bytes, and {limit} is what is said", bounds.bytes);
        let answered = responder.answer(large).await;
        ensure!(matches!(answered, Err(TransportError::TooLarge { .. })), "an answer too large answers {answered:?}");
        Ok::<_, String>(())
    })
    .await;
    served?;
    ensure!(answer == Err(TransportError::Unanswered), "an answer too large is told as {answer:?}");
    works::<B>(&open, &endpoint, &mut incoming).await?;
    Ok(0)
}

pub(super) async fn shared<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("R10"));
    let mut one = listen::<B>(&open, &endpoint).await?;
    let mut other = listen::<B>(&open, &endpoint).await?;
    let most = 20;
    let asking = async {
        let mut answers = Vec::new();
        for n in 0..most {
            answers.push(ask::<B>(&open, &endpoint, number(n)).await);
        }
        answers
    };
    let serving = async {
        for _ in 0..most {
            let (mut a, mut b) = (pin!(take(&mut one)), pin!(take(&mut other)));
            // Whoever is not chosen gives the wake-up on.
            let (bytes, responder) = match futures_util::future::select(a.as_mut(), b.as_mut()).await {
                futures_util::future::Either::Left((taken, _)) | futures_util::future::Either::Right((taken, _)) => {
                    taken?
                }
            };
            responder.answer(bytes).await.or_fail("answering")?;
        }
        Ok::<_, String>(())
    };
    let (answers, served) = both(asking, serving).await;
    served?;
    for (n, answer) in (0..).zip(answers) {
        ensure!(answer == Ok(number(n)), "request {n} is answered with {answer:?}");
    }
    // With one of them gone the other goes on.
    drop(one);
    works::<B>(&open, &endpoint, &mut other).await?;
    Ok(0)
}

pub(super) async fn isolated<B: Backend>(backend: &B) -> Checked {
    let open = backend.open().await;
    let (one, other) = (name("R11.one"), name("R11.other"));
    let mut of_one = listen::<B>(&open, &one).await?;
    let mut of_other = listen::<B>(&open, &other).await?;
    let asking = both(ask::<B>(&open, &one, number(1)), ask::<B>(&open, &other, number(2)));
    let serving = async {
        for (incoming, due) in [(&mut of_other, 2), (&mut of_one, 1)] {
            let (bytes, responder) = take(incoming).await?;
            ensure!(bytes == number(due), "the request of one endpoint came to another");
            responder.answer(bytes).await.or_fail("answering")?;
        }
        Ok::<_, String>(())
    };
    let (answers, served) = both(asking, serving).await;
    served?;
    ensure!(answers == (Ok(number(1)), Ok(number(2))), "the answers are {answers:?}");
    Ok(0)
}
