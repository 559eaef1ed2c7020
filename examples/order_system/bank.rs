//! The bank that payments talk to: in this process, or in another, which has its own word for it. Each call is a
//! connection, and a line of JSON each way.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::money::Cents;
use crate::payments::Gateway;
use crate::payments_api::{Card, PaymentError, Receipt};
use crate::simulator::Simulator;

/// Where the bank is.
#[derive(Debug)]
pub(crate) enum Bank {
    /// In this process.
    Inside(Simulator),
    /// At this address.
    At(SocketAddr),
}

#[derive(Serialize, Deserialize)]
enum Call {
    Charge { key: String, card: Card, amount: Cents },
    Void { key: String },
    Takings,
}

type Answer<T> = Result<T, PaymentError>;

impl Gateway for Bank {
    async fn charge(&self, key: &str, card: &Card, amount: Cents) -> Answer<Receipt> {
        match self {
            Self::Inside(simulator) => simulator.charge(key, card, amount).await,
            Self::At(address) => call(*address, &Call::Charge { key: key.into(), card: card.clone(), amount }).await,
        }
    }

    async fn void(&self, key: &str) -> Answer<()> {
        match self {
            Self::Inside(simulator) => simulator.void(key).await,
            Self::At(address) => call(*address, &Call::Void { key: key.into() }).await,
        }
    }

    async fn takings(&self) -> Answer<Cents> {
        match self {
            Self::Inside(simulator) => simulator.takings().await,
            Self::At(address) => call(*address, &Call::Takings).await,
        }
    }
}

/// Asks the bank. Where it cannot be reached it was told nothing; where it breaks off, nobody knows.
async fn call<T: for<'de> Deserialize<'de>>(address: SocketAddr, call: &Call) -> Answer<T> {
    let mut socket = TcpStream::connect(address).await.map_err(|_| PaymentError::Unreachable)?;
    let answered = async {
        socket.write_all(&line(call)?).await?;
        let mut answer = String::new();
        BufReader::new(&mut socket).read_line(&mut answer).await?;
        Ok::<Answer<T>, io::Error>(serde_json::from_str(&answer)?)
    };
    answered.await.unwrap_or(Err(PaymentError::NoAnswer))
}

/// Answers as a bank, for as long as it runs.
///
/// # Errors
/// What the socket says.
pub(crate) async fn serve(listener: TcpListener, simulator: Simulator) -> io::Result<()> {
    let simulator = Arc::new(simulator);
    loop {
        let (socket, _) = listener.accept().await?;
        let simulator = Arc::clone(&simulator);
        tokio::spawn(async move {
            if let Err(error) = answer(socket, &simulator).await {
                tracing::warn!(%error, "a caller broke off");
            }
        });
    }
}

async fn answer(socket: TcpStream, simulator: &Simulator) -> io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut text = String::new();
    socket.read_line(&mut text).await?;
    let call = serde_json::from_str(&text)?;
    let answered = async {
        match call {
            Call::Charge { key, card, amount } => line(&simulator.charge(&key, &card, amount).await),
            Call::Void { key } => line(&simulator.void(&key).await),
            Call::Takings => line(&simulator.takings().await),
        }
    };
    let answer = tokio::select! {
        answer = answered => answer?,
        // Nobody waits any more. What was begun with the ledger is written nevertheless.
        _ = socket.read_u8() => return Ok(()),
    };
    socket.write_all(&answer).await
}

fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}
