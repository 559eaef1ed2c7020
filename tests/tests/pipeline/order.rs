//! Mediator, then its field, then the impl, then the method; outermost first, in the order of the text.

use std::pin::pin;

use catga::prelude::*;
use catga_tests::{Mark, mark, marks};
use futures_util::{Stream, StreamExt as _, stream};

#[command]
struct Do;

#[command]
struct Plain;

#[query(reply = u8)]
struct Ask;

#[query(stream = u8)]
struct List;

#[event]
struct Done;

struct Inner;

#[handler]
#[pipeline(Mark("impl 1"), Mark("impl 2"))]
impl Inner {
    #[pipeline(Mark("method 1"), Mark("method 2"))]
    async fn act(&self, _cmd: Do) {
        mark("handler");
    }

    fn plain(&self, _cmd: Plain) {
        mark("handler");
    }

    #[pipeline(Mark("method"))]
    fn ask(&self, _query: Ask) -> u8 {
        mark("handler");
        1
    }

    #[pipeline(Mark("method"))]
    fn list(&self, _query: List) -> impl Stream<Item = u8> {
        mark("opened");
        stream::iter([1, 2]).inspect(|row| mark(format!("row {row}")))
    }

    #[pipeline(Mark("method"))]
    fn on_done(&self, _event: &Done) {
        mark("handler");
    }
}

/// Without pipelines of its own.
struct Bare;

#[handler]
impl Bare {
    fn on_done(&self, _event: &Done) {
        mark("bare");
    }
}

#[mediator]
#[pipeline(Mark("mediator 1"), Mark("mediator 2"))]
struct App {
    #[pipeline(Mark("field 1"))]
    #[pipeline(Mark("field 2"))]
    inner: Inner,
    bare: Bare,
}

const APP: App = App { inner: Inner, bare: Bare };
const OUTER: [&str; 4] = ["mediator 1", "mediator 2", "field 1", "field 2"];

/// In through all of them, what happens inside, and out again.
fn through(chain: &[&str], inside: &[&str]) -> Vec<String> {
    let ways_in = chain.iter().chain(inside).map(ToString::to_string);
    ways_in.chain(chain.iter().rev().map(|name| format!("/{name}"))).collect()
}

#[tokio::test]
async fn a_command() {
    APP.send(Do).await.unwrap();
    let chain = [&OUTER[..], &["impl 1", "impl 2", "method 1", "method 2"]].concat();
    assert_eq!(marks(), through(&chain, &["handler"]));
}

#[tokio::test]
async fn a_method_without_its_own() {
    APP.send(Plain).await.unwrap();
    assert_eq!(marks(), through(&[&OUTER[..], &["impl 1", "impl 2"]].concat(), &["handler"]));
}

#[tokio::test]
async fn a_query() {
    assert_eq!(APP.send(Ask).await, Ok(1));
    assert_eq!(marks(), through(&[&OUTER[..], &["impl 1", "impl 2", "method"]].concat(), &["handler"]));
}

#[tokio::test]
async fn a_stream_is_surrounded_as_a_whole() {
    let rows: Vec<_> = pin!(APP.stream(List)).collect().await;
    assert_eq!(rows, [Ok(1), Ok(2)]);
    let chain = [&OUTER[..], &["impl 1", "impl 2", "method"]].concat();
    assert_eq!(marks(), through(&chain, &["opened", "row 1", "row 2"]));
}

#[tokio::test]
async fn each_handler_of_an_event_has_its_own() {
    APP.publish(Done).await.unwrap();
    let first = through(&[&OUTER[..], &["impl 1", "impl 2", "method"]].concat(), &["handler"]);
    let second = through(&OUTER[..2], &["bare"]);
    assert_eq!(marks(), [first, second].concat());
}

#[tokio::test]
async fn a_batch_goes_through_it_one_by_one() {
    let replies: Vec<_> = APP.send_all([Ask, Ask], 1).collect().await;
    assert_eq!(replies, [Ok(1), Ok(1)]);
    let once = through(&[&OUTER[..], &["impl 1", "impl 2", "method"]].concat(), &["handler"]);
    assert_eq!(marks(), [once.clone(), once].concat());
}

/// `#[pipeline]` stands above the attribute that it belongs to, too.
mod above {
    use super::*;

    #[command]
    struct Go;

    struct Set;

    #[pipeline(Mark("impl"))]
    #[handler]
    impl Set {
        fn go(&self, _cmd: Go) {
            mark("handler");
        }
    }

    #[catga::pipeline(Mark("mediator"))]
    #[catga::mediator]
    struct Over {
        set: Set,
    }

    #[tokio::test]
    async fn the_order_of_attributes_does_not_matter() {
        Over { set: Set }.send(Go).await.unwrap();
        assert_eq!(marks(), through(&["mediator", "impl"], &["handler"]));
    }
}
