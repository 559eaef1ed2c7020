//! The same, and silenced by name.

use std::time::Duration;

use crate::repeated::{Change, Main, Place, Refund, Ship};
use crate::{Connect, Enter, Placed, Size, Wait};
use catga::prelude::*;
use catga::store::Store;

pub struct Method;

#[handler]
impl Method {
    #[handler(allow(blocking_sleep))]
    fn wait(&self, _command: Wait) {
        std::thread::sleep(Duration::from_millis(1));
    }

    #[handler(allow(blocking_io))]
    async fn size(&self, _query: Size) -> usize {
        let read = std::fs::read("rows");
        read.map_or(0, |rows| rows.len())
    }

    #[handler(allow(nested_block_on))]
    fn enter(&self, _command: Enter) {
        tokio::runtime::Handle::current().block_on(async {});
    }

    #[handler(allow(detached_spawn))]
    async fn on_placed(&self, _event: &Placed) {
        tokio::spawn(async {});
    }

    // One name silences no other.
    #[handler(allow(blocking_sleep, blocking_io))]
    fn connect(&self, _command: Connect) {
        std::thread::sleep(Duration::from_millis(1));
        tokio::spawn(async {}); //~ CATGA083 spawn
    }
}

pub struct Impl;

/// Of two handlers, one.
pub struct Sender;

#[handler]
impl Sender {
    #[handler(allow(repeated_send))]
    async fn place(&self, _: Place, cx: &mut Context<impl Sends<Refund>>) -> Result<(), Error> {
        cx.send(Refund).await
    }

    async fn change(&self, _: Change, cx: &mut Context<impl Sends<Ship>>) -> Result<(), Error> { //~ CATGA123 Ship
        cx.send(Ship).await
    }
}

pub struct Senders;

#[handler(allow(repeated_send))]
impl Senders {
    async fn place(&self, _: Place, cx: &mut Context<impl Sends<Refund>>) -> Result<(), Error> {
        cx.send(Refund).await
    }

    async fn change(&self, _: Change, cx: &mut Context<impl Sends<Ship>>) -> Result<(), Error> {
        cx.send(Ship).await
    }
}

pub struct Receiver;

#[handler]
impl Receiver {
    fn refund(&self, _: Refund) {}

    fn ship(&self, _: Ship) {}
}

#[handler(allow(blocking_sleep, blocking_io, nested_block_on, detached_spawn))]
impl Impl {
    fn wait(&self, _command: Wait) {
        std::thread::sleep(Duration::from_millis(1));
    }

    async fn size(&self, _query: Size) -> usize {
        let read = std::fs::read("rows");
        read.map_or(0, |rows| rows.len())
    }

    fn enter(&self, _command: Enter) {
        tokio::runtime::Handle::current().block_on(async {});
    }

    async fn on_placed(&self, _event: &Placed) {
        tokio::spawn(async {});
    }
}

#[mediator(export)]
pub struct Methods {
    pub method: Method,
}

#[mediator(export)]
pub struct Impls {
    pub set: Impl,
}

#[mediator(export)]
pub struct Sending {
    #[pipeline(commands: Transactional(self.db))]
    pub sender: Sender,
    pub receiver: Receiver,
    pub db: Store<Main>,
}

#[mediator(export)]
pub struct SendingAll {
    #[pipeline(commands: Transactional(self.db))]
    pub senders: Senders,
    pub receiver: Receiver,
    pub db: Store<Main>,
}
