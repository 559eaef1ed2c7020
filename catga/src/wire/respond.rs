use super::failure::write_rejection;
use super::{Answering, Arrived, Outlet, Received, Receiving, Rejected, Serves, WireError};
use crate::envelope::Envelope;
use crate::scope::Mediator;
use crate::time::Cancel;

/// Decodes a request, dispatches it through the mediator's pipeline, and writes the answer.
///
/// There is an answer for whatever arrives: a failure where it is not dispatched. Nothing is allocated but
/// what the message, its handlers and the outlet allocate, the error of what is not dispatched, and the memory
/// that compressed bodies are worked on in: a [`Server`](super::Server) keeps that. A compressed body expands to 16 MiB
/// at most.
///
/// Cancel safe as far as the handler is.
///
/// # Errors
/// [`Rejected`] where it was not dispatched, with the raw bytes; the failure is written all the same.
pub async fn respond<'b, C, A, O>(
    app: &A,
    bytes: &'b [u8],
    extension: Option<&A::Extension>,
    cancel: Option<&Cancel>,
    out: &mut O,
) -> Result<(), Rejected<'b>>
where
    A: Mediator,
    C: Serves<A>,
    O: Outlet,
{
    let answered = match Envelope::decode(bytes) {
        Ok(envelope) => {
            let arrived = Arrived { extension, ..Arrived::new(&envelope).cancel(cancel) };
            answer::<C, A, O>(app, &arrived, out).await
        }
        Err(error) => Err(reject(None, error.into(), out)),
    };
    answered.map_err(|error| Rejected { error, bytes })
}

/// The same for a request that is decoded.
pub(super) async fn answer<C, A, O>(app: &A, arrived: &Arrived<'_, A::Extension>, out: &mut O) -> Result<(), WireError>
where
    A: Mediator,
    C: Serves<A>,
    O: Outlet,
{
    let envelope = arrived.envelope;
    let answered = match C::find(envelope.key, envelope.version) {
        Some(at) => C::dispatch(app, at, arrived, Answering(out)).await,
        None => Err(WireError::unknown(arrived)),
    };
    answered.map_err(|error| reject(Some(envelope), *error, out))
}

/// Decodes a message that nobody waits for and dispatches it through the mediator's pipeline.
///
/// The answer is how its handlers ended: an error of theirs may be tried again, by its class.
///
/// # Errors
/// [`Rejected`] where it was not dispatched, with the raw bytes: it is for the dead letters.
pub async fn receive<'b, C, A>(
    app: &A,
    bytes: &'b [u8],
    extension: Option<&A::Extension>,
    cancel: Option<&Cancel>,
) -> Result<Received, Rejected<'b>>
where
    A: Mediator,
    C: Serves<A>,
{
    let received = match Envelope::decode(bytes) {
        Ok(envelope) => {
            let arrived = Arrived { extension, ..Arrived::new(&envelope).cancel(cancel) };
            receive_decoded::<C, A>(app, &arrived).await
        }
        Err(error) => Err(error.into()),
    };
    received.map_err(|error| Rejected { error, bytes })
}

/// The same for a message whose envelope is decoded.
pub(crate) async fn receive_decoded<C, A>(app: &A, arrived: &Arrived<'_, A::Extension>) -> Result<Received, WireError>
where
    A: Mediator,
    C: Serves<A>,
{
    let envelope = arrived.envelope;
    let at = C::find(envelope.key, envelope.version).ok_or(WireError::UnknownMessage { key: envelope.key })?;
    C::dispatch(app, at, arrived, Receiving).await.map_err(|error| *error)
}

/// Says so to the other side, as far as the outlet has room; what was half written is taken back.
#[cold]
pub(super) fn reject<O: Outlet>(request: Option<&Envelope<'_>>, error: WireError, out: &mut O) -> WireError {
    out.restart();
    if write_rejection(request, &error, out.sink()).is_err() {
        out.restart();
    }
    error
}
