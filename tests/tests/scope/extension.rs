//! What a caller sends along, typed: `Extended<User>`.

use std::sync::Mutex;

use catga::prelude::*;
use catga::scope::{Alone, Call};
use futures_util::{Stream, StreamExt as _, stream};

#[derive(Clone, Debug, PartialEq, Eq)]
struct User {
    name: String,
}

#[command(reply = Option<String>)]
struct WhoAmI;

#[command(reply = Option<String>)]
struct Ask;

#[query(stream = Option<String>)]
struct Names;

#[event]
struct SignedIn;

#[derive(Default)]
struct Users {
    heard: Mutex<Vec<Option<User>>>,
}

fn name(user: Option<&User>) -> Option<String> {
    user.map(|user| user.name.clone())
}

#[handler]
impl Users {
    fn who(&self, _cmd: WhoAmI, cx: &mut Context<impl Extended<User>>) -> Option<String> {
        name(cx.extension())
    }

    async fn ask(&self, _cmd: Ask, cx: &mut Context<impl Sends<WhoAmI> + Publishes<SignedIn>>) -> Option<String> {
        cx.publish(SignedIn).await.unwrap();
        cx.send(WhoAmI).await.unwrap()
    }

    fn names(&self, _query: Names, cx: Context<impl Extended<User>>) -> impl Stream<Item = Option<String>> {
        stream::once(async move { name(cx.extension()) })
    }

    async fn on_signed_in(&self, _event: &SignedIn, cx: &mut Context<impl Extended<User>>) {
        self.heard.lock().unwrap().push(cx.extension().cloned());
    }
}

/// Lets those in who say who they are: a behavior for mediators with users.
struct SignedInOnly;

impl<M: Message, S: Dispatched + Extended<User>> Behavior<M, S> for SignedInOnly {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        if cx.extension().is_none() {
            return Err(Error::Refused(Failure::new("users.unknown", Class::Permanent)));
        }
        next.run(input, cx).await
    }
}

#[mediator(extension = User)]
#[derive(Default)]
struct Open {
    users: Users,
}

#[mediator(extension = User)]
#[pipeline(commands: SignedInOnly)]
#[derive(Default)]
struct Guarded {
    users: Users,
}

fn ann() -> User {
    User { name: "ann".into() }
}

#[tokio::test]
async fn handlers_read_what_the_caller_sent_along() {
    let app = Open::default();
    let ann = ann();
    let call = Call::new().extension(&ann);
    assert_eq!(app.send_with(WhoAmI, call).await, Ok(Some("ann".into())));
    assert_eq!(app.send(WhoAmI).await, Ok(None));
    let rows: Vec<_> = app.stream_with(Names, call).collect().await;
    assert_eq!(rows, [Ok(Some("ann".into()))]);
    app.publish_with(SignedIn, call).await.unwrap();
    assert_eq!(*app.users.heard.lock().unwrap(), [Some(ann.clone())]);
}

#[tokio::test]
async fn it_reaches_nested_sends() {
    let app = Open::default();
    let ann = ann();
    assert_eq!(app.send_with(Ask, Call::new().extension(&ann)).await, Ok(Some("ann".into())));
    assert_eq!(*app.users.heard.lock().unwrap(), [Some(ann.clone())]);
    assert_eq!(app.send(Ask).await, Ok(None));
}

#[tokio::test]
async fn a_behavior_reads_it_too() {
    let app = Guarded::default();
    let ann = ann();
    assert!(matches!(app.send(WhoAmI).await, Err(Error::Refused(_))));
    assert_eq!(app.send_with(WhoAmI, Call::new().extension(&ann)).await, Ok(Some("ann".into())));
}

#[tokio::test]
async fn a_test_gives_it_to_a_context_of_its_own() {
    let app = Open::default();
    let ann = ann();
    let call = Call::new().extension(&ann);
    let mut cx = Context::new(Alone::with(&app, &call));
    assert_eq!(app.users.who(WhoAmI, &mut cx), Some("ann".into()));
    assert_eq!(app.users.ask(Ask, &mut cx).await, Some("ann".into()));
    assert_eq!(app.users.who(WhoAmI, &mut app.context()), None);
}
