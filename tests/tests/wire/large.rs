//! Answers that are larger than the transport carries: the handler has run, and its caller is told so.

use catga::Remote;
use catga::error::{Class, Classify as _};
use catga::prelude::*;
use catga::time::{SystemClock, TokioTimer};
use catga::transport::memory::{Limits, Memory};
use catga::wire::Served;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};

#[query(reply = String)]
#[derive(Serialize, Deserialize)]
struct Page(usize);

#[query(stream = String)]
#[derive(Serialize, Deserialize)]
struct Pages(Vec<usize>);

#[contract(endpoint = "pages")]
struct PagesApi(Page, #[stream] Pages);

struct Press;

#[handler]
impl Press {
    fn page(&self, query: Page) -> String {
        "p".repeat(query.0)
    }

    fn pages(&self, query: Pages) -> impl Stream<Item = String> {
        stream::iter(query.0).map(|length| "p".repeat(length))
    }
}

#[mediator]
struct There {
    press: Press,
}

#[mediator]
struct Here {
    press: Remote<Memory, PagesApi>,
}

const LIMIT: usize = 512;

async fn beside<T>(asking: impl AsyncFnOnce(&Here) -> T) -> (T, Served) {
    let wire = Memory::new(Limits { bytes: LIMIT, ..Limits::default() }, SystemClock, TokioTimer);
    let (there, stop) = (There { press: Press }, Cancel::new());
    let here = Here { press: Remote::new(wire.clone()) };
    let server = Server::new(wire);
    let (served, answer) = tokio::join!(server.serve::<PagesApi, _>(&there, &stop), async {
        let answer = asking(&here).await;
        stop.cancel();
        answer
    });
    (answer, served.unwrap())
}

fn says_so<E: std::fmt::Debug + catga::error::Classify>(error: Error<E>) {
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(error.class(), Class::Unknown, "it was handled");
    let text = format!("{error:?}");
    assert!(text.contains("catga.wire.answer_too_large") && text.contains("more than the 512"), "{text}");
}

#[tokio::test]
async fn an_answer_too_large_is_told() {
    let ((), served) = beside(async |here| {
        assert_eq!(here.send(Page(300)).await, Ok("p".repeat(300)));
        says_so(here.send(Page(LIMIT)).await.unwrap_err());
        assert_eq!(here.send(Page(1)).await, Ok("p".into()), "the server goes on");
    })
    .await;
    assert_eq!((served.requests, served.rejected, served.gone), (3, 0, 0));
}

#[tokio::test]
async fn a_row_too_large_is_the_last_and_told() {
    let ((), served) = beside(async |here| {
        let mut rows: Vec<_> = here.stream(Pages(vec![1, 300, LIMIT, 1])).collect().await;
        says_so(rows.pop().unwrap().unwrap_err());
        assert_eq!(rows, [Ok("p".into()), Ok("p".repeat(300))]);
        let rows: Vec<_> = here.stream(Pages(vec![2])).collect().await;
        assert_eq!(rows, [Ok("pp".into())]);
    })
    .await;
    assert_eq!((served.requests, served.rejected, served.gone), (2, 0, 0));
}
