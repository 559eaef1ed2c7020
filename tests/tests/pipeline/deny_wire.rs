//! The same of the entries from outside of the process: what arrives goes through the pipeline, and so does what
//! leaves.

use std::pin::pin;
use std::sync::Mutex;

use catga::Remote;
use catga::delivery::{DeadLetters, Letter};
use catga::prelude::*;
use catga::transport::Endpoint;
use catga::transport::memory::Memory;
use catga::transport::{Delivers as _, Delivery as _, Subscription as _};
use catga::wire::receive;
use catga_tests::{Deny, poll_once};
use futures_util::StreamExt as _;

use crate::deny::{Ask, Do, Done, DoneInOrder, DoneUnlessOneFails, List, Open, ShutByMediator, is_refused};

#[contract(endpoint = "rooms")]
struct RoomsApi(Do, Ask, #[stream] List, #[event] Done, #[event] DoneInOrder, #[event] DoneUnlessOneFails);

/// Calls what another process serves.
#[mediator(nested)]
struct Far {
    rooms: Remote<Memory, RoomsApi>,
}

/// The same, one mediator further out.
#[mediator]
struct Further {
    far: Far,
}

/// Denies before anything leaves.
#[mediator]
#[pipeline(Deny)]
struct ShutHere {
    rooms: Remote<Memory, RoomsApi>,
}

/// Refused by `Deny`, here or by who answered from afar: from there comes the class, and the code as a text.
fn is_denied<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> bool {
    let from_afar = match outcome {
        Err(Error::Refused(failure)) => {
            failure.class() == Class::Permanent && format!("{failure:?}").contains(Deny::CODE)
        }
        _ => false,
    };
    is_refused(outcome) || from_afar
}

/// What was sent from outside is served; each entry says whether it was refused.
async fn entries<A>(app: &A) -> [bool; 3]
where
    A: Handles<Do> + Handles<Ask> + Yields<List>,
{
    let rows: Vec<_> = app.stream(List).collect().await;
    [is_denied(&app.send(Do).await), is_denied(&app.send(Ask).await), rows.len() == 1 && is_denied(&rows[0])]
}

/// Asks a server of this mediator, by a remote and by a mediator around one.
async fn served<A>(app: &A, expected: [bool; 3])
where
    A: Mediator<Extension = ()>,
    RoomsApi: catga::wire::Serves<A>,
{
    let (wire, stop) = (Memory::default(), Cancel::new());
    let server = Server::new(wire.clone());
    let far = Far { rooms: Remote::new(wire.clone()) };
    let further = Further { far: Far { rooms: Remote::new(wire) } };
    let asking = async {
        assert_eq!(entries(&far).await, expected);
        assert_eq!(entries(&further).await, expected, "nested");
        stop.cancel();
    };
    let (served, ()) = tokio::join!(server.serve::<RoomsApi, _>(app, &stop), asking);
    assert_eq!(served.unwrap().requests, 6);
}

#[tokio::test]
async fn by_a_server() {
    let (shut, open) = (ShutByMediator::default(), Open::default());
    served(&shut, [true; 3]).await;
    served(&open, [false; 3]).await;
    assert_eq!((shut.rooms.reached(), open.rooms.reached()), (0, 6));
}

/// Keeps the codes of what could not be handled.
#[derive(Default)]
struct Codes(Mutex<Vec<&'static str>>);

impl DeadLetters for Codes {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.0.lock().unwrap().push(letter.code);
        Ok(())
    }
}

/// What a consumer of this mediator has done with one of each event: done, and buried with which codes.
async fn consumed<A>(app: &A) -> (u64, Vec<&'static str>)
where
    A: Mediator<Extension = ()>,
    RoomsApi: catga::wire::Serves<A>,
{
    let (wire, stop) = (Memory::default(), Cancel::new());
    let consumer = Consumer::new(wire.clone(), "rooms", Codes::default());
    let far = Far { rooms: Remote::new(wire) };
    {
        let mut consuming = pin!(consumer.consume::<RoomsApi, _>(app, &stop));
        assert!(poll_once(&mut consuming).await.is_pending(), "it listens");
        far.publish(Done).await.unwrap();
        far.publish(DoneInOrder).await.unwrap();
        far.publish(DoneUnlessOneFails).await.unwrap();
        while consumer.stats().done + consumer.stats().buried < 3 {
            assert!(poll_once(&mut consuming).await.is_pending());
            tokio::task::yield_now().await;
        }
        stop.cancel();
        consuming.await.unwrap();
    }
    let codes = consumer.dead_letters().0.lock().unwrap().clone();
    (consumer.stats().done, codes)
}

#[tokio::test]
async fn by_a_consumer() {
    let (shut, open) = (ShutByMediator::default(), Open::default());
    let (done, codes) = consumed(&shut).await;
    assert_eq!((done, codes.len(), shut.rooms.reached()), (0, 3, 0), "{codes:?}");
    assert_eq!(consumed(&open).await, (3, vec![]));
    assert_eq!(open.rooms.reached(), 3);
}

/// Bytes that are handed over by whoever took them.
#[tokio::test]
async fn by_what_receives_bytes() {
    let wire = Memory::default();
    let (shut, open) = (ShutByMediator::default(), Open::default());
    let mut group = wire.subscribe(Endpoint::new("rooms"), "rooms").await.unwrap();
    let far = Far { rooms: Remote::new(wire.clone()) };
    for _ in 0..2 {
        far.publish(Done).await.unwrap();
    }
    let first = group.next().await.unwrap().unwrap();
    receive::<RoomsApi, _>(&shut, &first.parcel().bytes, None, None).await.unwrap().unwrap_err();
    first.ack().await.unwrap();
    let second = group.next().await.unwrap().unwrap();
    receive::<RoomsApi, _>(&open, &second.parcel().bytes, None, None).await.unwrap().unwrap();
    second.ack().await.unwrap();
    assert_eq!((shut.rooms.reached(), open.rooms.reached()), (0, 1));
}

/// Nobody serves: what left would be told so.
#[tokio::test]
async fn before_it_leaves() {
    let wire = Memory::default();
    let (shut, far) = (ShutHere { rooms: Remote::new(wire.clone()) }, Far { rooms: Remote::new(wire) });
    assert_eq!(entries(&shut).await, [true; 3]);
    assert!(crate::deny::is_unheard(&shut.publish(Done).await));
    assert!(crate::deny::is_unheard(&shut.publish(DoneInOrder).await));
    assert!(crate::deny::is_unheard(&shut.publish(DoneUnlessOneFails).await));
    assert_eq!(entries(&far).await, [false; 3], "and without it they are not refused, but unanswered");
}
