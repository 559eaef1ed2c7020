use crate::envelope::Envelope;
use crate::message::fnv;

/// A number over what a message says: what is written anew with each attempt does not belong to it.
pub(super) fn said(envelope: &Envelope<'_>) -> u64 {
    fnv::onto(envelope.key.0 ^ u64::from(envelope.version), envelope.body)
}
