use core::fmt;

use super::handler::Title;
use super::located::{At, Between, Located};
use super::{Capability, Table, text};
use crate::message::MessageInfo;

/// Sends of sends are followed so far, as a boxed send may come back to where it began.
const FAR: usize = 8;

/// The way of one message through a mediator, as text: the behaviors around its handler, outermost first,
/// the handler, and what that may send in turn.
#[derive(Clone, Copy, Debug)]
pub struct Explain<'n> {
    table: &'static Table,
    asked: Asked<'n>,
}

#[derive(Clone, Copy, Debug)]
enum Asked<'n> {
    Message(MessageInfo),
    Name(&'n str),
}

impl<'n> Explain<'n> {
    pub(super) const fn of_message(table: &'static Table, message: MessageInfo) -> Self {
        Self { table, asked: Asked::Message(message) }
    }

    pub(super) const fn of_name(table: &'static Table, name: &'n str) -> Self {
        Self { table, asked: Asked::Name(name) }
    }

    /// Whether the mediator knows the message.
    pub fn is_known(&self) -> bool {
        let mut known = self.table.unheard.iter().any(|event| self.is_asked(event));
        let _endless = At::outermost(self.table).each(&mut |found| {
            known |= self.is_asked(&found.handler.message);
            Ok(())
        });
        known
    }

    fn is_asked(&self, message: &MessageInfo) -> bool {
        match self.asked {
            Asked::Message(asked) => asked == *message,
            Asked::Name(name) => name == message.ident || name == message.name,
        }
    }
}

impl fmt::Display for Explain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = At::outermost(self.table);
        if !self.is_known() {
            let name = match self.asked {
                Asked::Message(message) => message.ident,
                Asked::Name(name) => name,
            };
            return writeln!(f, "`{}` knows no message `{name}`", self.table.ident);
        }
        for event in self.table.unheard.iter().filter(|event| self.is_asked(event)) {
            head(Title { message: *event, arguments: "" }, f)?;
            writeln!(f, "  unheard")?;
        }
        let mut place = 0;
        at.each(&mut |found| {
            let own = place;
            place += 1;
            if !self.is_asked(&found.handler.message) || at.number(found) != own {
                return Ok(());
            }
            head(found.handler.title(), f)?;
            at.each(&mut |other| if other.same_message(found) { chain(other, f) } else { Ok(()) })
        })
    }
}

/// `command PlaceOrder (src/orders.rs:18)`
fn head(title: Title, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let MessageInfo { kind, file, line, .. } = title.message;
    writeln!(f, "{kind} {title} ({file}:{line})")
}

/// A line for each behavior, for the handler, and for what it may do.
fn chain(found: &Located<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    found.chain(0, &mut |level, of, entry| writeln!(f, "  {entry} ({} {of})", level.word()))?;
    text::place(found, 2, f)?;
    found.handler.may.iter().try_for_each(|capability| in_turn(found.at, capability, 2, f))
}

/// A line for a capability, and one for each handler that it reaches.
fn in_turn(at: At<'_>, capability: &Capability, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let indent = depth * 2;
    writeln!(f, "{:indent$}{} {capability}", "", capability.verb)?;
    if at.unheard(capability).is_some() {
        writeln!(f, "{:indent$}  unheard", "")?;
    }
    at.reached(capability, &mut |found| {
        write!(f, "{:indent$}  ", "")?;
        let mut between = Between::new(" > ");
        found.chain(at.depth, &mut |_, _, entry| {
            between.next(f)?;
            write!(f, "{entry}")
        })?;
        between.next(f)?;
        writeln!(f, "{} in `{}`", found.handler.name, found.at.path(found.field.name))?;
        if depth > FAR && !found.handler.may.is_empty() {
            return writeln!(f, "{:indent$}    ..", "");
        }
        found.handler.may.iter().try_for_each(|capability| in_turn(found.at, capability, depth + 2, f))
    })
}
