//! `Trace` while nobody listens: no id is made and no field is read. It is a binary of its own, as the
//! level is the process's.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::id::{Id, IdError, Ids};
use catga::prelude::*;
use catga::time::{Clock, Random};
use catga_tests::collect_ready;
use futures_util::{Stream, stream};

static READ: AtomicU64 = AtomicU64::new(0);

/// Counts how often it is written.
struct Noticed;

impl fmt::Display for Noticed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        READ.fetch_add(1, SeqCst);
        f.write_str("noticed")
    }
}

#[command(reply = u32, trace(%what))]
struct Do {
    what: Noticed,
}

#[query(stream = u32, trace(%what))]
struct List {
    what: Noticed,
}

#[event(trace(%what))]
struct Done {
    what: Noticed,
}

struct Set;

#[handler]
impl Set {
    fn act(&self, cmd: Do) -> u32 {
        let Noticed = cmd.what;
        1
    }

    fn list(&self, query: List) -> impl Stream<Item = u32> {
        let Noticed = query.what;
        stream::iter([1])
    }

    fn on_done(&self, event: &Done) {
        let Noticed = event.what;
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self, _: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        Ok(Id::new(self.0.fetch_add(1, SeqCst) + 1))
    }
}

#[mediator(ids = self.ids)]
#[pipeline(Trace)]
struct App {
    ids: Counted,
    set: Set,
}

#[tokio::test]
async fn nothing_is_evaluated() {
    let app = App { ids: Counted::default(), set: Set };
    assert_eq!(app.send(Do { what: Noticed }).await, Ok(1));
    assert_eq!(collect_ready(app.stream(List { what: Noticed })).await, [Ok(1)]);
    app.publish(Done { what: Noticed }).await.unwrap();
    assert_eq!(READ.load(SeqCst), 0, "no field was read");
    assert_eq!(app.ids.0.load(SeqCst), 0, "no id was made");
    assert_eq!(Noticed.to_string().len(), 7);
    assert_eq!(READ.load(SeqCst), 1, "the counter counts");
}
