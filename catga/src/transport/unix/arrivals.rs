//! What a client is told by its server, frame by frame.

use core::task::{Poll, Waker};
use std::sync::Arc;

use bytes::Bytes;

use super::deliveries::{Arrived, unseen};
use super::slots::Slots;
use super::state::{Asked, Phase};
use crate::transport::framed::frame::Frame;
use crate::transport::shared::key::Key;
use crate::transport::shared::pipe::Pipe;
use crate::transport::{Parcel, TransportError};

impl Slots {
    /// What has arrived. An error ends the connection.
    pub(super) fn take(&self, frame: Frame) -> Result<(), TransportError> {
        match frame {
            Frame::Goaway => {
                self.take_goaway();
                Ok(())
            }
            Frame::Answer(key, bytes) => self.take_answer(key, bytes),
            Frame::Item(key, bytes) => self.take_item(key, bytes),
            Frame::Delivery(key, number, attempt, parcel) => self.take_delivery(key, number, attempt, parcel),
            Frame::End(key) => {
                self.take_end(key, Ok(()));
                Ok(())
            }
            Frame::Error(key, error) => {
                self.take_end(key, Err(error));
                Ok(())
            }
            _ => Err(TransportError::Incompatible),
        }
    }

    fn take_goaway(&self) {
        let mut state = self.lock();
        if let Phase::Connected(out, _) = &state.phase {
            state.phase = Phase::GoingAway(Arc::clone(out));
        }
        let woken: Vec<Waker> = state.line.all().collect();
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }

    fn take_answer(&self, key: Key, bytes: Bytes) -> Result<(), TransportError> {
        let mut state = self.lock();
        match state.slots.get(key).map(|slot| &mut slot.asked) {
            Some(asked @ Asked::Waiting(_)) => {
                let before = core::mem::replace(asked, Asked::Answered(Ok(bytes)));
                drop(state);
                if let Asked::Waiting(Some(caller)) = before {
                    caller.wake();
                }
                Ok(())
            }
            Some(Asked::Deliveries(pipe)) => {
                let pipe = Arc::clone(pipe);
                drop(state);
                // It was left meanwhile, or there is room: it is the first.
                let _left = push(&pipe, Arrived::Subscribed(bytes));
                Ok(())
            }
            // Its caller has gone.
            None => Ok(()),
            Some(_) => Err(TransportError::Incompatible),
        }
    }

    fn take_item(&self, key: Key, bytes: Bytes) -> Result<(), TransportError> {
        let mut state = self.lock();
        match state.slots.get(key).map(|slot| &slot.asked) {
            Some(Asked::Items(pipe)) => {
                let pipe = Arc::clone(pipe);
                drop(state);
                // More than it was asked for, unless nobody reads any more.
                if push(&pipe, bytes) || !pipe.is_read() { Ok(()) } else { Err(TransportError::Incompatible) }
            }
            None => Ok(()),
            Some(_) => Err(TransportError::Incompatible),
        }
    }

    fn take_delivery(&self, key: Key, number: u64, attempt: u32, parcel: Parcel) -> Result<(), TransportError> {
        let mut state = self.lock();
        match state.slots.get(key).map(|slot| &slot.asked) {
            Some(Asked::Deliveries(pipe)) => {
                let pipe = Arc::clone(pipe);
                drop(state);
                if push(&pipe, Arrived::Delivery { number, attempt, parcel }) {
                    return Ok(());
                }
                if pipe.is_read() {
                    return Err(TransportError::Incompatible);
                }
                // Its subscriber goes in this moment, and has looked for what he leaves unread.
                self.tell(&unseen(key, number));
                Ok(())
            }
            // Nobody has subscribed any more.
            None => {
                state.put(&unseen(key, number));
                Ok(())
            }
            Some(_) => Err(TransportError::Incompatible),
        }
    }

    fn take_end(&self, key: Key, ending: Result<(), TransportError>) {
        let mut state = self.lock();
        let woken = state.end(key, ending);
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }
}

/// Puts in what was asked for; there is no room for more than that.
fn push<I>(pipe: &Pipe<I>, item: I) -> bool {
    matches!(pipe.send(&mut Some(item), Waker::noop()), Poll::Ready(Ok(())))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use bytes::BytesMut;

    use super::*;
    use crate::transport::framed::hello::Hello;
    use crate::transport::framed::out::Out;

    #[test]
    fn a_delivery_that_comes_while_its_subscriber_goes_is_given_back() {
        let (slots, out) = (Slots::new(), Arc::new(Out::default()));
        slots.connected(&out, Hello { frame: 1_000, in_flight: 1 });
        let pipe = Arc::new(Pipe::new(2));
        let key = slots.lock().insert(false, Asked::Deliveries(Arc::clone(&pipe)));
        let delivery = |number| Frame::Delivery(key, number, 1, Parcel::new(number, Bytes::new()));
        // It has looked for what it leaves unread, and has not told yet that it goes.
        slots.take(delivery(1)).unwrap();
        assert_eq!(pipe.leave().len(), 1);
        assert!(!out.is_over(1), "nothing is to be written");
        slots.take(delivery(2)).unwrap();
        let mut unseen = BytesMut::new();
        super::unseen(key, 2).put(&mut unseen);
        assert!(out.is_over(unseen.len()), "the server waits for the deadline of a delivery that nobody has");
    }
}
