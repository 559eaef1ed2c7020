//! What `#[handler]` warns of, and what it does not. A line that warns says so at its end: the id, and the
//! token that is pointed to.

pub mod allowed;
pub mod fail;
pub mod guarded;
pub mod orphan;
pub mod pass;
pub mod quiet;
pub mod repeated;

use catga::prelude::*;
use std::net::ToSocketAddrs as _;
use std::time::Duration;

#[command]
pub struct Wait;

#[query(reply = usize)]
pub struct Size;

#[command]
pub struct Connect;

#[command]
pub struct Enter;

#[event]
pub struct Placed;

/// As the crate of that name has it.
mod reqwest {
    pub mod blocking {
        pub fn get(_: &str) {}
    }
}

pub struct Loud;

#[handler]
impl Loud {
    fn wait(&self, _command: Wait) {
        std::thread::sleep(Duration::from_millis(1)); //~ CATGA080 sleep
    }

    async fn size(&self, _query: Size) -> usize {
        let read = std::fs::read("rows"); //~ CATGA081 read
        read.map_or(0, |rows| rows.len())
    }

    async fn connect(&self, _command: Connect) {
        let _ = std::net::TcpStream::connect("localhost:1"); //~ CATGA081 connect
        let _ = std::os::unix::net::UnixStream::connect("socket"); //~ CATGA081 connect
        reqwest::blocking::get("http://localhost:1"); //~ CATGA081 get
        let _ = "localhost:1".to_socket_addrs(); //~ CATGA081 to_socket_addrs
        let _ = std::net::ToSocketAddrs::to_socket_addrs("localhost:1"); //~ CATGA081 to_socket_addrs
        let _ = std::process::Command::new("true").arg("-v").status(); //~ CATGA081 new
        let _ = std::io::stdin().lines().next(); //~ CATGA081 stdin
    }

    fn enter(&self, _command: Enter) {
        tokio::runtime::Handle::current().block_on(async {}); //~ CATGA082 block_on
    }

    async fn on_placed(&self, _event: &Placed) {
        tokio::spawn(async {}); //~ CATGA083 spawn
        if true {
            std::thread::spawn(|| ()); //~ CATGA083 spawn
        }
        tokio::task::spawn_local(async {}); //~ CATGA083 spawn_local
        tokio::runtime::Handle::current().spawn(async {}); //~ CATGA083 spawn
    }
}

#[mediator(export)]
pub struct Shop {
    pub loud: Loud,
}
