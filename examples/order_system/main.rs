//! A shop over HTTP: orders, stock, payments, shipping and mail, each a module of its own, composed by
//! one mediator.
//!
//! ```text
//! cargo run --example order_system
//! cargo run --example order_system -- --demo
//! ```
//!
//! or with payments in a process of their own, and the bank in another:
//!
//! ```text
//! cargo run --example order_system -- bank
//! cargo run --example order_system -- payments --socket /tmp/payments.sock --bank 127.0.0.1:8090
//! cargo run --example order_system -- shop --payments /tmp/payments.sock
//! ```
//!
//! All that a shop knows is in one file. An order is placed in one transaction: its stock is reserved, it is written
//! down, and so is the message that charges it. What follows comes out of the outbox: the charge, under a key by which
//! the bank charges once however often it is asked; then the order stands and shipping and mail hear of it, or it is
//! voided until that is done and its stock goes back. So whatever process is killed, wherever it is, the next one goes
//! on, and at every end the money taken is the total of the orders that stand, and no article is sold twice.
//!
//! A client that heard no answer asks again under the same `Idempotency-Key`, and is told what became of its order.

#![warn(missing_docs, unreachable_pub)]
#![warn(clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used)]

#[cfg(unix)]
mod admin;
mod arguments;
mod bank;
mod book;
mod causes;
mod checkout;
mod counter;
mod dead_letters;
mod demo;
mod extract;
mod graph;
mod http;
mod inventory;
mod keeper;
mod ledger;
mod mail;
mod memory;
mod money;
mod opening;
mod order;
mod order_error;
mod orders;
mod outcome;
mod patience;
mod payments;
mod payments_api;
mod post;
mod problem;
mod refusal;
mod refused;
mod request_key;
mod server;
mod shelves;
mod shipping;
mod shop;
mod simulator;
mod store;
mod till;
mod turns;
mod warehouse;

use std::env;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use catga::store::Durable;
use catga::transport::memory::Memory;
#[cfg(unix)]
use catga::transport::unix::{UnixClient, UnixServer};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing_subscriber::fmt::format::FmtSpan;

#[cfg(unix)]
use crate::admin::Office;
use crate::arguments::{Arguments, HELP, Place, Task, Visit};
use crate::bank::Bank;
use crate::causes::Causes;
use crate::opening::open;
use crate::patience::Patience;
use crate::server::stop_signal;
#[cfg(unix)]
use crate::shop::two_processes;
use crate::shop::{Parts, one_mediator, two_mediators};
use crate::simulator::Simulator;
use crate::till::Till;

/// Where state is kept unless another folder is named: beside what cargo builds.
const DATA: &str = "target/order_system";

#[tokio::main]
#[expect(clippy::print_stderr, reason = "the one place where an error ends the program")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", Causes(&*error));
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
    let data = arguments.data.unwrap_or_else(|| DATA.into());
    match arguments.task {
        Task::Help => print!("{HELP}"),
        Task::Shop { payments, bank, unpaid_after, patience, visit } => match visit {
            Visit::Clients(_) => shop(&data, payments, bank, unpaid_after, patience, visit).await?,
            Visit::Demo => {
                let folder = demo::Folder::new()?;
                shop(folder.path(), payments, bank, unpaid_after, patience, visit).await?;
            }
        },
        #[cfg(unix)]
        Task::Payments(path, bank, patience) => {
            let shown = path.display();
            let socket = UnixServer::bind(&path).await.map_err(|error| format!("cannot listen at {shown}: {error}"))?;
            let (till, stop) = (Till::new(money(&data, bank)?, patience), stop_signal()?);
            println!("payments at {shown}");
            till.serve(socket, stop).await?;
            println!("stopped");
        }
        #[cfg(not(unix))]
        Task::Payments(..) => return Err(NO_SOCKETS.into()),
        Task::Bank(address) => {
            let simulator = Simulator::open(&data, true).map_err(|error| unopened(&data, &error))?;
            let listener = TcpListener::bind(address).await;
            let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
            let stop = stop_signal()?;
            println!("bank on {}", listener.local_addr()?);
            tokio::select! {
                served = bank::serve(listener, simulator) => served?,
                () = stop => println!("stopped"),
            }
        }
        Task::DeadLetters(words) => {
            let db = store::open(store::file_there(&data)?)?;
            print!("{}", dead_letters::run(&db, &words).await?);
        }
        Task::Backup(to) => {
            let rows = match store::idle_file_there(&data)? {
                Some(file) => file.backup(&to)?.rows,
                None => running(&data, &to).await?,
            };
            println!("{rows} rows are in {}", to.display());
        }
        Task::Restore(from, above) => {
            let restored = store::restore(&data, &from, above)?;
            let (epoch, sequence) = (restored.identity.epoch, restored.sequence);
            println!("restored as it was after commit {sequence}, as epoch {epoch}; confirm it before it sends");
            if let Some(replaced) = restored.replaced {
                println!("what was there is {}", replaced.display());
            }
        }
        Task::Confirm => {
            let db = store::open(store::file_there(&data)?)?;
            println!("{}", if db.is_held()? { "the next shop sends" } else { "nothing was held" });
            db.confirm().await?;
        }
        Task::Check => println!("{} rows are as they were written", store::file_there(&data)?.check()?),
    }
    Ok(())
}

/// Runs a shop over the store in this folder, with its payments where they are.
async fn shop(
    data: &Path,
    payments: Place,
    bank: Option<SocketAddr>,
    unpaid_after: Duration,
    patience: Patience,
    visit: Visit,
) -> Result<(), Box<dyn Error>> {
    let file = store::file(data)?;
    let db = store::open(Arc::clone(&file))?;
    let parts = Parts::new(&db, unpaid_after, patience)?;
    beside(data, file, settled(data, parts, payments, bank, visit)).await
}

/// Runs the shop, and hears operators meanwhile.
#[cfg(unix)]
async fn beside(
    data: &Path,
    file: Arc<Durable>,
    shop: impl Future<Output = Result<(), Box<dyn Error>>>,
) -> Result<(), Box<dyn Error>> {
    let office = Office::new(file);
    let (closing, closed) = oneshot::channel::<()>();
    let shop = async {
        let opened = shop.await;
        drop(closing);
        opened
    };
    let hearing = async { Ok(office.serve(data, async { drop(closed.await) }).await?) };
    tokio::try_join!(hearing, shop).map(|_| ())
}

#[cfg(not(unix))]
async fn beside(
    _: &Path,
    _: Arc<Durable>,
    shop: impl Future<Output = Result<(), Box<dyn Error>>>,
) -> Result<(), Box<dyn Error>> {
    shop.await
}

/// Asks the shop that runs on these data for a copy.
#[cfg(unix)]
async fn running(data: &Path, to: &Path) -> Result<u64, String> {
    admin::back_up(data, to).await
}

#[cfg(not(unix))]
async fn running(data: &Path, _: &Path) -> Result<u64, String> {
    store::file_there(data).and(Err("the shop has just ended; try again".to_owned()))
}

/// Runs a shop of these parts, with its payments where they are.
async fn settled(
    data: &Path,
    parts: Parts,
    payments: Place,
    bank: Option<SocketAddr>,
    visit: Visit,
) -> Result<(), Box<dyn Error>> {
    match payments {
        Place::Inside => open(one_mediator::Shop::new(parts, money(data, bank)?), visit).await,
        Place::Memory => {
            let (wire, till) = (Memory::default(), Till::new(money(data, bank)?, parts.patience()));
            let shop = two_mediators::Shop::new(parts, wire.clone());
            let (closing, closed) = oneshot::channel::<()>();
            let shop = async {
                let opened = open(shop, visit).await;
                // The till is closed behind the shop, so that what is under way can be paid.
                drop(closing);
                opened
            };
            let till = async { Ok(till.serve(wire, async { drop(closed.await) }).await?) };
            // The till first: it listens at its first poll, before anybody can order.
            tokio::try_join!(till, shop).map(|_| ())
        }
        #[cfg(unix)]
        Place::Socket(path) => open(two_processes::Shop::new(parts, UnixClient::new(path)), visit).await,
        #[cfg(not(unix))]
        Place::Socket(_) => Err(NO_SOCKETS.into()),
    }
}

#[cfg(not(unix))]
const NO_SOCKETS: &str = "this system has no Unix sockets; try `--payments memory`";

/// The bank at this address, or a stand-in in this process: charged under the time limits of a call, it does not wait
/// for the disk.
fn money(data: &Path, bank: Option<SocketAddr>) -> Result<Bank, String> {
    match bank {
        Some(address) => Ok(Bank::At(address)),
        None => Simulator::open(data, false).map(Bank::Inside).map_err(|error| unopened(data, &error)),
    }
}

fn unopened(data: &Path, error: &io::Error) -> String {
    format!("cannot open the bank's ledger in {}: {error}; it is open in one process at a time", data.display())
}
