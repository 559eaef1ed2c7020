//! What a behavior or a handler of the other side refuses with is told here as it was there.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use std::{fmt, fs};

use catga::Remote;
use catga::error::{Class, Classify, Failure};
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

const BUSY: &str = "catga.store.in_progress";

#[derive(Debug)]
struct Closed {
    code: &'static str,
    retry_after: Option<Duration>,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the desk is closed")
    }
}

impl std::error::Error for Closed {}

impl Classify for Closed {
    fn class(&self) -> Class {
        Class::Conflict
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn code(&self) -> &'static str {
        self.code
    }
}

#[query(reply = ())]
#[derive(Serialize, Deserialize)]
struct Ask {
    how: u8,
}

struct Desk;

#[handler]
impl Desk {
    fn ask(&self, ask: Ask) -> Result<(), Error> {
        let closed = |code, retry_after| Error::refused(Closed { code, retry_after });
        Err(match ask.how {
            0 => closed(BUSY, Some(Duration::from_secs(5))),
            // Never sooner than it was told.
            1 => closed(BUSY, Some(Duration::from_nanos(1))),
            2 => closed(BUSY, Some(Duration::MAX)),
            3 => closed("desk.closed", Some(Duration::from_millis(70))),
            4 => closed("desk.closed", None),
            5 => Error::Refused(Failure::new("catga.delivery.lock_lost", Class::Unknown)),
            6 => Error::Refused(Failure::new("desk.bare", Class::Transient)),
            _ => Error::Unavailable { retry_after: Some(Duration::from_micros(1_500)) },
        })
    }
}

#[contract]
struct DeskApi(Ask);

#[mediator(serves(DeskApi))]
struct Office {
    desk: Desk,
}

#[mediator]
struct Caller {
    desk: Remote<Memory, DeskApi>,
}

#[tokio::test]
async fn code_class_time_and_text_come_along() {
    let (wire, stop, office) = (Memory::default(), Cancel::new(), Office { desk: Desk });
    let caller = Caller { desk: Remote::new(wire.clone()) };
    let server = Server::new(wire);
    let told = async |how| {
        let error = caller.send(Ask { how }).await.unwrap_err();
        (error.code(), error.class(), error.retry_after().map(|after| after.as_micros()), error.to_string())
    };
    let asking = async {
        for (how, micros) in [(0, 5_000_000), (1, 1_000), (2, u128::from(u64::MAX - 1) * 1_000)] {
            assert_eq!(told(how).await, (BUSY, Class::Conflict, Some(micros), "the desk is closed".to_owned()));
        }
        // A code that is not Catga's stands before the text.
        let closed = "desk.closed: the desk is closed".to_owned();
        assert_eq!(told(3).await, ("catga.refused", Class::Conflict, Some(70_000), closed.clone()));
        assert_eq!(told(4).await, ("catga.refused", Class::Conflict, None, closed));
        let lost = "catga.delivery.lock_lost";
        assert_eq!(told(5).await, (lost, Class::Unknown, None, lost.to_owned()));
        assert_eq!(told(6).await, ("catga.refused", Class::Transient, None, "desk.bare".to_owned()));
        let unavailable = Error::Unavailable { retry_after: Some(Duration::from_millis(2)) };
        assert_eq!(caller.send(Ask { how: 7 }).await, Err(unavailable));
        stop.cancel();
    };
    let (served, ()) = tokio::join!(server.serve::<DeskApi, _>(&office, &stop), asking);
    served.unwrap();
}

/// The library's codes that stand between quotes in its sources.
fn codes(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("wire/codes.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').filter(|text| {
                let mut parts = text.split('.');
                parts.next() == Some("catga")
                    && parts.next().is_some_and(|group| ["delivery", "store", "transport", "wire"].contains(&group))
                    && parts.next().is_some_and(|name| !name.is_empty())
            });
            found.extend(quoted.map(str::to_owned));
        }
    }
}

#[test]
fn each_code_of_the_library_is_known() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catga/src");
    let mut named = BTreeSet::new();
    codes(&sources, &mut named);
    assert!(named.len() > 50, "{named:?}");
    let list = fs::read_to_string(sources.join("wire/codes.rs")).unwrap();
    let known: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(known.is_sorted_by(|a, b| a < b), "found by halves: in order, and each once");
    let missing: Vec<&String> = named.iter().filter(|code| !known.contains(&code.as_str())).collect();
    assert_eq!(missing, [""; 0], "add them to `wire/codes.rs`");
}
