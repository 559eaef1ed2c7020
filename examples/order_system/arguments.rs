//! What the command line says.

use std::net::SocketAddr;

use tracing::level_filters::LevelFilter;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A shop over HTTP: orders, stock, payments, shipping and mail.

Usage: order_system [--listen ADDRESS] [--log LEVEL] [--demo]

  --listen ADDRESS  where to listen, 127.0.0.1:8080 unless said; port 0 takes a free one
  --log LEVEL       what goes to stderr: off, error, warn, info, debug or trace; info unless said
  --demo            take a free port, send a few requests, print the answers, and end
  --help            print this
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Serve until told to stop.
    Serve(SocketAddr),
    /// Serve a few requests of our own.
    Demo,
    /// Print [`HELP`].
    Help,
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
    /// No such argument.
    #[error("unknown argument `{0}`; try --help")]
    Unknown(String),
    /// `--listen` at the end.
    #[error("--listen needs an address, such as 127.0.0.1:8080")]
    NoAddress,
    /// No address.
    #[error("`{0}` is not an address to listen on; one looks like 127.0.0.1:8080")]
    BadAddress(String),
    /// `--log` without a level.
    #[error("--log needs a level: off, error, warn, info, debug or trace")]
    BadLevel,
}

impl Arguments {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    /// The first argument that makes no sense.
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, ArgumentError> {
        let mut listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        let mut log = LevelFilter::INFO;
        let (mut demo, mut help) = (false, false);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => help = true,
                "--demo" => demo = true,
                "--listen" => {
                    let address = arguments.next().ok_or(ArgumentError::NoAddress)?;
                    listen = address.parse().map_err(|_| ArgumentError::BadAddress(address))?;
                }
                "--log" => {
                    let level = arguments.next().ok_or(ArgumentError::BadLevel)?;
                    log = level.parse().map_err(|_| ArgumentError::BadLevel)?;
                }
                _ => return Err(ArgumentError::Unknown(argument)),
            }
        }
        let task = match () {
            () if help => Task::Help,
            () if demo => Task::Demo,
            () => Task::Serve(listen),
        };
        Ok(Self { task, log })
    }
}
