//! The ids of a message, made when they are first read.

use portable_atomic::Ordering;

use super::frame::{CHILD, Frame, UNREAD, is_parents};
use crate::id::{Id, Ids as _};
use crate::scope::{Mediator, Origin};

impl Frame<'_> {
    /// Its id, which this mediator makes where there is none yet.
    pub(crate) fn message_id(&self, app: &impl Mediator) -> Id {
        let new = match (self.id.load(Ordering::Relaxed), self.parent()) {
            (id, Some(parent)) if is_parents(id) => return parent.message_id(app),
            (child @ CHILD.., Some(parent)) => match parent.message_id(app) {
                Id::NIL => made(app),
                // None of them is a number behind [`CHILD`].
                above => above.following(child),
            },
            (id, _) if id == UNREAD || is_parents(id) => made(app),
            (id, _) => return Id::new(id),
        };
        self.id.store(new.get(), Ordering::Relaxed);
        new
    }

    pub(in crate::scope) fn correlation_id(&self, app: &impl Mediator) -> Id {
        match (self.origin(), self.parent()) {
            (Some(origin), _) if !origin.correlation().is_nil() => origin.correlation(),
            (_, Some(parent)) => parent.correlation_id(app),
            (_, None) => self.message_id(app),
        }
    }

    pub(in crate::scope) fn causation_id(&self, app: &impl Mediator) -> Id {
        match self.parent() {
            Some(parent) if is_parents(self.id.load(Ordering::Relaxed)) => parent.causation_id(app),
            Some(parent) => parent.message_id(app),
            None => self.origin().map_or(Id::NIL, Origin::causation),
        }
    }
}

fn made(app: &impl Mediator) -> Id {
    // An id source that fails gives no id: reading an id must not fail a message.
    app.ids().next(app.clock(), app.random()).unwrap_or(Id::NIL)
}
