//! What is not claimed: it blocks nobody, or syntax does not show that it does.

use std::time::Duration;

use crate::{Connect, Enter, Placed, Size, Wait};
use catga::prelude::*;

/// Like a pool of threads.
struct Pool;

const POOL: Pool = Pool;

impl Pool {
    fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        drop(std::thread::spawn(work));
    }
}

pub struct Quiet;

#[handler]
impl Quiet {
    async fn wait(&self, _command: Wait, cx: &mut Context<impl Scope>) {
        cx.timer().sleep(Duration::from_millis(1)).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn size(&self, _query: Size) -> usize {
        let read = tokio::fs::read("rows").await;
        read.map_or(0, |rows| rows.len())
    }

    fn connect(&self, _command: Connect) {
        let _ = std::net::SocketAddr::new(std::net::Ipv4Addr::LOCALHOST.into(), 1);
    }

    async fn enter(&self, _command: Enter) {
        let blocking = tokio::task::spawn_blocking(|| {
            std::thread::sleep(Duration::from_millis(1));
            std::fs::read("rows").map_or(0, |rows| rows.len())
        });
        let _ = blocking.await;
        // What is spawned as a closure is on a thread, whosoever it is.
        let thread = std::thread::Builder::new().spawn(move || std::fs::read("rows").map_or(0, |rows| rows.len()));
        drop(thread);
        POOL.spawn(|| std::thread::sleep(Duration::from_millis(1)));
    }

    async fn on_placed(&self, _event: &Placed) {
        let task = tokio::spawn(async {});
        let _ = task.await;
        let _ = tokio::spawn(async {}).await;
        let _ = tokio::runtime::Handle::current().spawn(async {}).await;
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(async {});
        tasks.join_all().await;
        // Nothing runs yet, and this one is waited for.
        let child = tokio::process::Command::from(std::process::Command::new("true")).status().await;
        drop(child);
    }

    // No handler: what calls it may be a thread of its own.
    pub fn helper() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[mediator(export)]
pub struct Shop {
    pub quiet: Quiet,
}
