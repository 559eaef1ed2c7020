//! CATGA059: a message that borrows. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Rename {
    pub name: String,
}

pub struct People;

#[handler]
impl People {
    fn rename(&self, command: Rename) -> u64 {
        command.name.len() as u64
    }
}

#[mediator]
pub struct Office {
    people: People,
}

pub async fn rename(office: &Office) -> u64 {
    office.send(Rename { name: "Ada".to_owned() }).await.unwrap_or(0)
}

fn main() {}
