//! CATGA059: a message that borrows, at `'a`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Rename<'a> {
    pub name: &'a str,
}

pub struct People;

#[handler]
impl People {
    fn rename(&self, command: Rename<'_>) -> u64 {
        command.name.len() as u64
    }
}

#[mediator]
pub struct Office {
    people: People,
}

pub async fn rename(office: &Office) -> u64 {
    office.send(Rename { name: "Ada" }).await.unwrap_or(0)
}

fn main() {}
