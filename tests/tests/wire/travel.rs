//! What a message has with it on its way, and has there.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use catga::Remote;
use catga::envelope::{Headers, TraceContext};
use catga::error::{Class, Classify as _};
use catga::id::Id;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Answer, Endpoint, Incoming as _, Listens as _, Responder as _};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize, Classify)]
#[class(transient)]
struct Busy;

impl std::fmt::Display for Busy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("busy")
    }
}

impl std::error::Error for Busy {}

#[query(reply = u32, error = Busy)]
#[derive(Clone, Serialize, Deserialize)]
struct Look;

#[command(reply = u32)]
#[derive(Clone, Serialize, Deserialize)]
struct Hang;

#[query(stream = u32)]
#[derive(Serialize, Deserialize)]
struct Wait;

#[contract]
struct There(Look, Hang, #[stream] Wait);

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    ids: [Id; 3],
    left: Option<Duration>,
    trace: Option<TraceContext>,
    tenant: Option<String>,
    from_extension: Option<String>,
}

#[derive(Default)]
struct Looks {
    seen: Mutex<Vec<Seen>>,
    fail: AtomicU32,
}

struct Tenant(String);

#[handler]
impl Looks {
    fn look(&self, _query: Look, cx: &mut Context<impl Extended<Tenant>>) -> Result<u32, Busy> {
        let left = cx.deadline().map(|at| at.since(cx.clock().now()));
        self.seen.lock().unwrap().push(Seen {
            ids: [cx.message_id(), cx.correlation_id(), cx.causation_id()],
            left,
            trace: cx.trace(),
            tenant: cx.headers().get("tenant").map(Into::into),
            from_extension: cx.extension().map(|tenant| tenant.0.clone()),
        });
        if self.fail.load(Relaxed) > 0 {
            self.fail.fetch_sub(1, Relaxed);
            return Err(Busy);
        }
        Ok(1)
    }

    async fn hang(&self, _command: Hang) -> u32 {
        std::future::pending().await
    }

    fn wait(&self, _query: Wait) -> impl Stream<Item = u32> {
        stream::once(std::future::ready(1)).chain(stream::pending())
    }
}

#[mediator(extension = Tenant)]
struct Far {
    looks: Looks,
}

#[mediator]
#[pipeline(queries: Retry::times(3), Timeout::secs(5))]
struct Near {
    there: Remote<Memory, There>,
}

#[mediator]
struct Plain {
    there: Remote<Memory, There>,
}

#[mediator]
#[pipeline(commands: Retry::times(3), queries: Retry::times(3))]
struct Stubborn {
    there: Remote<Memory, There>,
}

async fn beside(far: &Far, asking: impl AsyncFnOnce(&Near)) {
    let (wire, stop) = (Memory::default(), Cancel::new());
    let near = Near { there: Remote::new(wire.clone()) };
    let server =
        Server::new(wire).extension(|envelope| Tenant(envelope.headers.get("tenant").unwrap_or("nobody").to_owned()));
    let (served, ()) = tokio::join!(server.serve::<There, _>(far, &stop), async {
        asking(&near).await;
        stop.cancel();
    });
    served.unwrap();
}

#[tokio::test(start_paused = true)]
async fn ids_deadline_trace_and_headers_travel() {
    let far = Far { looks: Looks::default() };
    let trace: TraceContext = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse().unwrap();
    let headers = [("tenant", "acme")];
    beside(&far, async |near| {
        let call = Call::new()
            .id(Id::new(7))
            .correlation(Id::new(42))
            .causation(Id::new(3))
            .trace(trace)
            .headers(Headers::of(&headers));
        assert_eq!(near.send_with(Look, call).await, Ok(1));
    })
    .await;
    let seen = far.looks.seen.lock().unwrap();
    let [seen] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(seen.ids, [Id::new(7), Id::new(42), Id::new(3)]);
    assert_eq!(seen.trace, Some(trace));
    assert_eq!(seen.tenant.as_deref(), Some("acme"));
    assert_eq!(seen.from_extension.as_deref(), Some("acme"));
    let left = seen.left.unwrap();
    assert!(left <= Duration::from_secs(5) && left > Duration::from_secs(4), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn every_attempt_has_the_same_id() {
    let far = Far { looks: Looks { fail: AtomicU32::new(2), ..Looks::default() } };
    beside(&far, async |near| assert_eq!(near.send(Look).await, Ok(1))).await;
    let seen = far.looks.seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert!(!seen[0].ids[0].is_nil());
    assert!(seen.iter().all(|attempt| attempt.ids[0] == seen[0].ids[0]));
}

#[tokio::test(start_paused = true)]
async fn a_handler_there_ends_with_the_deadline_here() {
    let far = Far { looks: Looks::default() };
    beside(&far, async |near| {
        let error = near.send(Hang).await.unwrap_err();
        assert_eq!(error, Error::Timeout);
    })
    .await;
    // The server drained, so the handler was not left hanging.
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_is_over_is_a_timeout_of_an_answer_and_of_rows() {
    let (far, wire, stop) = (Far { looks: Looks::default() }, Memory::default(), Cancel::new());
    let plain = Plain { there: Remote::new(wire.clone()) };
    let server = Server::new(wire);
    let (served, ()) = tokio::join!(server.serve::<There, _>(&far, &stop), async {
        let call = Call::new().budget(Duration::from_secs(2));
        assert_eq!(plain.send_with(Hang, call).await, Err(Error::Timeout));
        let rows: Vec<_> = plain.stream_with(Wait, call).collect().await;
        assert_eq!(rows, [Ok(1), Err(Error::Timeout)]);
        stop.cancel();
    });
    served.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_handled_is_asked_again_only_where_twice_is_as_once() {
    let wire = Memory::default();
    let stubborn = Stubborn { there: Remote::new(wire.clone()) };
    let mut incoming = wire.listen(Endpoint::new("There")).await.unwrap();
    let (asked, loses) = (AtomicU32::new(0), AtomicBool::new(true));
    let answering = async {
        while let Some(request) = incoming.next().await {
            asked.fetch_add(1, Relaxed);
            match request.answer {
                // The answer is lost, so nobody knows.
                Answer::One(responder) if loses.load(Relaxed) => drop(responder),
                Answer::One(responder) => responder.refuse(),
                Answer::Many(_) => panic!("one answer is due"),
            }
        }
    };
    let asking = async {
        let lost = (Class::Unknown, "catga.transport.unanswered");
        let error = stubborn.send(Look).await.unwrap_err();
        assert_eq!((error.class(), error.code()), lost);
        assert_eq!(asked.swap(0, Relaxed), 4, "a query does nothing the second time");
        let error = stubborn.send(Hang).await.unwrap_err();
        assert_eq!((error.class(), error.code()), lost);
        assert_eq!(asked.swap(0, Relaxed), 1, "a command may have been handled");
        loses.store(false, Relaxed);
        let error = stubborn.send(Hang).await.unwrap_err();
        assert_eq!((error.class(), error.code()), (Class::Transient, "catga.transport.refused"));
        assert_eq!(asked.swap(0, Relaxed), 4, "nobody has seen it");
    };
    tokio::select! {
        () = answering => panic!("it goes on"),
        () = asking => {}
    }
}
