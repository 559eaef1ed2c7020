//! What the future of a send holds, and when it lets go of it.

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use catga::id::Id;
use catga::prelude::*;

/// A message that is counted wherever it is.
#[command]
struct Carry {
    counted: Arc<()>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Answer,
    Wait,
    Panic,
    PanicBefore,
}

#[command]
struct Hold;

#[derive(Default)]
struct Porter {
    seen: Mutex<Vec<Id>>,
}

#[handler]
impl Porter {
    async fn carry(&self, command: Carry) {
        match command.then {
            Then::Wait => pending().await,
            Then::Panic => panic!("on purpose"),
            Then::Answer | Then::PanicBefore => {}
        }
        drop(command.counted);
    }

    async fn hold(&self, _command: Hold, cx: &mut Context<impl Scope>) {
        let _last = Last { cx, seen: &self.seen };
        pending().await
    }
}

/// Reads its context when it is dropped.
struct Last<'a, S: Scope> {
    cx: &'a Context<S>,
    seen: &'a Mutex<Vec<Id>>,
}

impl<S: Scope> Drop for Last<'_, S> {
    fn drop(&mut self) {
        self.seen.lock().unwrap().push(self.cx.message_id());
    }
}

/// Panics before there is a chain, where the message says so.
struct Before;

impl<S: Dispatched> Behavior<Carry, S> for Before {
    fn around<N: Next<Carry, S>>(
        &self,
        input: In<'_, Carry>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<Carry>> + Send {
        assert!(input.then != Then::PanicBefore, "on purpose");
        next.run(input, cx)
    }
}

#[mediator]
struct App {
    porter: Porter,
}

#[mediator]
struct Guarded {
    porter: Carriers,
}

struct Carriers;

#[handler]
#[pipeline(Before)]
impl Carriers {
    async fn carry(&self, command: Carry) {
        drop(command);
    }
}

fn app() -> App {
    App { porter: Porter::default() }
}

fn carry(counted: &Arc<()>, then: Then) -> Carry {
    Carry { counted: Arc::clone(counted), then }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut TaskContext::from_waker(Waker::noop()))
}

#[test]
fn what_is_not_polled_is_dropped_as_it_is() {
    let (app, counted) = (app(), Arc::new(()));
    let send = app.send(carry(&counted, Then::Answer));
    assert_eq!(Arc::strong_count(&counted), 2);
    drop(send);
    assert_eq!(Arc::strong_count(&counted), 1);
}

#[test]
fn what_has_answered_holds_nothing() {
    let (app, counted) = (app(), Arc::new(()));
    let mut send = Box::pin(app.send(carry(&counted, Then::Answer)));
    assert_eq!(poll(send.as_mut()), Poll::Ready(Ok(())));
    assert_eq!(Arc::strong_count(&counted), 1, "the future is still there");
}

#[test]
fn what_waits_is_dropped_with_its_message() {
    let (app, counted) = (app(), Arc::new(()));
    let mut send = Box::pin(app.send(carry(&counted, Then::Wait)));
    assert_eq!(poll(send.as_mut()), Poll::Pending);
    assert_eq!(poll(send.as_mut()), Poll::Pending);
    assert_eq!(Arc::strong_count(&counted), 2);
    drop(send);
    assert_eq!(Arc::strong_count(&counted), 1);
}

#[test]
fn a_panic_drops_the_message_once() {
    let (app, guarded, counted) = (app(), Guarded { porter: Carriers }, Arc::new(()));
    let mut handled = Box::pin(app.send(carry(&counted, Then::Panic)));
    catch_unwind(AssertUnwindSafe(|| poll(handled.as_mut()))).unwrap_err();
    drop(handled);
    assert_eq!(Arc::strong_count(&counted), 1);

    let mut unmade = Box::pin(guarded.send(carry(&counted, Then::PanicBefore)));
    catch_unwind(AssertUnwindSafe(|| poll(unmade.as_mut()))).unwrap_err();
    assert_eq!(Arc::strong_count(&counted), 1, "there was no chain to hold it");
}

#[test]
fn what_is_cancelled_before_it_begins_drops_its_message() {
    let (app, counted, stop) = (app(), Arc::new(()), Cancel::new());
    stop.cancel();
    let mut send = Box::pin(app.send_with(carry(&counted, Then::Wait), Call::new().cancel(&stop)));
    assert_eq!(poll(send.as_mut()), Poll::Ready(Err(Error::Cancelled)));
    assert_eq!(Arc::strong_count(&counted), 1);
}

/// The context outlives what is in the chain, as the send moves no more once it is polled.
#[test]
fn a_handlers_last_words_have_their_context() {
    let app = app();
    let mut sends: Vec<_> = (0..3).map(|_| app.send(Hold)).collect();
    sends.reverse();
    let mut sends: Vec<_> = sends.into_iter().map(Box::pin).collect();
    for send in &mut sends {
        assert_eq!(poll(send.as_mut()), Poll::Pending);
    }
    drop(sends);
    let seen = app.porter.seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|id| !id.is_nil()) && seen[0] != seen[1] && seen[1] != seen[2], "{seen:?}");
}
