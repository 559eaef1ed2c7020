//! The same, and silenced by name.

use std::time::Duration;

use crate::{Connect, Enter, Placed, Size, Wait};
use catga::prelude::*;

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
