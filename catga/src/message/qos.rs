use core::fmt;

/// How often a message may arrive when something on its way fails: a property of the message, which a
/// transport honours or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Qos {
    /// Once or never (0): nothing is sent again.
    AtMostOnce = 0,
    /// Once or more (1): sent again until somebody acknowledges it.
    #[default]
    AtLeastOnce = 1,
    /// Once in effect (2): sent again until acknowledged, and an inbox on the other side tells the
    /// duplicates.
    ExactlyOnce = 2,
}

impl Qos {
    /// Whether what honours this honours `wanted` too.
    pub const fn honours(self, wanted: Self) -> bool {
        self as u8 >= wanted as u8
    }
}

impl fmt::Display for Qos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtMostOnce => "at most once",
            Self::AtLeastOnce => "at least once",
            Self::ExactlyOnce => "exactly once",
        })
    }
}
