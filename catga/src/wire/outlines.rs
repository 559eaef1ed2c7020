use core::fmt;
use core::sync::atomic::Ordering;
use std::sync::OnceLock;

use alloc::boxed::Box;
use alloc::vec::Vec;
use portable_atomic::AtomicU32;

use super::{Brings, Carries, Former};
use crate::codec::Codec as _;
use crate::contract::Includes;
use crate::envelope::Fingerprint;
use crate::message::{Message, fnv};

/// What a message is made of, by number: alone, and with its reply and its error. Zero where the format says it in its
/// bytes, or nobody knows.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    message: u32,
    #[cfg(feature = "store")]
    answer: u32,
    all: u32,
}

impl Outline {
    /// That of a message in this way and format. A walk.
    pub(super) fn of<M: Message, W: Brings<M>, C: Carries<M, W>>() -> Self {
        let (message, answer, error) = (C::outline(), C::answer_outline(), C::error_outline());
        let all = match (message, answer, error) {
            (0, _, _) | (_, 0, 0) => message,
            parts => {
                let parts = [parts.0, parts.1, parts.2].map(u32::to_le_bytes);
                Fingerprint::of_hash(fnv::of(parts.as_flattened())).0
            }
        };
        Self {
            message,
            #[cfg(feature = "store")]
            answer,
            all,
        }
    }

    /// Whether it is this. Who does not wait for an answer has stored the message, and says what that is made of.
    const fn is(&self, found: Fingerprint) -> bool {
        self.all == 0 || found.0 == self.all || found.0 == self.message
    }
}

/// What a message of a contract is made of, in this version and in those before. It is found out when the message is sent
/// or served for the first time, and kept: from then on it is a number to load, and one to compare.
pub struct Outlines {
    /// All of this version; zero until it is found out.
    own: AtomicU32,
    known: OnceLock<Known>,
}

struct Known {
    own: Outline,
    before: Box<[(u32, Outline)]>,
}

impl Outlines {
    /// Nothing is found out yet.
    #[expect(clippy::new_without_default, reason = "it stands in a static")]
    pub const fn new() -> Self {
        Self { own: AtomicU32::new(0), known: OnceLock::new() }
    }

    /// What is sent with the message, if its answer is waited for.
    #[inline]
    pub(crate) fn fingerprint<M: Message, C: Includes<M>>() -> Fingerprint {
        if const { C::Codec::NAMED } {
            return Fingerprint::UNKNOWN;
        }
        // Whoever sees it before the rest of it is known asks for that alone.
        match C::outlines().own.load(Ordering::Relaxed) {
            0 => Fingerprint(Self::known::<M, C>().own.all),
            own => Fingerprint(own),
        }
    }

    /// What is stored with the message, which nobody waits for.
    #[cfg(feature = "store")]
    pub(crate) fn of_message<M: Message, C: Includes<M>>() -> Fingerprint {
        Fingerprint(if C::Codec::NAMED { 0 } else { Self::known::<M, C>().own.message })
    }

    /// What is stored with the reply.
    #[cfg(feature = "store")]
    pub(crate) fn of_answer<M: Message, C: Includes<M>>() -> Fingerprint {
        Fingerprint(if C::Codec::NAMED { 0 } else { Self::known::<M, C>().own.answer })
    }

    /// Whether this is made of what this version is.
    #[inline]
    pub(super) fn is_own<M: Message, C: Includes<M>>(found: Fingerprint) -> bool {
        C::outlines().own.load(Ordering::Relaxed) == found.0
    }

    /// What a version is made of where it is not this; `None` where it is, or where nobody knows.
    #[cold]
    #[inline(never)]
    pub(super) fn differs<M: Message, C: Includes<M>>(version: u32, found: Fingerprint) -> Option<Fingerprint> {
        let known = Self::known::<M, C>();
        let outline = if version == M::INFO.version {
            &known.own
        } else {
            let (_, before) = known.before.iter().find(|(before, _)| *before == version)?;
            before
        };
        if outline.is(found) { None } else { Some(Fingerprint(outline.all)) }
    }

    #[cold]
    #[inline(never)]
    fn known<M: Message, C: Includes<M>>() -> &'static Known {
        let outlines = C::outlines();
        outlines.known.get_or_init(|| {
            let own = Outline::of::<M, C::Way, C::Codec>();
            let mut before = Vec::new();
            C::Former::outlines(&mut before);
            outlines.own.store(own.all, Ordering::Relaxed);
            Known { own, before: before.into() }
        })
    }
}

impl fmt::Debug for Outlines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outlines({:#010x})", self.own.load(Ordering::Relaxed))
    }
}
