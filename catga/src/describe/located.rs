//! Walks through a table. There is no allocation: what is around a place stands on the stack.

use core::fmt::{self, Write};

use super::handler::Match;
use super::pipeline::Level;
use super::{Capability, Entry, Field, HandlerInfo, HandlerSet, Part, Pipeline, Table};
use crate::message::MessageInfo;

/// A mediator where it stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) table: &'a Table,
    /// The field that it is, of which mediator.
    pub(super) around: Option<&'a Around<'a>>,
    /// How many mediators are around it.
    pub(super) depth: usize,
}

/// A field of a mediator where it stands.
pub(super) struct Around<'a> {
    pub(super) at: At<'a>,
    pub(super) index: usize,
    pub(super) field: &'static Field,
}

/// A handler where it stands.
#[derive(Clone, Copy)]
pub(super) struct Located<'a> {
    pub(super) at: At<'a>,
    pub(super) field: &'static Field,
    pub(super) set: &'static HandlerSet,
    pub(super) handler: &'static HandlerInfo,
}

/// What is done at each handler.
pub(super) type Visit<'v> = dyn FnMut(&Located<'_>) -> fmt::Result + 'v;

impl<'a> At<'a> {
    /// A mediator with nothing around it.
    pub(super) const fn outermost(table: &'a Table) -> Self {
        At { table, around: None, depth: 0 }
    }

    /// All handlers that a message may meet that is given to this mediator: its own, and of the mediators
    /// inside what is let in.
    pub(super) fn each(self, visit: &mut Visit<'_>) -> fmt::Result {
        for (index, field) in self.table.fields.iter().enumerate() {
            match &field.part {
                Part::Handlers(set) => {
                    for handler in set.handlers {
                        visit(&Located { at: self, field, set, handler })?;
                    }
                }
                Part::Mediator(table) => {
                    let around = Around { at: self, index, field };
                    around.inside(table).each(&mut |found| match table.lets_in(found.handler) {
                        true => visit(found),
                        false => Ok(()),
                    })?;
                }
            }
        }
        Ok(())
    }

    /// The messages of this mediator itself, each with its number and by its first handler: those of its
    /// own handlers, and the events that a mediator inside hears.
    pub(super) fn messages(self, visit: &mut dyn FnMut(usize, &Located<'_>) -> fmt::Result) -> fmt::Result {
        let mut number = 0;
        self.each(&mut |found| {
            let own = found.is_in(self) || found.handler.is_event();
            if own && self.number(found) == number {
                visit(number, found)?;
            }
            number += 1;
            Ok(())
        })
    }

    /// The number of a handler's message: the place of the message's first handler.
    pub(super) fn number(self, handler: &Located<'_>) -> usize {
        let (mut place, mut first) = (0, None);
        let _endless = self.each(&mut |found| {
            if first.is_none() && found.same_message(handler) {
                first = Some(place);
            }
            place += 1;
            Ok(())
        });
        first.unwrap_or(place)
    }

    /// This mediator's own handlers, each with its number.
    pub(super) fn own_handlers(self, visit: &mut dyn FnMut(usize, &Located<'_>) -> fmt::Result) -> fmt::Result {
        let mut number = 0;
        self.each(&mut |found| {
            if found.is_in(self) {
                visit(number, found)?;
            }
            number += 1;
            Ok(())
        })
    }

    /// The mediators inside.
    pub(super) fn inner(self, visit: &mut dyn FnMut(At<'_>, &'static Field) -> fmt::Result) -> fmt::Result {
        for (index, field) in self.table.fields.iter().enumerate() {
            if let Part::Mediator(table) = field.part {
                visit(Around { at: self, index, field }.inside(table), field)?;
            }
        }
        Ok(())
    }

    /// The mediators inside that hear an event of this one, with the event as they know it.
    pub(super) fn hearing(
        self,
        event: &Located<'_>,
        visit: &mut dyn FnMut(At<'_>, &Located<'_>) -> fmt::Result,
    ) -> fmt::Result {
        self.inner(&mut |inner, _| {
            let mut known = false;
            inner.each(&mut |found| {
                let first = !known && inner.table.lets_in(event.handler) && found.handler.same_message(event.handler);
                known |= first;
                if first { visit(inner, found) } else { Ok(()) }
            })
        })
    }

    /// The handlers that a capability of one of this mediator's handlers reaches.
    pub(super) fn reached(self, capability: &Capability, visit: &mut Visit<'_>) -> fmt::Result {
        // `Save<u8>` is the one that is written so, or the one that a parameter makes of `Save<T>`.
        let mut best = Match::Ident;
        self.each(&mut |found| {
            best = best.max(capability.reaches(found.handler).unwrap_or_default());
            Ok(())
        })?;
        self.each(&mut |found| if capability.reaches(found.handler) == Some(best) { visit(found) } else { Ok(()) })
    }

    /// The event that may go unheard, which a capability publishes.
    pub(super) fn unheard(self, capability: &Capability) -> Option<(usize, &'static MessageInfo)> {
        let mut unheard = self.table.unheard.iter().enumerate();
        unheard.find(|(_, event)| capability.verb == "publishes" && event.ident == capability.message)
    }

    /// The ids of the messages that a capability reaches, each once: an event has one in the mediator that
    /// publishes it, anything else one where it is handled.
    pub(super) fn targets(self, capability: &Capability, visit: &mut dyn FnMut(Id<'_>) -> fmt::Result) -> fmt::Result {
        // The handlers of an event come one after the other; anything else has one.
        let mut event = None;
        let mut any = false;
        self.reached(capability, &mut |found| {
            any = true;
            if !found.handler.is_event() {
                return visit(Id { at: found.at, letter: 'm', number: found.at.number(found) });
            }
            let number = self.number(found);
            match event.replace(number) == Some(number) {
                true => Ok(()),
                false => visit(Id { at: self, letter: 'm', number }),
            }
        })?;
        match self.unheard(capability) {
            Some((number, _)) if !any => visit(Id { at: self, letter: 'u', number }),
            _ => Ok(()),
        }
    }

    /// `bank.payments` of `payments` in this mediator.
    pub(super) fn path(self, field: &'static str) -> Path<'a> {
        Path { at: self, field }
    }
}

impl<'a> Around<'a> {
    pub(super) fn inside(&'a self, table: &'static Table) -> At<'a> {
        At { table, around: Some(self), depth: self.at.depth + 1 }
    }
}

/// What is done at each entry of a chain: where it stands, of what, and the entry.
pub(super) type VisitEntry<'v> = dyn FnMut(Level, &'static str, &'static Entry) -> fmt::Result + 'v;

impl Located<'_> {
    /// What a set's parameter stands for is its field's to say.
    pub(super) fn same_message(&self, other: &Self) -> bool {
        self.handler.same_message(other.handler) && (!self.handler.is_generic || core::ptr::eq(self.field, other.field))
    }

    pub(super) fn is_in(&self, at: At<'_>) -> bool {
        self.at.depth == at.depth
    }

    /// The behaviors around it as they run, outermost first, beginning with the mediator that has so many
    /// around it.
    pub(super) fn chain(&self, from: usize, visit: &mut VisitEntry<'_>) -> fmt::Result {
        let kind = self.handler.message.kind;
        outer_chain(self.at, from, kind, visit)?;
        let levels = [
            (Level::Mediator, self.at.table.ident, self.at.table.pipeline),
            (Level::Field, self.field.name, self.field.pipeline),
            (Level::Impl, self.handler.name.split("::").next().unwrap_or_default(), self.set.pipeline),
            (Level::Method, self.handler.name, self.handler.pipeline),
        ];
        kept(&levels, kind, visit)
    }
}

/// The behaviors of the mediators around.
fn outer_chain(at: At<'_>, from: usize, kind: &str, visit: &mut VisitEntry<'_>) -> fmt::Result {
    let Some(around) = at.around.filter(|_| at.depth > from) else { return Ok(()) };
    outer_chain(around.at, from, kind, visit)?;
    let (table, field) = (around.at.table, around.field);
    let levels = [(Level::Mediator, table.ident, table.pipeline), (Level::Field, field.name, field.pipeline)];
    kept(&levels, kind, visit)
}

/// The entries that no inner level does without.
fn kept(levels: &[(Level, &'static str, Pipeline)], kind: &str, visit: &mut VisitEntry<'_>) -> fmt::Result {
    for (i, (level, of, pipeline)) in levels.iter().enumerate() {
        for entry in pipeline.entries {
            let taken_out = levels[i + 1..].iter().any(|(.., inner)| inner.without.contains(&entry.name));
            if entry.is_for(kind) && !taken_out {
                visit(*level, of, entry)?;
            }
        }
    }
    Ok(())
}

/// A field's way from the outermost mediator.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    at: At<'a>,
    field: &'static str,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(around) = self.at.around {
            write!(f, "{}.", around.at.path(around.field.name))?;
        }
        f.write_str(self.field)
    }
}

/// What tells a message or a handler from all others of a document: `m3`, or `f1h0` in the mediator that is
/// field number 1.
#[derive(Clone, Copy)]
pub(super) struct Id<'a> {
    pub(super) at: At<'a>,
    /// `m` of a message, `u` of one that goes unheard, `h` of a handler.
    pub(super) letter: char,
    pub(super) number: usize,
}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fields(self.at, f)?;
        write!(f, "{}{}", self.letter, self.number)
    }
}

fn fields(at: At<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(around) = at.around else { return Ok(()) };
    fields(around.at, f)?;
    write!(f, "f{}", around.index)
}

/// Writes something between each two.
pub(super) struct Between {
    what: &'static str,
    begun: bool,
}

impl Between {
    pub(super) const fn new(what: &'static str) -> Self {
        Self { what, begun: false }
    }

    pub(super) fn next(&mut self, f: &mut impl Write) -> fmt::Result {
        if core::mem::replace(&mut self.begun, true) { f.write_str(self.what) } else { Ok(()) }
    }
}
