use alloc::string::String;
use core::fmt;

/// One difference between two texts of a contract: what changed, what comes of it, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    text: String,
    is_breaking: bool,
}

impl Difference {
    pub(super) const fn breaking(text: String) -> Self {
        Self { text, is_breaking: true }
    }

    pub(super) const fn compatible(text: String) -> Self {
        Self { text, is_breaking: false }
    }

    /// Whether programs from before the change and from after it do not understand each other.
    pub const fn is_breaking(&self) -> bool {
        self.is_breaking
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
