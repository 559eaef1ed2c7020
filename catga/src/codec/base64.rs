//! Bytes as text, for places that take nothing else: headers, URLs, JSON.
//!
//! ```
//! # #[cfg(feature = "postcard")] {
//! use catga::codec::base64::{Alphabet, Base64};
//! use catga::codec::{Decode, Encode, Postcard};
//!
//! // From a value to text, and nothing between them.
//! let mut text = heapless::Vec::<u8, 32>::new();
//! let mut base64 = Base64::new(Alphabet::UrlSafe, &mut text);
//! Postcard::encode(&("card", 4_200_u64), &mut base64).unwrap();
//! base64.finish().unwrap();
//! assert_eq!(text, b"BGNhcmToIA");
//!
//! let mut scratch = [0; 32];
//! let bytes = Alphabet::UrlSafe.decode(&text, &mut scratch).unwrap();
//! assert_eq!(Postcard::decode(bytes), Ok(("card", 4_200_u64)));
//! # }
//! ```
//!
//! Source: RFC 4648, sections 4 and 5.

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE_NO_PAD};

use super::{DecodeError, EncodeError};
use crate::buffer::{Full, Sink};

/// Which characters stand for the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// With `+` and `/`, filled up with `=` to a multiple of four.
    Standard,
    /// With `-` and `_`, not filled up: fits into a URL and a file's name as it is.
    UrlSafe,
}

impl Alphabet {
    const fn engine(self) -> &'static GeneralPurpose {
        match self {
            Self::Standard => &STANDARD,
            Self::UrlSafe => &URL_SAFE_NO_PAD,
        }
    }

    /// How many characters so many bytes take.
    pub const fn encoded_size(self, bytes: usize) -> usize {
        let whole = (bytes / 3).saturating_mul(4);
        whole.saturating_add(match (self, bytes % 3) {
            (_, 0) => 0,
            (Self::Standard, _) => 4,
            (Self::UrlSafe, rest) => rest + 1,
        })
    }

    /// Writes the text to the front of a slice, and answers that part of it.
    ///
    /// # Errors
    /// [`EncodeError::Short`] with the size needed, where the slice is smaller.
    pub fn encode<'a>(self, bytes: &[u8], into: &'a mut [u8]) -> Result<&'a mut str, EncodeError> {
        let short = EncodeError::Short { needed: self.encoded_size(bytes.len()) };
        let len = self.engine().encode_slice(bytes, into).map_err(|_| short)?;
        let text = into.get_mut(..len).ok_or(short)?;
        core::str::from_utf8_mut(text).map_err(|_| EncodeError::Inexpressible { codec: NAME })
    }

    /// Writes the bytes to the front of a slice, and answers that part of it. There is one text for some bytes:
    /// another alphabet, missing or wrong filling and bits that stand for nothing are refused.
    ///
    /// # Errors
    /// [`DecodeError::Scratch`] with the size needed where the slice is smaller, and [`DecodeError::Malformed`].
    pub fn decode(self, text: impl AsRef<[u8]>, into: &mut [u8]) -> Result<&mut [u8], DecodeError> {
        let text = text.as_ref();
        let filling = text.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
        let needed = (text.len() - filling) / 4 * 3 + ((text.len() - filling) % 4).saturating_sub(1);
        let into = into.get_mut(..needed).ok_or(DecodeError::Scratch { needed })?;
        let malformed = DecodeError::Malformed { codec: NAME };
        let len = self.engine().decode_slice(text, into).map_err(|_| malformed)?;
        into.get_mut(..len).ok_or(malformed)
    }
}

const NAME: &str = "base64";

/// How many bytes become text at once, and the room for it.
const BYTES: usize = 48;
const TEXT: usize = 64;

/// A sink that hands what it is given to another as text.
#[derive(Debug)]
pub struct Base64<S> {
    sink: S,
    alphabet: Alphabet,
    held: heapless::Vec<u8, BYTES>,
}

impl<S: Sink> Base64<S> {
    /// Appends the text to `sink`.
    pub const fn new(alphabet: Alphabet, sink: S) -> Self {
        Self { sink, alphabet, held: heapless::Vec::new() }
    }

    /// Writes what is left, which it holds back until here, and the filling.
    ///
    /// # Errors
    /// [`Full`] where the sink has no room for it.
    pub fn finish(mut self) -> Result<(), Full> {
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Full> {
        let mut text = [0; TEXT];
        let len = self.alphabet.engine().encode_slice(&self.held, &mut text).map_err(|_| Full)?;
        self.held.clear();
        self.sink.put(text.get(..len).unwrap_or_default())
    }
}

impl<S: Sink> Sink for Base64<S> {
    fn put(&mut self, mut bytes: &[u8]) -> Result<(), Full> {
        while !bytes.is_empty() {
            let room = BYTES - self.held.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.held.extend_from_slice(now).map_err(|_| Full)?;
            bytes = later;
            // A multiple of three, so that no filling comes before the end.
            if self.held.is_full() {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn reserve(&mut self, bytes: usize) {
        self.sink.reserve(self.alphabet.encoded_size(bytes));
    }
}
