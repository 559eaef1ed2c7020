use core::future::poll_fn;
use core::pin::Pin;
use std::io;

use bytes::BytesMut;
use futures_core::Stream;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio_util::codec::FramedRead;

use crate::transport::TransportError;
use crate::transport::framed::frame::Frame;
use crate::transport::framed::hello::Hello;
use crate::transport::framed::lengths::Lengths;

/// What arrives on a connection, frame by frame.
pub(super) struct Frames {
    frames: FramedRead<OwnedReadHalf, Lengths>,
}

impl Frames {
    /// The next frame; `None` where the peer has closed the connection.
    pub(super) async fn next(&mut self) -> Option<Result<Frame, TransportError>> {
        let bytes = poll_fn(|cx| Pin::new(&mut self.frames).poll_next(cx)).await?;
        Some(match bytes {
            Ok(bytes) => Frame::get(bytes.freeze()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(TransportError::Incompatible),
            Err(_) => Err(TransportError::Lost),
        })
    }
}

/// Says hello and hears it; answers with what both sides take.
pub(super) async fn greet(stream: UnixStream, hello: Hello) -> Result<(Frames, OwnedWriteHalf, Hello), TransportError> {
    let (read, mut write) = stream.into_split();
    // Nothing larger than a hello before that.
    let codec = Lengths::new(1 + Hello::BYTES);
    let mut frames = Frames { frames: FramedRead::with_capacity(read, codec, Lengths::AT_ONCE) };
    let mut out = BytesMut::new();
    Frame::Hello(hello).put(&mut out);
    write.write_all(&out).await.map_err(|_| TransportError::Unreachable)?;
    let theirs = match frames.next().await {
        Some(Ok(Frame::Hello(theirs))) => theirs,
        Some(Ok(_) | Err(TransportError::Incompatible)) => return Err(TransportError::Incompatible),
        Some(Err(_)) | None => return Err(TransportError::Unreachable),
    };
    let both = hello.meet(theirs);
    frames.frames.decoder_mut().set_longest(both.frame as usize);
    Ok((frames, write, both))
}
