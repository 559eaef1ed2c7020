//! CATGA070: handlers send to each other in a circle, at `Pong`.

use catga::prelude::*;

#[command]
pub struct Ping(pub u8);

#[command]
pub struct Pong(pub u8);

pub struct Left;

#[handler]
impl Left {
    async fn ping(&self, command: Ping, cx: &mut Context<impl Sends<Pong>>) {
        let _ = cx.send(Pong(command.0)).await;
    }
}

pub struct Right;

#[handler]
impl Right {
    async fn pong(&self, command: Pong, cx: &mut Context<impl Sends<Ping>>) {
        if let Some(rest) = command.0.checked_sub(1) {
            let _ = cx.send(Ping(rest)).await;
        }
    }
}

#[mediator]
pub struct Game {
    left: Left,
    right: Right,
}

async fn play(game: &Game) {
    let _ = game.send(Ping(3)).await;
}

fn main() {}
