//! A table as a flowchart.
//!
//! Source: Mermaid's flowchart syntax, <https://mermaid.js.org/syntax/flowchart.html>.

use core::fmt::{self, Write};

use super::Table;
use super::handler::Title;
use super::located::{At, Id};

/// A table as a flowchart in Mermaid's language: a message points to its handlers, a handler to what it
/// sends; what is published, streamed and enqueued says so. A mediator inside is a box of its own.
#[derive(Clone, Copy, Debug)]
pub struct Mermaid(&'static Table);

impl Mermaid {
    pub(super) const fn new(table: &'static Table) -> Self {
        Self(table)
    }
}

impl fmt::Display for Mermaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = At::outermost(self.0);
        writeln!(f, "flowchart LR")?;
        nodes(at, 2, f)?;
        arrows(at, f)
    }
}

/// What stands in a mediator; arrows come behind, as one may lead into a box.
fn nodes(at: At<'_>, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    at.messages(&mut |number, found| message(Id { at, letter: 'm', number }, found.handler.title(), indent, f))?;
    for (number, event) in at.table.unheard.iter().enumerate() {
        message(Id { at, letter: 'u', number }, Title { message: *event, arguments: "" }, indent, f)?;
    }
    at.own_handlers(&mut |number, found| {
        let id = Id { at, letter: 'h', number };
        writeln!(f, "{:indent$}{id}[\"{}\"]", "", Label(found.handler.name))
    })?;
    at.inner(&mut |inner, field| {
        let id = Id { at: inner, letter: 'b', number: 0 };
        writeln!(f, "{:indent$}subgraph {id}[\"{}\"]", "", Label(at.path(field.name)))?;
        nodes(inner, indent + 2, f)?;
        writeln!(f, "{:indent$}end", "")
    })
}

/// A command is a hexagon, a query leans, an event is round, a stream query is a cylinder.
fn message(id: Id<'_>, title: Title, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (open, close) = match title.message.kind {
        "command" => ("{{", "}}"),
        "query" => ("[/", "/]"),
        "event" => ("([", "])"),
        _ => ("[(", ")]"),
    };
    writeln!(f, "{:indent$}{id}{open}\"{}\"{close}", "", Label(title))
}

fn arrows(at: At<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    at.own_handlers(&mut |number, found| {
        let id = Id { at, letter: 'h', number };
        writeln!(f, "  {} --> {id}", Id { letter: 'm', number: at.number(found), ..id })?;
        for capability in found.handler.may {
            at.targets(capability, &mut |target| match capability.verb {
                "sends" => writeln!(f, "  {id} -->|sends| {target}"),
                "publishes" | "enqueues" => writeln!(f, "  {id} -.->|{}| {target}", capability.verb),
                verb => writeln!(f, "  {id} ==>|{verb}| {target}"),
            })?;
        }
        Ok(())
    })?;
    at.messages(&mut |number, event| {
        at.hearing(event, &mut |inner, found| {
            let known = Id { at: inner, letter: 'm', number: inner.number(found) };
            writeln!(f, "  {} -.-> {known}", Id { at, letter: 'm', number })
        })
    })?;
    at.inner(&mut |inner, _| arrows(inner, f))
}

/// A label between quotes: all that the language may take for its own is a numbered entity.
struct Label<T>(T);

impl<T: fmt::Display> fmt::Display for Label<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaped(f), "{}", self.0)
    }
}

struct Escaped<'f, 'a>(&'f mut fmt::Formatter<'a>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            match letter {
                ' ' | '.' | ':' | ',' | '_' => self.0.write_char(letter)?,
                letter if letter.is_alphanumeric() => self.0.write_char(letter)?,
                letter => write!(self.0, "#{};", u32::from(letter))?,
            }
        }
        Ok(())
    }
}
