use crate::message::Qos;

/// What a transport promises beyond carrying bytes. The conformance suite holds it to each, and lists what
/// it does not promise as not applicable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The highest quality of service that it honours by itself.
    pub qos: Qos,
    /// What was published is still there after its process has ended.
    pub durable: bool,
    /// What is not acknowledged before the deadline comes again.
    pub redelivers: bool,
    /// Subscribers of a group share what arrives, and each group gets all of it.
    pub groups: bool,
    /// What is refused with a delay does not come again before that.
    pub delays: bool,
    /// Parcels of one key arrive in the order in which they were published, also when one comes again.
    pub orders: bool,
    /// A group that is new to an endpoint gets what was published before it came.
    pub keeps: bool,
    /// A group that has no subscriber holds up publishers for the transport's retention and no longer: then it ends,
    /// as if it had never been. Where this is not so, it holds them up until somebody subscribes again, or is told
    /// to forget it.
    pub lapses: bool,
}

impl Capabilities {
    /// Nothing beyond carrying bytes at most once.
    pub const NONE: Self = Self {
        qos: Qos::AtMostOnce,
        durable: false,
        redelivers: false,
        groups: false,
        delays: false,
        orders: false,
        keeps: false,
        lapses: false,
    };
}
