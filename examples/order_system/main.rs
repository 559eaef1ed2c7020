//! A shop over HTTP: orders, stock, payments, shipping and mail, each a module of its own, composed by
//! one mediator.
//!
//! ```text
//! cargo run --example order_system
//! cargo run --example order_system -- --demo
//! ```
//!
//! or with payments in a process of their own:
//!
//! ```text
//! cargo run --example order_system -- payments --socket /tmp/payments.sock
//! cargo run --example order_system -- shop --payments /tmp/payments.sock
//! ```
//!
//! An order is placed in steps: reserve the stock, charge the card, write the order down, tell shipping
//! and mail. Every step is done once per order however often it is asked for, and is undone when a
//! later one fails, so that at every end the money taken is the total of the orders that stand, and no
//! article is sold twice.

mod arguments;
mod book;
mod demo;
mod extract;
mod graph;
mod http;
mod inventory;
mod mail;
mod memory;
mod money;
mod order;
mod orders;
mod payments;
mod payments_api;
mod problem;
mod server;
mod shipping;
mod shop;
mod simulator;
mod till;

use std::env;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use catga::id::{IdError, Snowflake};
use catga::transport::memory::Memory;
#[cfg(unix)]
use catga::transport::unix::{UnixClient, UnixServer};
use tokio::sync::oneshot;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::arguments::{Arguments, HELP, Place, Task, Visit};
use crate::server::{Server, stop_signal};
#[cfg(unix)]
use crate::shop::two_processes;
use crate::shop::{Shop, one_mediator, two_mediators};
use crate::till::Till;

/// This process's number among those that make order ids.
const WORKER: u64 = 0;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "the one place where an error ends the program")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "what the program was asked for")]
async fn run() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(env::args().skip(1))?;
    // Each message is one line in the log when it is done: the spans that `Trace` opens.
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(arguments.log)
        .with_span_events(FmtSpan::CLOSE)
        .with_target(false)
        .init();
    match arguments.task {
        Task::Help => print!("{HELP}"),
        Task::Shop { payments: Place::Inside, visit } => open(one_mediator::Shop::new(ids()?), visit).await?,
        Task::Shop { payments: Place::Memory, visit } => {
            let (wire, till) = (Memory::default(), Till::new());
            let shop = two_mediators::Shop::new(ids()?, wire.clone());
            let (closing, closed) = oneshot::channel::<()>();
            let shop = async {
                let opened = open(shop, visit).await;
                // The till is closed behind the shop, so that what is under way can be paid.
                drop(closing);
                opened
            };
            let till = async { Ok(till.serve(wire, async { drop(closed.await) }).await?) };
            // The till first: it listens at its first poll, before anybody can order.
            tokio::try_join!(till, shop)?;
        }
        #[cfg(unix)]
        Task::Shop { payments: Place::Socket(path), visit } => {
            open(two_processes::Shop::new(ids()?, UnixClient::new(path)), visit).await?;
        }
        #[cfg(unix)]
        Task::Payments(path) => {
            let shown = path.display();
            let socket = UnixServer::bind(&path).await.map_err(|error| format!("cannot listen at {shown}: {error}"))?;
            let stop = stop_signal()?;
            println!("payments at {shown}");
            Till::new().serve(socket, stop).await?;
            println!("stopped");
        }
        #[cfg(not(unix))]
        Task::Shop { payments: Place::Socket(_), .. } | Task::Payments(_) => {
            return Err("this system has no Unix sockets; try `--payments memory`".into());
        }
    }
    Ok(())
}

fn ids() -> Result<Snowflake, IdError> {
    Snowflake::new(WORKER)
}

/// Opens a shop, and closes it when it has served whom it is for.
#[expect(clippy::print_stdout, reason = "whoever started it has to know that it is done")]
async fn open<S: Shop>(shop: S, visit: Visit) -> Result<(), Box<dyn Error>> {
    let address = match visit {
        Visit::Clients(address) => address,
        Visit::Demo => SocketAddr::from(([127, 0, 0, 1], 0)),
    };
    let server = Server::bind(address, shop).await;
    let server = server.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    if let Visit::Demo = visit {
        return Ok(demo::run(server).await?);
    }
    let stop = stop_signal()?;
    greet(server.address()?);
    server.run(stop).await?;
    println!("stopped");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "whoever started it has to know where it listens")]
fn greet(address: SocketAddr) {
    println!(
        "\
listening on http://{address}
try:
  curl -X PUT  http://{address}/stock/TEA -H 'content-type: application/json' -d '{{\"available\":10,\"price_cents\":450}}'
  curl -X POST http://{address}/orders -H 'content-type: application/json' -d '{{\"customer\":\"ann@example.com\",\"lines\":[{{\"sku\":\"TEA\",\"quantity\":2}}],\"card\":\"4242424242424242\"}}'
  curl http://{address}/orders
  and in a browser: http://{address}/graph"
    );
}
