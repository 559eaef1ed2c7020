//! A table as JSON.

use core::fmt::{self, Write};

use super::handler::Title;
use super::located::{At, Between, Id, Located};
use super::{HandlerInfo, Table, VERBS};

/// A table as JSON.
///
/// | of | keys |
/// |---|---|
/// | a table | `mediator` (its ident), `module`, `file`, `line`, `messages`, `inner` |
/// | a message | `id`, `name` (on the wire), `version`, `kind`, `ident`, `arguments` (generic ones), `module`, `file`, `line`, `unheard`, `handlers`, `heard_inside` (its ids in mediators inside) |
/// | a handler | `id`, `name`, `field`, `file`, `line`, `pipeline`, and `sends`, `publishes`, `streams`, `enqueues` (ids of messages) |
/// | an entry of a pipeline, as it runs | `behavior`, `kind` or null, `level` (`mediator`, `field`, `impl`, `method`), `of` |
/// | a mediator inside | `field`, `table` |
///
/// An id is one in all of the document. The pipelines of a mediator inside begin with its own.
#[derive(Clone, Copy, Debug)]
pub struct Json(&'static Table);

impl Json {
    pub(super) const fn new(table: &'static Table) -> Self {
        Self(table)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mediator(At::outermost(self.0), f)
    }
}

fn mediator(at: At<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Table { ident, module, file, line, .. } = at.table;
    write!(f, "{{\"mediator\":{},\"module\":{},", Text(ident), Text(module))?;
    write!(f, "\"file\":{},\"line\":{line},\"messages\":[", Text(file))?;
    let mut between = Between::new(",");
    at.messages(&mut |number, found| {
        between.next(f)?;
        message(Id { at, letter: 'm', number }, &found.handler.title(), Some(found), f)
    })?;
    for (number, event) in at.table.unheard.iter().enumerate() {
        between.next(f)?;
        message(Id { at, letter: 'u', number }, &Title { message: *event, arguments: "" }, None, f)?;
    }
    f.write_str("],\"inner\":[")?;
    let mut between = Between::new(",");
    at.inner(&mut |inner, field| {
        between.next(f)?;
        write!(f, "{{\"field\":{},\"table\":", Text(&at.path(field.name)))?;
        mediator(inner, f)?;
        f.write_char('}')
    })?;
    f.write_str("]}")
}

fn message(id: Id<'_>, title: &Title, handled: Option<&Located<'_>>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Title { message, arguments } = *title;
    write!(f, "{{\"id\":\"{id}\",\"name\":{},\"version\":{},", Text(message.name), message.version)?;
    write!(f, "\"kind\":{},\"ident\":{},", Text(message.kind), Text(message.ident))?;
    write!(f, "\"arguments\":{},\"module\":{},", Text(arguments), Text(message.module))?;
    write!(f, "\"file\":{},\"line\":{},", Text(message.file), message.line)?;
    write!(f, "\"unheard\":{},\"handlers\":[", handled.is_none())?;
    let mut inside = Between::new(",");
    if let Some(first) = handled {
        let mut between = Between::new(",");
        id.at.own_handlers(&mut |number, found| {
            if !found.same_message(first) {
                return Ok(());
            }
            between.next(f)?;
            handler(Id { letter: 'h', number, ..id }, found, f)
        })?;
        f.write_str("],\"heard_inside\":[")?;
        id.at.hearing(first, &mut |inner, found| {
            inside.next(f)?;
            write!(f, "\"{}\"", Id { at: inner, letter: 'm', number: inner.number(found) })
        })?;
    } else {
        f.write_str("],\"heard_inside\":[")?;
    }
    f.write_str("]}")
}

fn handler(id: Id<'_>, found: &Located<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let HandlerInfo { name, line, may, .. } = found.handler;
    let path = id.at.path(found.field.name);
    write!(f, "{{\"id\":\"{id}\",\"name\":{},\"field\":{},", Text(name), Text(&path))?;
    write!(f, "\"file\":{},\"line\":{line},\"pipeline\":[", Text(found.set.file))?;
    let mut between = Between::new(",");
    found.chain(id.at.depth, &mut |level, of, entry| {
        between.next(f)?;
        write!(f, "{{\"behavior\":{},\"kind\":", Text(entry.behavior))?;
        match entry.kind {
            Some(kind) => write!(f, "{}", Text(kind))?,
            None => f.write_str("null")?,
        }
        write!(f, ",\"level\":{},\"of\":{}}}", Text(level.word()), Text(of))
    })?;
    f.write_char(']')?;
    for verb in VERBS {
        write!(f, ",\"{verb}\":[")?;
        let mut between = Between::new(",");
        for capability in may.iter().filter(|capability| capability.verb == verb) {
            found.at.targets(capability, &mut |target| {
                between.next(f)?;
                write!(f, "\"{target}\"")
            })?;
        }
        f.write_char(']')?;
    }
    f.write_char('}')
}

/// A string of JSON. What ends a script element or a line of JavaScript is escaped as well.
struct Text<T>(T);

impl<T: fmt::Display> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        write!(Escaped(f), "{}", self.0)?;
        f.write_char('"')
    }
}

struct Escaped<'f, 'a>(&'f mut fmt::Formatter<'a>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            match letter {
                '"' => self.0.write_str("\\\"")?,
                '\\' => self.0.write_str("\\\\")?,
                '<' | '>' | '&' | '\u{7f}' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                    write!(self.0, "\\u{:04x}", u32::from(letter))?;
                }
                letter => self.0.write_char(letter)?,
            }
        }
        Ok(())
    }
}
