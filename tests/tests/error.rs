//! Errors: their codes, their classes and their sources. Texts are for people, so no test reads them.

use std::convert::Infallible;
use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use catga::error::{Classify as _, FieldPath, Panic, Segment, Violations};
use catga::prelude::*;
use catga_tests::Trouble;

/// An error with a source, generic, with a code for the whole type.
#[derive(Debug, Classify)]
#[class(conflict, code = "disk.failed")]
enum DiskError<E: std::error::Error + Send + Sync + 'static> {
    #[class(transient)]
    Full,
    #[class(code = "disk.read")]
    Read { source: E },
}

impl<E: std::error::Error + Send + Sync + 'static> fmt::Display for DiskError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<E: std::error::Error + Send + Sync + 'static> std::error::Error for DiskError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Full => None,
            Self::Read { source } => Some(source),
        }
    }
}

/// A struct, whose code is its name.
#[derive(Debug, Classify)]
struct HTTPTimeout;

impl fmt::Display for HTTPTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too late")
    }
}

impl std::error::Error for HTTPTimeout {}

#[test]
fn a_variant_has_its_own_class_and_code_or_the_types_or_the_default() {
    assert_eq!((Trouble::Busy.class(), Trouble::Busy.code()), (Class::Transient, "trouble.busy"));
    assert_eq!((Trouble::Wrong.class(), Trouble::Wrong.code()), (Class::Permanent, "trouble.wrong"));
    assert_eq!(Trouble::Stale.class(), Class::Conflict);
    assert_eq!(Trouble::Lost.class(), Class::Unknown);
    let (full, read) = (DiskError::<Trouble>::Full, DiskError::Read { source: Trouble::Wrong });
    assert_eq!((full.class(), full.code()), (Class::Transient, "disk.failed"));
    assert_eq!((read.class(), read.code()), (Class::Conflict, "disk.read"));
    assert_eq!(HTTPTimeout.class(), Class::Permanent);
}

/// An error of its own, and those of two others.
#[derive(Debug, Classify)]
#[class(conflict)]
enum OrderError {
    SoldOut,
    #[class(transparent)]
    Till(Trouble),
    #[class(transparent)]
    Bank {
        failed: Failure,
    },
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for OrderError {}

#[test]
fn a_transparent_variant_is_what_its_field_is() {
    let after = Some(Duration::from_secs(3));
    let closed = Failure::from_error(Error::<Infallible>::Unavailable { retry_after: after });
    let all = [
        (OrderError::SoldOut, Class::Conflict, "order_error.sold_out", None),
        (OrderError::Till(Trouble::Busy), Class::Transient, "trouble.busy", None),
        (OrderError::Bank { failed: closed }, Class::Transient, "catga.unavailable", after),
    ];
    for (error, class, code, retry_after) in all {
        assert_eq!((error.class(), error.code(), error.retry_after()), (class, code, retry_after));
    }
}

#[test]
fn an_error_of_a_send_is_the_handlers_or_has_a_code_of_ours() {
    let all = [
        (Error::Handler(Trouble::Stale), Class::Conflict, "trouble.stale"),
        (Error::Invalid(Violations::default()), Class::Permanent, "catga.invalid"),
        (Error::Timeout, Class::Unknown, "catga.timeout"),
        (Error::Cancelled, Class::Permanent, "catga.cancelled"),
        (Error::Unavailable { retry_after: None }, Class::Transient, "catga.unavailable"),
        (Error::Denied(Denial::new()), Class::Permanent, "catga.denied"),
        (Error::Refused(Failure::new("gate.shut", Class::Conflict)), Class::Conflict, "gate.shut"),
        (Error::Transport(Failure::new("link.lost", Class::Unknown)), Class::Unknown, "link.lost"),
        (Error::Panicked(panicked("gone")), Class::Unknown, "catga.panicked"),
    ];
    for (error, class, code) in all {
        assert_eq!((error.class(), error.code()), (class, code));
        assert_eq!(error.handler().is_some(), code == "trouble.stale");
    }
}

#[event]
struct Rang {
    with: &'static str,
}

struct Bell;

#[handler]
impl Bell {
    fn on_rang(&self, event: &Rang) {
        panic!("{}", event.with)
    }
}

#[mediator]
struct House {
    bell: Bell,
}

/// What a handler said when it panicked.
fn panicked(with: &'static str) -> Panic {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let told = runtime.block_on(House { bell: Bell }.publish(Rang { with })).unwrap_err();
    match &told.failures()[0].error {
        Error::Panicked(panic) => panic.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn mapping_changes_the_handlers_error_alone() {
    let map = |error: Error<Trouble>| error.map(|trouble| DiskError::Read { source: trouble });
    assert_eq!(map(Error::Handler(Trouble::Wrong)).code(), "disk.read");
    let after = Some(Duration::from_secs(3));
    assert!(
        matches!(map(Error::Unavailable { retry_after: after }), Error::Unavailable { retry_after } if retry_after == after)
    );
    assert!(matches!(map(Error::Timeout), Error::Timeout));
    assert!(matches!(map(Error::Cancelled), Error::Cancelled));
    assert!(matches!(map(Error::Denied(Denial::new())), Error::Denied(_)));
    assert!(matches!(map(Error::Invalid(violations("cents"))), Error::Invalid(kept) if kept == violations("cents")));
    let failure = || Failure::new("gate.shut", Class::Conflict);
    assert!(matches!(map(Error::Refused(failure())), Error::Refused(kept) if kept.code() == "gate.shut"));
    assert!(matches!(map(Error::Transport(failure())), Error::Transport(kept) if kept.code() == "gate.shut"));
    assert!(matches!(map(Error::Panicked(panicked("gone"))), Error::Panicked(kept) if kept.message() == "gone"));
}

/// One field that is not valid.
fn violations(field: &'static str) -> Violations {
    let mut checks = Checks::default();
    checks.add(field, "is wrong");
    checks.finish().unwrap_err()
}

#[test]
fn errors_compare_by_what_they_are() {
    let refused = |code, class| Error::<Infallible>::Refused(Failure::new(code, class));
    assert_eq!(refused("a", Class::Transient), refused("a", Class::Transient));
    assert_ne!(refused("a", Class::Transient), refused("b", Class::Transient));
    assert_ne!(refused("a", Class::Transient), refused("a", Class::Permanent));
    assert_eq!(Error::Handler(Trouble::Busy), Error::Handler(Trouble::Busy));
    assert_ne!(Error::Handler(Trouble::Busy), Error::Handler(Trouble::Lost));
    assert_ne!(Error::<Trouble>::Timeout, Error::Cancelled);
    let transport = |code| Error::<Infallible>::Transport(Failure::new(code, Class::Transient));
    assert_eq!(transport("a"), transport("a"));
    assert_ne!(transport("a"), transport("b"));
    assert_ne!(transport("a"), refused("a", Class::Transient), "one was refused here, the other never got there");
    let panicked = |with| Error::<Infallible>::Panicked(panicked(with));
    assert_eq!(panicked("a"), panicked("a"));
    assert_ne!(panicked("a"), panicked("b"));
    let invalid = |field| Error::<Infallible>::Invalid(violations(field));
    assert_eq!(invalid("a"), invalid("a"));
    assert_ne!(invalid("a"), invalid("b"));
    let closed = |secs| Error::<Infallible>::Unavailable { retry_after: Some(Duration::from_secs(secs)) };
    assert_eq!(closed(1), closed(1));
    assert_ne!(closed(1), closed(2));
}

#[test]
fn a_failure_keeps_the_error_as_its_source_and_takes_its_class_and_code() {
    let failure = Failure::from_error(DiskError::Read { source: Trouble::Wrong });
    assert_eq!((failure.class(), failure.code()), (Class::Conflict, "disk.read"));
    let source = failure.source().unwrap();
    assert!(source.is::<DiskError<Trouble>>());
    assert!(source.source().unwrap().is::<Trouble>());
    assert!(Failure::new("gate.shut", Class::Transient).source().is_none());
    let told = Failure::with_source("file.read", Class::Unknown, std::io::Error::other("gone"));
    assert_eq!((told.class(), told.code()), (Class::Unknown, "file.read"));
    assert!(told.source().unwrap().is::<std::io::Error>());
}

#[test]
fn when_to_try_again_is_kept() {
    let after = Some(Duration::from_secs(3));
    let closed = || Error::<Infallible>::Unavailable { retry_after: after };
    assert_eq!(closed().retry_after(), after);
    let failure = Failure::from_error(closed());
    assert_eq!(failure.retry_after(), after);
    assert_eq!(Error::<Infallible>::Refused(failure).retry_after(), after);
    assert_eq!(Failure::new("test.full", Class::Transient).retry_after(), None);
    assert_eq!(Error::<Trouble>::Handler(Trouble::Busy).retry_after(), None);
    assert_eq!(Error::<Error<Infallible>>::Handler(closed()).retry_after(), after);
}

#[test]
fn a_send_error_is_the_handlers_error_with_the_handlers_source() {
    let error = Error::Handler(DiskError::Read { source: Trouble::Wrong });
    assert!(error.source().unwrap().is::<Trouble>());
    let refused = Error::<Infallible>::Refused(Failure::from_error(Trouble::Busy));
    assert!(refused.source().unwrap().is::<Trouble>());
    assert!(Error::<Trouble>::Timeout.source().is_none());
}

#[test]
fn a_denial_keeps_its_reason_as_the_source_and_every_error_is_one() {
    let look_up = |fails: bool| -> Result<(), Denial> {
        if fails {
            Err(Trouble::Busy)?;
        }
        Ok(())
    };
    assert_eq!(look_up(false), Ok(()));
    let failed = look_up(true).unwrap_err();
    assert_eq!(failed.reason().unwrap().code(), "catga.policy");
    let error = Error::<Infallible>::Denied(failed);
    assert_eq!((error.class(), error.code()), (Class::Permanent, "catga.denied"), "whatever the reason's class");
    assert!(error.source().unwrap().source().unwrap().is::<Trouble>());
    let denied = |reason| Error::<Infallible>::Denied(Denial::because(Failure::new(reason, Class::Permanent)));
    assert_eq!(denied("role"), denied("role"));
    assert_ne!(denied("role"), denied("owner"));
    assert_ne!(denied("role"), Error::Denied(Denial::new()));
    assert!(Error::<Infallible>::Denied(Denial::new()).source().is_none());
}

#[test]
fn violations_have_the_whole_way_to_their_field() {
    let mut checks = Checks::default();
    checks.require("customer", true, "must be known");
    checks.require("total", false, "must be positive");
    checks.within(("lines", 2), |checks| {
        checks.within("product", |checks| checks.add("name", "must not be empty"));
        checks.require(("taxes", 7), false, "must be a rate");
    });
    checks.add("note", "is too long");
    let violations = checks.finish().unwrap_err();
    let paths: Vec<String> = violations.iter().map(|violation| violation.path.to_string()).collect();
    assert_eq!(paths, ["total", "lines[2].product.name", "lines[2].taxes[7]", "note"]);
    assert_eq!(violations.count(), 4);
    let segments = violations.iter().nth(2).unwrap().path.segments();
    assert_eq!(segments, [Segment::from(("lines", 2)), Segment::from(("taxes", 7))]);
}

#[test]
fn a_path_that_is_too_deep_is_reported_where_it_still_fits() {
    let mut checks = Checks::default();
    checks.within("a", |checks| {
        checks.within("b", |checks| {
            checks.within("c", |checks| {
                checks.within("d", |checks| {
                    checks.within("e", |checks| checks.add("f", "is deep"));
                });
                checks.add("g", "is not");
            });
        });
    });
    checks.add("h", "is outside");
    let paths: Vec<String> = checks.violations().iter().map(|violation| violation.path.to_string()).collect();
    assert_eq!(paths, ["a.b.c.d", "a.b.c.g", "h"]);
    assert_eq!(FieldPath::default().to_string(), "");
}

#[test]
fn nothing_found_is_valid() {
    let mut checks = Checks::default();
    checks.require("total", true, "must be positive");
    assert!(checks.violations().is_empty());
    assert_eq!(checks.finish(), Ok(()));
}
