//! What the command line says.

use std::net::SocketAddr;
use std::path::PathBuf;

use tracing::level_filters::LevelFilter;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A shop over HTTP: orders, stock, payments, shipping and mail.

Usage: order_system [shop] [--listen ADDRESS] [--payments WHERE] [--log LEVEL] [--demo]
       order_system payments --socket PATH [--log LEVEL]

shop, which is what it does unless told otherwise:
  --listen ADDRESS  where to listen, 127.0.0.1:8080 unless said; port 0 takes a free one
  --payments WHERE  where payments are: `inside` the shop's mediator unless said, in `memory` as a mediator of
                    their own, or in another process, at the path of its socket
  --demo            take a free port, send a few requests, print the answers, and end

payments, in a process of their own:
  --socket PATH     where the shop finds them

both:
  --log LEVEL       what goes to stderr: off, error, warn, info, debug or trace; info unless said
  --help            print this
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Be a shop.
    Shop {
        /// Where payments are.
        payments: Place,
        /// What to do for whom.
        visit: Visit,
    },
    /// Be the payments of a shop, at this path.
    Payments(PathBuf),
    /// Print [`HELP`].
    Help,
}

/// Where payments are.
#[derive(Debug)]
pub(crate) enum Place {
    /// In the shop's mediator.
    Inside,
    /// In a mediator of their own.
    Memory,
    /// In another process, at the path of its socket.
    Socket(PathBuf),
}

/// Whom a shop serves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Visit {
    /// Everybody, until told to stop.
    Clients(SocketAddr),
    /// A few requests of its own.
    Demo,
}

/// The command line.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) task: Task,
    pub(crate) log: LevelFilter,
}

/// Why the command line cannot be followed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgumentError {
    /// No such argument, or not for this task.
    #[error("unknown argument `{0}`; try --help")]
    Unknown(String),
    /// `--listen` at the end.
    #[error("--listen needs an address, such as 127.0.0.1:8080")]
    NoAddress,
    /// No address.
    #[error("`{0}` is not an address to listen on; one looks like 127.0.0.1:8080")]
    BadAddress(String),
    /// `--payments` at the end.
    #[error("--payments needs a place: `inside`, `memory`, or the path of a socket")]
    NoPlace,
    /// `payments` without `--socket`, or `--socket` at the end.
    #[error("payments need a path: --socket /tmp/payments.sock")]
    NoSocket,
    /// `--log` without a level.
    #[error("--log needs a level: off, error, warn, info, debug or trace")]
    BadLevel,
}

impl Arguments {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    /// The first argument that makes no sense.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Self, ArgumentError> {
        let mut arguments = arguments.peekable();
        let command = arguments.next_if(|first| !first.starts_with('-'));
        let is_shop = match command.as_deref() {
            None | Some("shop") => true,
            Some("payments") => false,
            Some(other) => return Err(ArgumentError::Unknown(other.to_owned())),
        };
        let mut visit = Visit::Clients(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let (mut payments, mut socket) = (Place::Inside, None);
        let mut log = LevelFilter::INFO;
        let (mut demo, mut help) = (false, false);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => help = true,
                "--demo" if is_shop => demo = true,
                "--listen" if is_shop => {
                    let address = arguments.next().ok_or(ArgumentError::NoAddress)?;
                    visit = Visit::Clients(address.parse().map_err(|_| ArgumentError::BadAddress(address))?);
                }
                "--payments" if is_shop => {
                    payments = match arguments.next().ok_or(ArgumentError::NoPlace)?.as_str() {
                        "inside" => Place::Inside,
                        "memory" => Place::Memory,
                        path => Place::Socket(path.into()),
                    };
                }
                "--socket" if !is_shop => socket = Some(arguments.next().ok_or(ArgumentError::NoSocket)?),
                "--log" => {
                    let level = arguments.next().ok_or(ArgumentError::BadLevel)?;
                    log = level.parse().map_err(|_| ArgumentError::BadLevel)?;
                }
                _ => return Err(ArgumentError::Unknown(argument)),
            }
        }
        let task = match () {
            () if help => Task::Help,
            () if is_shop => Task::Shop { payments, visit: if demo { Visit::Demo } else { visit } },
            () => Task::Payments(socket.ok_or(ArgumentError::NoSocket)?.into()),
        };
        Ok(Self { task, log })
    }
}
