//! The messages that could not be handled, for whoever has to look after them. A shop must not run meanwhile: its
//! store is open in one process at a time.

use std::error::Error;
use std::fmt::{self, Write as _};

use catga::delivery::DEAD;
use catga::envelope::Envelope;
use catga::store::{DeadLetter, LetterId};
use serde_json::{Map, Value};

use crate::extract::masked;
use crate::patience::Patience;
use crate::store::{self, Db};

/// What to do with them.
enum Verb {
    List,
    Show(LetterId),
    Edit(LetterId, Vec<(String, Value)>),
    Replay(LetterId),
    Discard(LetterId),
}

/// Does what the words say, and answers what to print.
///
/// # Errors
/// Words that make no sense, a letter that is not there, and what the store says.
pub(crate) async fn run(db: &Db, words: &[String]) -> Result<String, Box<dyn Error>> {
    match verb(words)? {
        Verb::List => list(db),
        Verb::Show(id) => show(&DEAD.show(db, id)?),
        Verb::Edit(id, changes) => {
            let body = edited(&DEAD.show(db, id)?, changes)?;
            DEAD.edit(db, id, body).await?;
            show(&DEAD.show(db, id)?)
        }
        Verb::Replay(id) => {
            store::relay(db, Patience::DEFAULT).replay(id).await?;
            Ok(format!("{} is in the outbox again: the next shop delivers it\n", Shown(id)))
        }
        Verb::Discard(id) => {
            DEAD.discard(db, id).await?;
            Ok(format!("{} is gone\n", Shown(id)))
        }
    }
}

fn verb(words: &[String]) -> Result<Verb, Box<dyn Error>> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["list"] => Ok(Verb::List),
        ["show", letter] => Ok(Verb::Show(id(letter)?)),
        ["edit", letter, ref changes @ ..] if !changes.is_empty() => {
            Ok(Verb::Edit(id(letter)?, changes.iter().map(|change| assignment(change)).collect::<Result<_, _>>()?))
        }
        ["replay", letter] => Ok(Verb::Replay(id(letter)?)),
        ["discard", letter] => Ok(Verb::Discard(id(letter)?)),
        _ => Err("dead-letters needs `list`, `show ID`, `edit ID FIELD=VALUE`, `replay ID` or `discard ID`".into()),
    }
}

fn id(text: &str) -> Result<LetterId, String> {
    let parts = text
        .split_once('.')
        .and_then(|(sequence, number)| Some(LetterId(sequence.parse().ok()?, number.parse().ok()?)));
    parts.ok_or_else(|| format!("`{text}` is not the id of a dead letter; `dead-letters list` shows them"))
}

/// A field and its value: JSON, or else a text.
fn assignment(text: &str) -> Result<(String, Value), String> {
    let (field, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not FIELD=VALUE"))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((field.to_owned(), value))
}

/// An id as it is read and shown.
struct Shown(LetterId);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.0.1)
    }
}

/// How many are read at a time.
const PAGE: usize = 64;

fn list(db: &Db) -> Result<String, Box<dyn Error>> {
    let (mut text, mut after) = (String::new(), None);
    loop {
        let page = DEAD.list(db, after, PAGE)?;
        for (id, letter) in &page {
            let (name, attempts) = (&letter.name, letter.attempts);
            let error = letter.errors.first().map_or("", String::as_str);
            writeln!(text, "{} {name} after {attempts} attempts: {error}", Shown(*id))?;
        }
        match page.last() {
            Some((last, _)) => after = Some(*last),
            None if text.is_empty() => return Ok("there are no dead letters\n".to_owned()),
            None => return Ok(text),
        }
    }
}

fn show(letter: &DeadLetter) -> Result<String, Box<dyn Error>> {
    let mut text = format!("{} {} of {}\n", letter.name, letter.id, letter.source);
    writeln!(
        text,
        "first {} ms, last {} ms since 1970, {} attempts",
        letter.first_ms, letter.last_ms, letter.attempts
    )?;
    for error in &letter.errors {
        writeln!(text, "  {error}")?;
    }
    for (field, value) in fields(letter)? {
        let value = value.to_string();
        // A number that may be a card's is not shown.
        writeln!(text, "{field} = {}", if field == "card" { masked(&value) } else { value })?;
    }
    Ok(text)
}

/// The fields of the message: the shop writes its rows as JSON.
fn fields(letter: &DeadLetter) -> Result<Map<String, Value>, Box<dyn Error>> {
    Ok(serde_json::from_slice(Envelope::decode(&letter.body)?.body)?)
}

/// The message with other values in some of its fields.
fn edited(letter: &DeadLetter, changes: Vec<(String, Value)>) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut fields = fields(letter)?;
    for (field, value) in changes {
        let Some(old) = fields.get_mut(&field) else {
            return Err(format!("{} has no field `{field}`", letter.name).into());
        };
        *old = value;
    }
    let message = serde_json::to_vec(&fields)?;
    let mut envelope = Envelope::decode(&letter.body)?;
    envelope.body = &message;
    let mut bytes = Vec::new();
    envelope.encode(&mut bytes)?;
    Ok(bytes)
}
