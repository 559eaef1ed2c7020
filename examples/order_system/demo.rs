//! A few requests to the shop itself, over a real socket.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::server::Server;
use crate::shop::Shop;

/// Method, path, body, and the status that the answer should have.
const REQUESTS: &[(&str, &str, &str, &str)] = &[
    ("GET", "/health", "", "200"),
    ("PUT", "/stock/TEA", r#"{"available":3,"price_cents":450}"#, "200"),
    (
        "POST",
        "/orders",
        r#"{"customer":"ann@example.com","lines":[{"sku":"TEA","quantity":2}],"card":"4242424242424242"}"#,
        "201",
    ),
    (
        "POST",
        "/orders",
        r#"{"customer":"bob@example.com","lines":[{"sku":"TEA","quantity":2}],"card":"4242424242424242"}"#,
        "409",
    ),
    (
        "POST",
        "/orders",
        r#"{"customer":"bob@example.com","lines":[{"sku":"TEA","quantity":1}],"card":"4000000000000002"}"#,
        "402",
    ),
    ("POST", "/orders", r#"{"customer":"bob","lines":[{"sku":"TEA","quantity":0}],"card":"42"}"#, "422"),
    ("GET", "/stock/TEA", "", "200"),
    ("GET", "/orders", "", "200"),
    ("GET", "/takings", "", "200"),
];

/// Serves the requests, prints each with its answer, and stops the server.
///
/// # Errors
/// What the socket says, and an answer with another status than it should have.
#[expect(clippy::print_stdout, reason = "the answers are for whoever started it")]
pub(crate) async fn run<S: Shop>(server: Server<S>) -> io::Result<()> {
    let address = server.address()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(server.run(async move { drop(stopped.await) }));
    for (method, path, body, expected) in REQUESTS {
        let (status, answer) = request(address, method, path, body).await?;
        println!("{method} {path} {body}\n  {status} {}", answer.trim_end().replace('\n', "\n      "));
        if status != *expected {
            return Err(io::Error::other(format!("{method} {path} should have answered {expected}, not {status}")));
        }
    }
    drop(stop);
    server.await.map_err(io::Error::other)?
}

/// One request on a connection of its own. In HTTP/1.0 the end of the connection is the end of the
/// body, so nothing has to be decoded.
async fn request(address: SocketAddr, method: &str, path: &str, body: &str) -> io::Result<(String, String)> {
    let mut socket = TcpStream::connect(address).await?;
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(body.as_bytes()).await?;
    let mut response = String::new();
    socket.read_to_string(&mut response).await?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).ok_or(io::ErrorKind::InvalidData)?;
    Ok((status.to_owned(), body.to_owned()))
}

/// The demo's state, which ends with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new one, among the system's temporary files.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn new() -> io::Result<Self> {
        let folder = env::temp_dir().join(format!("order_system-{}", process::id()));
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Where it cannot be removed the system does so one day.
        let _removed = fs::remove_dir_all(&self.0);
    }
}
