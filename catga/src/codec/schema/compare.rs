use alloc::vec::Vec;
use core::fmt;

use super::{Change, Part, What};

/// What changed between two schemas, each the text of one type or of several, one behind the other
/// ([`Text`](super::Text)). Empty lines and those that begin with `#` are passed over.
///
/// What lies within something added, removed or of another type is not listed again.
///
/// # Errors
/// [`NoSchema`] with the line of the text that is none.
pub fn compare<'a>(was: &'a str, now: &'a str) -> Result<Vec<Change<'a>>, NoSchema> {
    let (was, now) = (lines(was)?, lines(now)?);
    let mut changes = Vec::new();
    // The paths whose insides are not compared.
    let mut closed: Vec<&str> = Vec::new();
    for line in &was {
        match find(&now, line.path) {
            Some(found) if found.kind == line.kind => {}
            _ if line.is_within(&closed) => {}
            Some(found) => {
                closed.push(line.path);
                changes.push(line.change(What::Became { was: line.kind, now: found.kind }));
            }
            None => {
                closed.push(line.path);
                let before = next(&was, line, &now);
                changes.push(line.change(What::Removed { optional: line.is_optional(), before }));
            }
        }
    }
    for line in &now {
        if find(&was, line.path).is_none() && !line.is_within(&closed) {
            closed.push(line.path);
            let before = next(&now, line, &was);
            changes.push(line.change(What::Added { optional: line.is_optional(), before }));
        }
    }
    changes.extend(reordered(&was, &now));
    Ok(changes)
}

/// A line of a checked-in schema is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSchema {
    /// Its number, from one.
    pub line: usize,
}

impl fmt::Display for NoSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no line of a schema, `Type.field: type`; write the text anew", self.line)
    }
}

impl core::error::Error for NoSchema {}

struct Line<'a> {
    path: &'a str,
    kind: &'a str,
    of: &'a str,
    name: &'a str,
    part: Part,
}

fn lines(text: &str) -> Result<Vec<Line<'_>>, NoSchema> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut message = "";
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (path, kind) = line.rsplit_once(": ").ok_or(NoSchema { line: index + 1 })?;
        let (of, name, part) = match split(message, path) {
            Some(part) => part,
            None => {
                message = path;
                ("", path, Part::Message)
            }
        };
        lines.push(Line { path, kind, of, name, part });
    }
    Ok(lines)
}

/// Whether a path leads into another.
fn leads_into(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|inner| inner.starts_with(['.', ':', '[', '{']))
}

/// The path to what has the part, and the part's name; `None` where it is not of this message, whose own name
/// may have dots.
fn split<'a>(message: &str, path: &'a str) -> Option<(&'a str, &'a str, Part)> {
    if message.is_empty() || !leads_into(path, message) {
        return None;
    }
    let inner = path.get(message.len()..)?;
    let field = inner.rfind('.').map(|at| (at, 1, Part::Field));
    let variant = inner.rfind("::").map(|at| (at, 2, Part::Variant));
    let (at, joint, part) = field.into_iter().chain(variant).max_by_key(|(at, ..)| *at)?;
    let (of, name) = path.split_at_checked(message.len() + at)?;
    Some((of, name.get(joint..)?, part))
}

impl<'a> Line<'a> {
    fn change(&self, what: What<'a>) -> Change<'a> {
        Change { of: self.of, name: self.name, part: self.part, what }
    }

    fn is_optional(&self) -> bool {
        self.kind.starts_with("option<")
    }

    fn is_within(&self, closed: &[&str]) -> bool {
        closed.iter().any(|outer| leads_into(self.path, outer))
    }

    fn is_beside(&self, other: &Line<'_>) -> bool {
        self.of == other.of && self.part == other.part
    }
}

fn find<'l, 'a>(lines: &'l [Line<'a>], path: &str) -> Option<&'l Line<'a>> {
    lines.iter().find(|line| line.path == path)
}

/// The next part after this one that the others have too.
fn next<'a>(lines: &[Line<'a>], line: &Line<'a>, others: &[Line<'a>]) -> Option<&'a str> {
    let after = lines.iter().skip_while(|other| other.path != line.path).skip(1);
    let mut common = after.filter(|other| other.is_beside(line) && find(others, other.path).is_some());
    common.next().map(|line| line.name)
}

/// What both have, in another order. Messages have none.
fn reordered<'a>(was: &[Line<'a>], now: &[Line<'a>]) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    let mut done: Vec<(&str, Part)> = Vec::new();
    for line in was {
        if line.part == Part::Message || done.contains(&(line.of, line.part)) {
            continue;
        }
        done.push((line.of, line.part));
        let common = |lines: &[Line<'a>], others: &[Line<'a>]| -> Vec<&'a str> {
            let both = lines.iter().filter(|other| other.is_beside(line) && find(others, other.path).is_some());
            both.map(|line| line.name).collect()
        };
        let (was, now) = (common(was, now), common(now, was));
        if was != now {
            changes.push(Change { name: "", ..line.change(What::Reordered { was, now }) });
        }
    }
    changes
}
