//! Both ends of a request, as the scenarios use them.

use bytes::Bytes;

use super::Backend;
use super::tools::{Open, OrFail as _, both, ensure};
use crate::transport::{Answer, Endpoint, Incoming, Listens, Request, Requests as _, Responder as _, TransportError};

pub(super) type Listening<B> = <<B as Backend>::Server as Listens>::Incoming;
pub(super) type One<I> = <I as Incoming>::Responder;

pub(super) async fn listen<B: Backend>(open: &Open<B>, endpoint: &str) -> Result<Listening<B>, String> {
    open.server.listen(Endpoint::new(endpoint)).await.or_fail("listening")
}

/// The next request, which wants one answer.
pub(super) async fn take<I: Incoming>(incoming: &mut I) -> Result<(Bytes, One<I>), String> {
    match incoming.next().await {
        Some(Request { bytes, answer: Answer::One(responder) }) => Ok((bytes, responder)),
        Some(_) => Err("a request for one answer came as one for many".into()),
        None => Err("no more requests, and the transport is open".into()),
    }
}

pub(super) fn number(number: u64) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}

pub(super) async fn ask<B: Backend>(open: &Open<B>, endpoint: &str, bytes: Bytes) -> Result<Bytes, TransportError> {
    open.caller.request(Endpoint::new(endpoint), bytes, None).await
}

/// One request is asked and answered.
pub(super) async fn works<B: Backend>(
    open: &Open<B>,
    endpoint: &str,
    incoming: &mut Listening<B>,
) -> Result<(), String> {
    let sent = number(fastrand::u64(..));
    let (answer, served) = both(ask::<B>(open, endpoint, sent.clone()), async {
        let (bytes, responder) = take(incoming).await?;
        responder.answer(bytes).await.or_fail("answering")
    })
    .await;
    served?;
    let answer = answer.or_fail("asking")?;
    ensure!(answer == sent, "{sent:?} was answered with {answer:?}");
    Ok(())
}
