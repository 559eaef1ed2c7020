//! What an operator asks of a shop that runs: over a socket in its data's folder, that is there for the shop's own user
//! alone.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use catga::Remote;
use catga::prelude::*;
use catga::store::Durable;
use catga::transport::Transport as _;
use catga::transport::unix::{UnixClient, UnixServer};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::causes::Causes;

/// How long a copy may take, and whoever asked for it waits.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// How long a copy that is under way may take once the shop is closed.
const GRACE: Duration = Duration::from_secs(10);

/// Everything that an operator may ask.
#[contract(endpoint = "admin")]
pub(crate) struct AdminApi(BackUp);

/// Copies one state of the store into a new file, while the shop works on; answers how many rows it has.
#[command(reply = u64, error = BackUpError, trace(%to))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct BackUp {
    /// A path that begins at the root: the shop stands in a folder of its own.
    pub(crate) to: String,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error, Classify, Serialize, Deserialize)]
pub(crate) enum BackUpError {
    /// What the store says.
    #[error("{0}")]
    #[class(code = "admin.store")]
    Store(String),
}

/// Handles what is asked.
pub(crate) struct Admin {
    file: Arc<Durable>,
}

#[handler]
impl Admin {
    async fn back_up(&self, command: BackUp) -> Result<u64, BackUpError> {
        let (file, to) = (Arc::clone(&self.file), PathBuf::from(command.to));
        // It reads and writes all rows, and others go on meanwhile.
        let copied = spawn_blocking(move || file.backup(to)).await;
        let copied = copied.map_err(|error| BackUpError::Store(error.to_string()))?;
        copied.map(|copied| copied.rows).map_err(|error| BackUpError::Store(Causes(&error).to_string()))
    }
}

/// Where an operator is heard.
#[mediator(serves(AdminApi))]
#[pipeline(Trace)]
pub(crate) struct Office {
    admin: Admin,
}

fn path(data: &Path) -> PathBuf {
    data.join("admin.sock")
}

impl Office {
    /// Of the shop with this store.
    pub(crate) const fn new(file: Arc<Durable>) -> Self {
        Self { admin: Admin { file } }
    }

    /// Answers operators until `stop` is ready.
    ///
    /// # Errors
    /// The socket cannot be made, or no longer listens.
    pub(crate) async fn serve(&self, data: &Path, stop: impl Future<Output = ()>) -> Result<(), String> {
        let path = path(data);
        let failed = |error: &dyn std::error::Error| format!("cannot listen at {}: {error}", path.display());
        let socket = UnixServer::bind(&path).await.map_err(|error| failed(&error))?;
        let close = async {
            stop.await;
            socket.close(GRACE).await;
            Ok(())
        };
        // It is the transport that ends it.
        let never = Cancel::new();
        let server = Server::new(socket.clone());
        let served = async { server.serve::<AdminApi, _>(self, &never).await.map_err(|error| failed(&error)) };
        tokio::try_join!(served, close).map(|_| ())
    }
}

/// An operator.
#[mediator]
struct Operator {
    shop: Remote<UnixClient, AdminApi>,
}

/// Asks the shop that runs on these data for a copy of its store; how many rows it has.
///
/// # Errors
/// The path cannot be found, nobody answers, or what the shop says.
pub(crate) async fn back_up(data: &Path, to: &Path) -> Result<u64, String> {
    let absolute = |path: &Path| -> io::Result<String> {
        let path = std::path::absolute(path)?;
        path.into_os_string().into_string().map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))
    };
    let to = absolute(to).map_err(|error| format!("cannot write {}: {error}", to.display()))?;
    let operator = Operator { shop: Remote::new(UnixClient::new(path(data))).patience(PATIENCE) };
    operator.send(BackUp { to }).await.map_err(|error| match error.handler() {
        Some(error) => format!("the shop that runs has made no copy: {error}"),
        None => format!("the shop that runs does not answer: {error}"),
    })
}
