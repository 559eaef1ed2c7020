use core::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::fault::{get_error, put_error};
use super::hello::Hello;
use super::name::{Name, get_name, put_name};
use super::parts::{get_key, get_parcel, put_key, put_parcel};
use crate::transport::shared::key::Key;
use crate::transport::{Parcel, TransportError};

/// What one side says to the other. `Error` where the peer breaks the rules is `Incompatible`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::transport) enum Frame {
    Hello(Hello),
    /// Nothing new, please; what is in flight is finished.
    Goaway,
    Request(Key, Name, Bytes),
    /// A request for items, and how many may be sent before they are read.
    RequestMany(Key, Name, u32, Bytes),
    Answer(Key, Bytes),
    Item(Key, Bytes),
    End(Key),
    Error(Key, TransportError),
    Cancel(Key),
    /// So many more items may be sent.
    Credit(Key, u32),
    Publish(Key, Name, Parcel),
    /// An endpoint, a group, and how many deliveries may be out before they are read.
    Subscribe(Key, Name, Name, u32),
    /// To a subscription: the delivery's number, its attempt, and the parcel.
    Delivery(Key, u64, u32, Parcel),
    /// What became of a delivery: of which subscription, and its number.
    Settle(Key, Key, u64, Settled),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) enum Settled {
    Acked,
    Refused(Duration),
    Extended,
    /// Nobody has looked at it, and nobody waits for the answer.
    Unseen,
    /// Nobody will settle it, and nobody waits for the answer.
    Forgotten,
}

/// What a frame of the largest kind takes beside names and bytes.
pub(in crate::transport) const OVERHEAD: usize = 64;

const HELLO: u8 = 0;
const GOAWAY: u8 = 1;
const REQUEST: u8 = 2;
const REQUEST_MANY: u8 = 3;
const ANSWER: u8 = 4;
const ITEM: u8 = 5;
const END: u8 = 6;
const ERROR: u8 = 7;
const CANCEL: u8 = 8;
const CREDIT: u8 = 9;
const PUBLISH: u8 = 10;
const SUBSCRIBE: u8 = 11;
const DELIVERY: u8 = 12;
const SETTLE: u8 = 13;

/// The one frame that has to be fast: no name is copied for it.
pub(in crate::transport) fn put_request(out: &mut BytesMut, key: Key, endpoint: &str, bytes: &[u8]) {
    framed(out, |out| {
        out.put_u8(REQUEST);
        put_key(out, key);
        put_name(out, endpoint);
        out.put_slice(bytes);
    });
}

pub(in crate::transport) fn put_answer(out: &mut BytesMut, key: Key, bytes: &[u8]) {
    framed(out, |out| {
        out.put_u8(ANSWER);
        put_key(out, key);
        out.put_slice(bytes);
    });
}

/// Writes what `body` writes, with its length in front.
fn framed(out: &mut BytesMut, body: impl FnOnce(&mut BytesMut)) {
    let at = out.len();
    out.put_u32(0);
    body(out);
    // Lengths are checked before anything is written.
    let length = (out.len() - at - 4) as u32;
    if let Some(place) = out.get_mut(at..at + 4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
}

impl Frame {
    /// Appends the frame, with its length in front.
    pub(in crate::transport) fn put(&self, out: &mut BytesMut) {
        framed(out, |out| self.put_body(out));
    }

    fn put_body(&self, out: &mut BytesMut) {
        match self {
            Self::Hello(hello) => {
                out.put_u8(HELLO);
                hello.put(out);
            }
            Self::Goaway => out.put_u8(GOAWAY),
            Self::Request(key, endpoint, bytes) => {
                put_head(out, REQUEST, *key);
                put_name(out, endpoint.as_str());
                out.put_slice(bytes);
            }
            Self::RequestMany(key, endpoint, credit, bytes) => {
                put_head(out, REQUEST_MANY, *key);
                put_name(out, endpoint.as_str());
                out.put_u32(*credit);
                out.put_slice(bytes);
            }
            Self::Answer(key, bytes) => {
                put_head(out, ANSWER, *key);
                out.put_slice(bytes);
            }
            Self::Item(key, bytes) => {
                put_head(out, ITEM, *key);
                out.put_slice(bytes);
            }
            Self::End(key) => put_head(out, END, *key),
            Self::Error(key, error) => {
                put_head(out, ERROR, *key);
                put_error(out, *error);
            }
            Self::Cancel(key) => put_head(out, CANCEL, *key),
            Self::Credit(key, more) => {
                put_head(out, CREDIT, *key);
                out.put_u32(*more);
            }
            Self::Publish(key, endpoint, parcel) => {
                put_head(out, PUBLISH, *key);
                put_name(out, endpoint.as_str());
                put_parcel(out, parcel);
            }
            Self::Subscribe(key, endpoint, group, credit) => {
                put_head(out, SUBSCRIBE, *key);
                put_name(out, endpoint.as_str());
                put_name(out, group.as_str());
                out.put_u32(*credit);
            }
            Self::Delivery(key, number, attempt, parcel) => {
                put_head(out, DELIVERY, *key);
                out.put_u64(*number);
                out.put_u32(*attempt);
                put_parcel(out, parcel);
            }
            Self::Settle(key, subscription, number, settled) => {
                put_head(out, SETTLE, *key);
                put_key(out, *subscription);
                out.put_u64(*number);
                let (how, after) = match settled {
                    Settled::Acked => (0, Duration::ZERO),
                    Settled::Refused(after) => (1, *after),
                    Settled::Extended => (2, Duration::ZERO),
                    Settled::Unseen => (3, Duration::ZERO),
                    Settled::Forgotten => (4, Duration::ZERO),
                };
                out.put_u8(how);
                out.put_u64(crate::time::nanos(after));
            }
        }
    }

    /// Reads a frame's body, without its length. All of it has to be used.
    pub(in crate::transport) fn get(mut bytes: Bytes) -> Result<Self, TransportError> {
        Self::read(&mut bytes).ok_or(TransportError::Incompatible)?
    }

    fn read(bytes: &mut Bytes) -> Option<Result<Self, TransportError>> {
        let kind = bytes.try_get_u8().ok()?;
        match kind {
            HELLO => {
                let hello = Hello::get(bytes);
                return Some(hello.map(Self::Hello));
            }
            GOAWAY => return Some(Ok(Self::Goaway)),
            _ => {}
        }
        let key = get_key(bytes)?;
        let frame = match kind {
            REQUEST => Self::Request(key, get_name(bytes)?, core::mem::take(bytes)),
            REQUEST_MANY => {
                let endpoint = get_name(bytes)?;
                let credit = bytes.try_get_u32().ok()?;
                Self::RequestMany(key, endpoint, credit, core::mem::take(bytes))
            }
            ANSWER => Self::Answer(key, core::mem::take(bytes)),
            ITEM => Self::Item(key, core::mem::take(bytes)),
            END => Self::End(key),
            ERROR => Self::Error(key, get_error(bytes)?),
            CANCEL => Self::Cancel(key),
            CREDIT => Self::Credit(key, bytes.try_get_u32().ok()?),
            PUBLISH => Self::Publish(key, get_name(bytes)?, get_parcel(bytes)?),
            SUBSCRIBE => {
                let (endpoint, group) = (get_name(bytes)?, get_name(bytes)?);
                Self::Subscribe(key, endpoint, group, bytes.try_get_u32().ok()?)
            }
            DELIVERY => {
                let number = bytes.try_get_u64().ok()?;
                let attempt = bytes.try_get_u32().ok()?;
                Self::Delivery(key, number, attempt, get_parcel(bytes)?)
            }
            SETTLE => {
                let subscription = get_key(bytes)?;
                let number = bytes.try_get_u64().ok()?;
                let how = bytes.try_get_u8().ok()?;
                let after = Duration::from_nanos(bytes.try_get_u64().ok()?);
                let settled = match how {
                    0 => Settled::Acked,
                    1 => Settled::Refused(after),
                    2 => Settled::Extended,
                    3 => Settled::Unseen,
                    4 => Settled::Forgotten,
                    _ => return None,
                };
                Self::Settle(key, subscription, number, settled)
            }
            _ => return None,
        };
        bytes.is_empty().then_some(Ok(frame))
    }
}

fn put_head(out: &mut BytesMut, kind: u8, key: Key) {
    out.put_u8(kind);
    put_key(out, key);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_kind() -> Vec<Frame> {
        let key = Key { slot: 7, generation: u32::MAX };
        let (name, bytes) = (Name::new("payments.ü"), Bytes::from_static(b"body"));
        let parcel = Parcel { bytes: bytes.clone(), id: u64::MAX, key: Some(3) };
        vec![
            Frame::Hello(Hello { frame: 1, in_flight: 2 }),
            Frame::Goaway,
            Frame::Request(key, name.clone(), bytes.clone()),
            Frame::RequestMany(key, name.clone(), 9, Bytes::new()),
            Frame::Answer(key, bytes.clone()),
            Frame::Item(key, bytes),
            Frame::End(key),
            Frame::Error(key, TransportError::TooLarge { bytes: 5, limit: 4 }),
            Frame::Error(key, TransportError::Unanswered),
            Frame::Cancel(key),
            Frame::Credit(key, 12),
            Frame::Publish(key, name.clone(), Parcel { key: None, ..parcel.clone() }),
            Frame::Subscribe(key, name, Name::new(""), 1),
            Frame::Delivery(key, 1, 2, parcel),
            Frame::Settle(key, key, 4, Settled::Acked),
            Frame::Settle(key, key, 4, Settled::Refused(Duration::from_millis(5))),
            Frame::Settle(key, key, 4, Settled::Extended),
            Frame::Settle(key, key, 4, Settled::Unseen),
            Frame::Settle(key, key, 4, Settled::Forgotten),
        ]
    }

    fn body(frame: &Frame) -> Bytes {
        let mut out = BytesMut::new();
        frame.put(&mut out);
        assert_eq!(out.get_u32() as usize, out.len());
        out.freeze()
    }

    #[test]
    fn every_frame_is_read_as_it_was_written() {
        for frame in every_kind() {
            let body = body(&frame);
            assert!(body.len() <= OVERHEAD, "{frame:?} takes {} bytes", body.len());
            assert_eq!(Frame::get(body), Ok(frame));
        }
    }

    #[test]
    fn what_is_cut_short_is_an_error_or_another_shorter_body() {
        for frame in every_kind() {
            let body = body(&frame);
            for end in 0..body.len() {
                let read = Frame::get(body.slice(..end));
                assert_ne!(read, Ok(frame.clone()));
            }
        }
    }

    #[test]
    fn unknown_kinds_and_bytes_left_over_are_errors() {
        assert_eq!(Frame::get(Bytes::from_static(&[200, 0, 0, 0, 0, 0, 0, 0, 0])), Err(TransportError::Incompatible));
        let mut long = BytesMut::from(&body(&Frame::End(Key { slot: 1, generation: 1 }))[..]);
        long.put_u8(0);
        assert_eq!(Frame::get(long.freeze()), Err(TransportError::Incompatible));
    }

    #[test]
    fn another_version_is_told() {
        let mut bytes = BytesMut::from(&body(&Frame::Hello(Hello { frame: 1, in_flight: 1 }))[..]);
        assert_eq!(bytes.len(), 1 + Hello::BYTES);
        bytes[6] = 9;
        assert_eq!(Frame::get(bytes.freeze()), Err(TransportError::Incompatible));
    }
}
