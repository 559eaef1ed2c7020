//! Sync and async, a plain reply, a `Result`, an alias of one, a whole outcome, a future.

use std::convert::Infallible;
use std::future::{Future, ready};

use catga::prelude::*;
use catga_tests::Trouble;
use tokio::task::yield_now;

#[command(reply = u32)]
struct Plain(u32);

#[command(reply = u32)]
struct PlainAsync(u32);

#[command(reply = u32, error = Trouble)]
struct Typed(u32);

#[command(reply = u32, error = Trouble)]
struct TypedAsync(u32);

#[query(reply = u32, error = Trouble)]
struct Aliased(u32);

#[query(reply = u32, error = Trouble)]
struct AliasedInfallibly(u32);

#[command(reply = u32, error = Trouble)]
struct Whole(u32);

#[command(reply = u32, error = Trouble)]
struct HandedOn(u32);

#[command(reply = Result<u32, Trouble>)]
struct ResultAsReply(u32);

#[command]
struct Nothing;

#[query(reply = u32)]
struct Future1(u32);

#[query(reply = u32, error = Trouble)]
struct Future2(u32);

type Tried<T> = Result<T, Trouble>;
type Number = u32;

struct Answers;

fn even(n: u32) -> Result<u32, Trouble> {
    if n.is_multiple_of(2) { Ok(n) } else { Err(Trouble::Wrong) }
}

#[handler]
impl Answers {
    fn plain(&self, cmd: Plain) -> u32 {
        cmd.0
    }

    async fn plain_async(&self, cmd: PlainAsync) -> u32 {
        yield_now().await;
        cmd.0
    }

    fn typed(&self, cmd: Typed) -> Result<u32, Trouble> {
        even(cmd.0)
    }

    async fn typed_async(&self, cmd: TypedAsync) -> Result<u32, Trouble> {
        yield_now().await;
        even(cmd.0)
    }

    fn aliased(&self, query: Aliased) -> Tried<u32> {
        even(query.0)
    }

    async fn aliased_infallibly(&self, query: AliasedInfallibly) -> Number {
        query.0
    }

    fn whole(&self, cmd: Whole) -> Result<u32, Error<Trouble>> {
        if cmd.0 == 0 { Err(Error::Timeout) } else { even(cmd.0).map_err(Error::Handler) }
    }

    async fn handed_on(&self, cmd: HandedOn, cx: &mut Context<impl Sends<TypedAsync>>) -> Outcome<HandedOn> {
        Ok(cx.send(TypedAsync(cmd.0)).await? + 1)
    }

    fn result_as_reply(&self, cmd: ResultAsReply) -> Result<u32, Trouble> {
        even(cmd.0)
    }

    fn nothing(&self, _cmd: Nothing) {}

    fn future(&self, query: Future1) -> impl Future<Output = u32> + Send {
        ready(query.0)
    }

    #[expect(clippy::manual_async_fn, reason = "that it may be written so is what is tested")]
    fn future_of_result(&self, query: Future2) -> impl Future<Output = Result<u32, Trouble>> {
        async move { even(query.0) }
    }
}

#[mediator]
struct App {
    answers: Answers,
}

const APP: App = App { answers: Answers };

#[tokio::test]
async fn a_plain_reply_cannot_fail() {
    assert_eq!(APP.send(Plain(3)).await, Ok(3));
    assert_eq!(APP.send(PlainAsync(3)).await, Ok(3));
    assert_eq!(APP.send(AliasedInfallibly(3)).await, Ok(3));
    assert_eq!(APP.send(Nothing).await, Ok(()));
    let outcome: Result<u32, Error<Infallible>> = APP.send(Plain(3)).await;
    assert!(outcome.is_ok());
}

#[tokio::test]
async fn a_result_is_the_reply_or_the_handlers_error() {
    assert_eq!(APP.send(Typed(2)).await, Ok(2));
    assert_eq!(APP.send(Typed(3)).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(APP.send(TypedAsync(2)).await, Ok(2));
    assert_eq!(APP.send(TypedAsync(3)).await, Err(Error::Handler(Trouble::Wrong)));
}

#[tokio::test]
async fn an_alias_of_a_result_is_a_result() {
    assert_eq!(APP.send(Aliased(2)).await, Ok(2));
    assert_eq!(APP.send(Aliased(3)).await, Err(Error::Handler(Trouble::Wrong)));
}

#[tokio::test]
async fn a_whole_outcome_is_handed_on() {
    assert_eq!(APP.send(Whole(0)).await, Err(Error::Timeout));
    assert_eq!(APP.send(Whole(1)).await, Err(Error::Handler(Trouble::Wrong)));
    assert_eq!(APP.send(Whole(2)).await, Ok(2));
    assert_eq!(APP.send(HandedOn(2)).await, Ok(3));
    assert_eq!(APP.send(HandedOn(3)).await, Err(Error::Handler(Trouble::Wrong)));
}

#[tokio::test]
async fn a_result_may_be_the_reply_itself() {
    assert_eq!(APP.send(ResultAsReply(3)).await, Ok(Err(Trouble::Wrong)));
}

#[tokio::test]
async fn a_future_is_an_async_method() {
    assert_eq!(APP.send(Future1(5)).await, Ok(5));
    assert_eq!(APP.send(Future2(5)).await, Err(Error::Handler(Trouble::Wrong)));
}
