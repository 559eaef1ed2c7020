use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Difference;
use super::block::Block;
use crate::codec::schema::{Change, Part, Reads, What, compare as compare_types};

/// What changed between two texts of a contract, in their order: first what was, then what is new.
///
/// # Errors
/// [`Malformed`] with the line of the text that is none of such a text.
pub fn compare(was: &str, now: &str) -> Result<Vec<Difference>, Malformed> {
    let (was, now) = (Block::all(was)?, Block::all(now)?);
    let mut differences = Vec::new();
    for old in &was {
        match now.iter().find(|new| new.is_same(old)) {
            Some(new) => between(old, new, &mut differences)?,
            None => differences.push(gone(old, &was, &now)),
        }
    }
    for new in &now {
        if was.iter().any(|old| old.is_same(new)) || renamed(new, &now, &was).is_some() {
            continue;
        }
        let Block { name, version, .. } = new;
        differences.push(Difference::compatible(if was.iter().any(|old| old.name == *name) {
            format!("version {version} of {name} added")
        } else {
            format!("message {name} added")
        }));
    }
    Ok(differences)
}

/// A line of a checked-in schema is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Its number, from one.
    pub line: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no line of a contract's schema", self.line)
    }
}

impl core::error::Error for Malformed {}

/// The same type and version under a name that only one of the texts knows.
fn renamed<'l, 'a>(block: &Block<'_>, own: &[Block<'_>], others: &'l [Block<'a>]) -> Option<&'l Block<'a>> {
    let is_alone = |name: &str, blocks: &[Block<'_>]| blocks.iter().all(|block| block.name != name);
    let same = |other: &&Block<'_>| other.ident == block.ident && other.version == block.version;
    let mut same = others.iter().filter(same).filter(|other| is_alone(other.name, own));
    same.next().filter(|_| is_alone(block.name, others))
}

/// A version of a message that is no longer there.
fn gone(old: &Block<'_>, was: &[Block<'_>], now: &[Block<'_>]) -> Difference {
    let Block { name, version, .. } = old;
    if let Some(new) = renamed(old, was, now) {
        return Difference::breaking(format!(
            "message {name} is called {} now: programs of both ages do not know the other's; say `name = \"{name}\"`",
            new.name
        ));
    }
    let newest = now.iter().filter(|new| new.name == *name).map(|new| new.version).max();
    Difference::breaking(match newest {
        None => format!("message {name} removed: old programs that send it are refused; keep it until there are none"),
        Some(newest) => format!(
            "version {version} of {name} removed: old programs that send it are refused; say `upcasts = ..` with its type, so that it becomes version {newest}"
        ),
    })
}

/// A version of a message that is there still.
fn between(old: &Block<'_>, new: &Block<'_>, differences: &mut Vec<Difference>) -> Result<(), Malformed> {
    let name = old.name;
    let mut said = |what: &str, was: &str, now: &str, remedy: &str| {
        if was != now {
            differences.push(Difference::breaking(format!("{name}: {what} {was} became {now}: {remedy}")));
        }
    };
    said("kind", old.kind, new.kind, "what old programs send is refused; give it another name");
    said("codec", old.codec, new.codec, "programs of both ages refuse the other's bytes; raise the version");
    said(
        "endpoint",
        old.endpoint,
        new.endpoint,
        "old programs send it to where nobody takes it; serve both for a while",
    );
    if old.codec != new.codec {
        // All of its bytes are others already.
        return Ok(());
    }
    let changes = compare_types(old.types, new.types).map_err(|error| Malformed { line: old.line + error.line })?;
    differences.extend(changes.iter().map(|change| difference(change, new.is_named())));
    Ok(())
}

fn difference(change: &Change<'_>, named: bool) -> Difference {
    match harm(change, named) {
        None => Difference::compatible(format!("{change}")),
        Some(harm) => Difference::breaking(format!("{change}: {harm}")),
    }
}

/// What comes of a change that old programs do not bear, and what to do.
fn harm(change: &Change<'_>, named: bool) -> Option<String> {
    const RAISE: &str = "raise the version and say `upcasts = ..`";
    if !named {
        // The numbers in the envelopes differ, so that nobody reads something else.
        return Some(format!("programs of both ages refuse the other's (`catga.wire.wrong_schema`); {RAISE}"));
    }
    if change.part == Part::Message && matches!(change.what, What::Added { .. }) {
        return Some(format!("old programs do not expect it; {RAISE}"));
    }
    let harm = match change.under(named) {
        Reads { old: true, by_old: true } => return None,
        Reads { old: false, by_old: true } => "what old programs send is not read",
        Reads { old: true, by_old: false } => "old programs do not read it",
        Reads { old: false, by_old: false } => "programs of both ages do not read the other's",
    };
    let optional = match (&change.what, change.part) {
        (What::Added { .. }, Part::Field) => "make it an `Option`, or ",
        (What::Removed { .. }, Part::Field) => "keep it, or ",
        _ => "",
    };
    Some(format!("{harm}; {optional}{RAISE}"))
}
