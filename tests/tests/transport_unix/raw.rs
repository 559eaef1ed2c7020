//! A peer that speaks for itself, byte by byte.

use std::path::Path;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

pub(crate) struct Raw(pub(crate) UnixStream);

pub(crate) const HELLO: [u8; 15] = [0, b'c', b't', b'g', b'a', 0, 1, 0, 16, 0, 0, 0, 0, 0, 64];

pub(crate) fn framed(body: &[u8]) -> Vec<u8> {
    let mut frame = (body.len() as u32).to_be_bytes().to_vec();
    frame.extend(body);
    frame
}

pub(crate) fn request(slot: u32, generation: u32, endpoint: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = vec![2];
    body.extend(slot.to_be_bytes());
    body.extend(generation.to_be_bytes());
    body.push(endpoint.len() as u8);
    body.extend(endpoint.as_bytes());
    body.extend(bytes);
    framed(&body)
}

pub(crate) fn subscribe(slot: u32, endpoint: &str, group: &str, credit: u32) -> Vec<u8> {
    let mut body = vec![11];
    body.extend(slot.to_be_bytes());
    body.extend(0_u32.to_be_bytes());
    for name in [endpoint, group] {
        body.push(name.len() as u8);
        body.extend(name.as_bytes());
    }
    body.extend(credit.to_be_bytes());
    framed(&body)
}

/// What an answer to that says.
pub(crate) fn answer(slot: u32, generation: u32, bytes: &[u8]) -> Vec<u8> {
    let mut body = vec![4];
    body.extend(slot.to_be_bytes());
    body.extend(generation.to_be_bytes());
    body.extend(bytes);
    body
}

impl Raw {
    /// Connected, and nothing said.
    pub(crate) async fn connect(path: &Path) -> Self {
        Self(UnixStream::connect(path).await.unwrap())
    }

    /// Connected, and greeted by both.
    pub(crate) async fn greeted(path: &Path) -> Self {
        let mut raw = Self::connect(path).await;
        raw.send(&framed(&HELLO)).await;
        assert_eq!(raw.frame().await.unwrap()[..7], HELLO[..7]);
        raw
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The next frame; nothing where the other side has closed the connection.
    pub(crate) async fn frame(&mut self) -> Option<Vec<u8>> {
        let length = self.0.read_u32().await.ok()?;
        let mut body = vec![0; length as usize];
        self.0.read_exact(&mut body).await.ok()?;
        Some(body)
    }
}
