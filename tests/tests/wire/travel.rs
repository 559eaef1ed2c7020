//! What a message has with it on its way, and has there.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use catga::Remote;
use catga::envelope::{Headers, TraceContext};
use catga::id::Id;
use catga::prelude::*;
use catga::transport::memory::Memory;
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
#[derive(Serialize, Deserialize)]
struct Hang;

#[contract]
struct There(Look, Hang);

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
