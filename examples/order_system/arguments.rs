//! What the command line says.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use crate::patience::Patience;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A shop over HTTP: orders, stock, payments, shipping and mail.

Usage: order_system [shop] [--listen ADDRESS] [--payments WHERE] [--bank ADDRESS] [--unpaid-after SECONDS]
                           [--patience SECONDS] [--lease SECONDS] [--demo]
       order_system payments --socket PATH [--bank ADDRESS] [--patience SECONDS]
       order_system bank [--listen ADDRESS]
       order_system dead-letters list | show ID | edit ID FIELD=VALUE.. | replay ID | discard ID
       order_system backup FILE
       order_system restore FILE [--above EPOCH]
       order_system confirm
       order_system check

all, before the command or after it:
  --data DIR             where state is kept, in files; target/order_system unless said
  --log LEVEL            what goes to stderr: off, error, warn, info, debug or trace; info unless said
  --help                 print this

shop, which is what it does unless told otherwise:
  --listen ADDRESS       where to listen, 127.0.0.1:8080 unless said; port 0 takes a free one
  --payments WHERE       where payments are: `inside` the shop's mediator unless said, in `memory` as a mediator of
                         their own, or in another process, at the path of its socket
  --bank ADDRESS         where payments find the bank; it is in their process unless said
  --unpaid-after SECONDS when an order without a card is cancelled; after 900 unless said
  --patience SECONDS     how long a charge may take; 2 unless said, and all others wait for longer in proportion
  --lease SECONDS        how long what a shop had begun that was killed is held before the next goes on; 3 unless said
  --demo                 in a folder of its own: take a free port, send a few requests, print the answers, and end

payments, in a process of their own:
  --socket PATH          where the shop finds them
  --bank ADDRESS         where they find the bank
  --patience SECONDS     how long a charge may take, as it is said to the shop

bank, a process that counts charges:
  --listen ADDRESS       where payments find it, 127.0.0.1:8090 unless said

dead-letters, the messages that could not be handled; while no shop runs on the data:
  list                   each with its id, its name, its attempts and its error
  show ID                all that is known of one
  edit ID FIELD=VALUE..  changes fields of the message
  replay ID              puts it back into the outbox, from which the next shop delivers it
  discard ID             throws it away

backup copies the shop's store into a new file, also while a shop runs: that is asked over `admin.sock` in the data's
folder, which is there for the shop's own user alone.

restore makes a store of a backup, and keeps a file that was there under another name. A shop on it takes orders and
settles none, as what was not sent when it was copied may have been sent since: see what, and then say confirm. So does
one on a copy of the file that was made otherwise.
  --above EPOCH          the last epoch that restore has printed, or 0; where the file that was there is too damaged to
                         say it

check looks at every record of the store. These three are for data that no shop runs on.
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Be a shop.
    Shop {
        /// Where payments are.
        payments: Place,
        /// Where the bank is, unless in the process of payments.
        bank: Option<SocketAddr>,
        /// When an order without a card is cancelled.
        unpaid_after: Duration,
        /// How long it waits.
        patience: Patience,
        /// What to do for whom.
        visit: Visit,
    },
    /// Be the payments of a shop, at this path.
    Payments(PathBuf, Option<SocketAddr>, Patience),
    /// Be a bank.
    Bank(SocketAddr),
    /// Look after the messages that could not be handled: a verb, and what it takes.
    DeadLetters(Vec<String>),
    /// Copy the store.
    Backup(PathBuf),
    /// Make a store of a copy, of an epoch above this one.
    Restore(PathBuf, Option<u16>),
    /// Let a restored store send.
    Confirm,
    /// Look at every record of the store.
    Check,
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
    pub(crate) data: Option<PathBuf>,
    pub(crate) log: LevelFilter,
}

/// Why the command line cannot be followed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgumentError {
    /// No such argument, or not for this task.
    #[error("unknown argument `{0}`; try --help")]
    Unknown(String),
    /// `--listen` or `--bank` at the end.
    #[error("{0} needs an address, such as 127.0.0.1:8080")]
    NoAddress(&'static str),
    /// No address.
    #[error("`{0}` is not an address; one looks like 127.0.0.1:8080")]
    BadAddress(String),
    /// `--payments` at the end.
    #[error("--payments needs a place: `inside`, `memory`, or the path of a socket")]
    NoPlace,
    /// `payments` without `--socket`, or `--socket` at the end.
    #[error("payments need a path: --socket /tmp/payments.sock")]
    NoSocket,
    /// `--data` at the end.
    #[error("--data needs a folder")]
    NoFolder,
    /// `--unpaid-after`, `--patience` or `--lease` without a number.
    #[error("{0} needs a number of seconds")]
    NoSeconds(&'static str),
    /// `backup` without a file.
    #[error("backup needs the path of a new file")]
    NoFile,
    /// `restore` without a file.
    #[error("restore needs the path of a backup")]
    NoBackup,
    /// `--above` without a number.
    #[error("--above needs an epoch, which is a number from 0 to 65534")]
    BadEpoch,
    /// `--log` without a level.
    #[error("--log needs a level: off, error, warn, info, debug or trace")]
    BadLevel,
}

/// An address behind a flag.
fn address(flag: &'static str, text: Option<String>) -> Result<SocketAddr, ArgumentError> {
    let text = text.ok_or(ArgumentError::NoAddress(flag))?;
    text.parse().map_err(|_| ArgumentError::BadAddress(text))
}

/// A number of seconds behind a flag.
fn seconds<N: FromStr>(flag: &'static str, text: Option<String>) -> Result<N, ArgumentError> {
    text.and_then(|secs| secs.parse().ok()).ok_or(ArgumentError::NoSeconds(flag))
}

impl Arguments {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    /// The first argument that makes no sense.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Self, ArgumentError> {
        let mut arguments: Vec<_> = arguments.collect();
        let command = command_at(&arguments).map_or_else(|| "shop".to_owned(), |at| arguments.remove(at));
        let (command, mut arguments) = (command.as_str(), arguments.into_iter());
        if !["shop", "payments", "bank", "dead-letters", "backup", "restore", "confirm", "check"].contains(&command) {
            return Err(ArgumentError::Unknown(command.to_owned()));
        }
        let (is_shop, pays) = (command == "shop", command == "payments");
        let (mut listen, mut bank, mut payments) = (None, None, Place::Inside);
        let (mut socket, mut data, mut words) = (None, None, Vec::new());
        let (mut unpaid_after, mut log) = (Duration::from_secs(900), LevelFilter::INFO);
        let mut patience = Patience::DEFAULT;
        let (mut demo, mut help, mut above) = (false, false, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => help = true,
                "--demo" if is_shop => demo = true,
                "--listen" if is_shop || command == "bank" => listen = Some(address("--listen", arguments.next())?),
                "--bank" if is_shop || pays => bank = Some(address("--bank", arguments.next())?),
                "--payments" if is_shop => {
                    payments = match arguments.next().ok_or(ArgumentError::NoPlace)?.as_str() {
                        "inside" => Place::Inside,
                        "memory" => Place::Memory,
                        path => Place::Socket(path.into()),
                    };
                }
                "--unpaid-after" if is_shop => {
                    unpaid_after = Duration::from_secs(seconds("--unpaid-after", arguments.next())?);
                }
                "--patience" if is_shop || pays => {
                    let secs: NonZeroU32 = seconds("--patience", arguments.next())?;
                    patience.charge = Duration::from_secs(secs.get().into());
                }
                "--lease" if is_shop => {
                    let secs: NonZeroU32 = seconds("--lease", arguments.next())?;
                    patience.lease = Duration::from_secs(secs.get().into());
                }
                "--above" if command == "restore" => {
                    let epoch = arguments.next().and_then(|epoch| epoch.parse().ok());
                    above = Some(epoch.ok_or(ArgumentError::BadEpoch)?);
                }
                "--socket" if pays => socket = Some(arguments.next().ok_or(ArgumentError::NoSocket)?),
                "--data" => data = Some(arguments.next().ok_or(ArgumentError::NoFolder)?.into()),
                "--log" => {
                    let level = arguments.next().ok_or(ArgumentError::BadLevel)?;
                    log = level.parse().map_err(|_| ArgumentError::BadLevel)?;
                }
                word if !word.starts_with('-') && takes(command, words.len()) => words.push(argument),
                _ => return Err(ArgumentError::Unknown(argument)),
            }
        }
        let at = |port| listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], port)));
        let task = match command {
            _ if help => Task::Help,
            "payments" => Task::Payments(socket.ok_or(ArgumentError::NoSocket)?.into(), bank, patience),
            "bank" => Task::Bank(at(8090)),
            "dead-letters" => Task::DeadLetters(words),
            "backup" => Task::Backup(words.pop().ok_or(ArgumentError::NoFile)?.into()),
            "restore" => Task::Restore(words.pop().ok_or(ArgumentError::NoBackup)?.into(), above),
            "confirm" => Task::Confirm,
            "check" => Task::Check,
            _ => {
                let visit = if demo { Visit::Demo } else { Visit::Clients(at(8080)) };
                Task::Shop { payments, bank, unpaid_after, patience, visit }
            }
        };
        Ok(Self { task, data, log })
    }
}

/// Where the command stands: options that all commands have may be before it.
fn command_at(arguments: &[String]) -> Option<usize> {
    let options = arguments.chunks(2).take_while(|pair| matches!(pair[0].as_str(), "--data" | "--log")).count();
    arguments.get(2 * options).filter(|word| !word.starts_with('-')).map(|_| 2 * options)
}

/// Whether a command takes one more word.
fn takes(command: &str, words: usize) -> bool {
    match command {
        "dead-letters" => true,
        "backup" | "restore" => words == 0,
        _ => false,
    }
}
