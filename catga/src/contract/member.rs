use alloc::vec::Vec;

use crate::codec::CodecId;
use crate::envelope::{Fingerprint, WireKey};
use crate::message::{Message, MessageInfo, Qos};

use super::{Includes, Shape};

/// A message of a contract, as plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Member {
    /// The message.
    pub message: MessageInfo,
    /// By which it is found on the wire.
    pub key: WireKey,
    /// Its format's number.
    pub codec: CodecId,
    /// Its format's name.
    pub codec_name: &'static str,
    /// Where it is sent to.
    pub endpoint: &'static str,
    /// Whether it says so itself; where it does not, the contract does.
    pub names_endpoint: bool,
    /// Whether its format writes fields by name.
    pub is_named: bool,
    /// What it asks of its way.
    pub qos: Qos,
    /// What it, its reply and its error are made of, where the contract says `schema`.
    pub schema: Fingerprint,
    /// What that is the fingerprint of.
    pub shape: Option<&'static Shape>,
}

impl Member {
    /// The message `M` of the contract `C`.
    pub const fn of<M: Message, C: Includes<M>>() -> Self {
        use crate::codec::Codec as _;
        Self {
            message: M::INFO,
            key: C::KEY,
            codec: C::Codec::ID,
            codec_name: C::Codec::NAME,
            endpoint: C::ENDPOINT,
            names_endpoint: M::ENDPOINT.is_some(),
            is_named: C::Codec::NAMED,
            qos: M::QOS,
            schema: C::SCHEMA,
            shape: C::SHAPE,
        }
    }

    /// Where these are sent to, each place once; those that name none themselves, `instead` of the contract's.
    pub(crate) fn endpoints<'m>(
        members: impl Iterator<Item = &'m Self>,
        instead: Option<&'static str>,
    ) -> Vec<&'static str> {
        let endpoint = |member: &Self| instead.filter(|_| !member.names_endpoint).unwrap_or(member.endpoint);
        let mut endpoints: Vec<_> = members.map(endpoint).collect();
        endpoints.sort_unstable();
        endpoints.dedup();
        endpoints
    }
}
