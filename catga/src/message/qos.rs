/// How often a message's handler runs for one message that was sent: what the contract promises, and what a
/// transport declares that it honours. The stronger is the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Qos {
    /// Once or never: nothing is repeated.
    #[default]
    AtMostOnce = 0,
    /// Once or more: repeated until it is confirmed, for as long as what keeps it lives. Of a
    /// transport whose capabilities are not `durable` that is a process, of an outbox its store.
    AtLeastOnce = 1,
    /// Once in effect: repeated until it is confirmed, and the consumer's inbox tells repetitions apart.
    ExactlyOnce = 2,
}

impl Qos {
    /// Its number: 0, 1 or 2.
    #[inline]
    pub const fn level(self) -> u8 {
        self as u8
    }

    /// The one with this number, if there is one.
    #[inline]
    pub const fn of_level(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }

    /// Whether who honours this one honours `asked` too.
    #[inline]
    pub const fn honours(self, asked: Self) -> bool {
        self.level() >= asked.level()
    }
}
