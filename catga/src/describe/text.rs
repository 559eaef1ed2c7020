//! A table as text.

use core::fmt;

use super::handler::Title;
use super::located::{At, Between, Located};
use super::{Table, VERBS};

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mediator(At::outermost(self), 0, f)
    }
}

fn mediator(at: At<'_>, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Table { ident, file, line, .. } = at.table;
    write!(f, "{:indent$}mediator {ident}", "")?;
    if let Some(around) = at.around {
        write!(f, " in `{}`", around.at.path(around.field.name))?;
    }
    writeln!(f, " ({file}:{line})")?;
    let indent = indent + 2;
    at.messages(&mut |_, found| message(at, found, indent, f))?;
    for event in at.table.unheard {
        head(&Title { message: *event, arguments: "" }, indent, f)?;
        writeln!(f, "{:indent$}  unheard", "")?;
    }
    at.inner(&mut |inner, _| mediator(inner, indent, f))
}

fn message(at: At<'_>, first: &Located<'_>, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    head(&first.handler.title(), indent, f)?;
    let indent = indent + 2;
    at.own_handlers(&mut |_, found| match found.same_message(first) {
        true => handler(at, found, indent, f),
        false => Ok(()),
    })?;
    at.hearing(first, &mut |inner, _| match inner.around {
        Some(around) => writeln!(f, "{:indent$}{} in `{}`", "", inner.table.ident, at.path(around.field.name)),
        None => Ok(()),
    })
}

/// `command PlaceOrder, "shop.place" version 2 (src/orders.rs:20)`
fn head(title: &Title, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let message = title.message;
    write!(f, "{:indent$}{} {title}", "", message.kind)?;
    if message.name != message.ident {
        write!(f, ", {:?}", message.name)?;
    }
    if message.version != 1 {
        write!(f, " version {}", message.version)?;
    }
    writeln!(f, " ({}:{})", message.file, message.line)
}

fn handler(at: At<'_>, found: &Located<'_>, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    place(found, indent, f)?;
    let indent = indent + 2;
    let mut between = Between::new(" > ");
    let mut any = false;
    found.chain(at.depth, &mut |_, _, entry| {
        if !any {
            write!(f, "{:indent$}through ", "")?;
            any = true;
        }
        between.next(f)?;
        write!(f, "{entry}")
    })?;
    if any {
        writeln!(f)?;
    }
    for verb in VERBS {
        let mut list = Between::new(", ");
        let mut may = found.handler.may.iter().filter(|capability| capability.verb == verb).peekable();
        if may.peek().is_some() {
            write!(f, "{:indent$}{verb} ", "")?;
            may.try_for_each(|capability| list.next(f).and_then(|()| write!(f, "{capability}")))?;
            writeln!(f)?;
        }
    }
    Ok(())
}

/// `Orders::place in `orders` (src/orders.rs:120)`
pub(super) fn place(found: &Located<'_>, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (path, file) = (found.at.path(found.field.name), found.set.file);
    writeln!(f, "{:indent$}{} in `{path}` ({file}:{})", "", found.handler.name, found.handler.line)
}
