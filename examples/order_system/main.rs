//! A shop over HTTP: orders, stock, payments, shipping and mail, each a module of its own, composed by
//! one mediator.
//!
//! ```text
//! cargo run --example order_system
//! cargo run --example order_system -- --demo
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
mod order;
mod orders;
mod payments;
mod problem;
mod server;
mod shipping;
mod shop;
mod simulator;

use std::env;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use tracing_subscriber::fmt::format::FmtSpan;

use crate::arguments::{Arguments, HELP, Task};
use crate::server::{Server, stop_signal};
use crate::shop::Shop;

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
        Task::Demo => demo::run(bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?).await?,
        Task::Serve(address) => {
            let server = bind(address).await?;
            let stop = stop_signal()?;
            greet(server.address()?);
            server.run(stop).await?;
            println!("stopped");
        }
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<Server, Box<dyn Error>> {
    let shop = Shop::in_memory(WORKER)?;
    Server::bind(address, shop).await.map_err(|error| format!("cannot listen on {address}: {error}").into())
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
