use std::sync::Arc;

use tokio::net::unix::OwnedWriteHalf;

use super::either::either;
use super::limits::UnixLimits;
use super::pump::Frames;
use super::slots::Slots;
use crate::time::Timer;
use crate::transport::framed::hello::Hello;
use crate::transport::framed::out::Out;

/// Both halves, and what both sides take.
pub(super) type Connected = (Frames, OwnedWriteHalf, Hello);

/// Ends what was asked on a connection with it, also where its task is dropped.
struct Lost<'s>(&'s Slots, Arc<Out>);

impl Drop for Lost<'_> {
    fn drop(&mut self) {
        self.0.lost(&self.1);
    }
}

/// A client's connection, until it is lost.
pub(super) async fn run<T: Timer>(connected: Connected, slots: &Slots, limits: &UnixLimits, timer: &T) {
    let (mut frames, mut write, hello) = connected;
    let out = Arc::new(Out::default());
    slots.connected(&out, hello);
    let _lost = Lost(slots, Arc::clone(&out));
    let reading = async {
        while let Some(Ok(frame)) = frames.next().await {
            if slots.take(frame).is_err() {
                return;
            }
        }
    };
    let writing = async {
        // An error of a write is the end of the connection, whatever it was.
        let _error = out.write(&mut write, timer, limits.stall, || slots.in_flight()).await;
    };
    either(reading, writing).await;
}
