//! Spans and events of `tracing`, by the kind of their message.

use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Id, Metadata, Subscriber};

use crate::subscribed::subscribed;

#[derive(Clone, Default)]
pub struct Recording(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Recording {
    /// Records on this thread until the guard is dropped.
    pub fn begin() -> (Self, DefaultGuard) {
        let recording = Self::default();
        let guard = subscribed(recording.clone());
        (recording, guard)
    }

    /// `span` or `event`, each with its message's kind.
    pub fn taken(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn keep(&self, what: &'static str, record: impl FnOnce(&mut KindOf)) {
        let mut kind = KindOf::default();
        record(&mut kind);
        self.0.lock().unwrap().push((what, kind.0));
    }
}

#[derive(Default)]
struct KindOf(String);

impl Visit for KindOf {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message.kind" {
            self.0 = format!("{value:?}").trim_matches('"').to_owned();
        }
    }
}

impl Subscriber for Recording {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.keep("span", |kind| attributes.record(kind));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep("event", |kind| event.record(kind));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
