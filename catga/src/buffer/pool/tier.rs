/// The three sizes of buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// To 4 KiB: almost all messages.
    Small,
    /// To 64 KiB.
    Medium,
    /// Above.
    Large,
}

impl Tier {
    /// All, the smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// That of a buffer for so many bytes.
    #[inline]
    pub const fn of(bytes: usize) -> Self {
        if bytes <= Self::Small.size() {
            Self::Small
        } else if bytes <= Self::Medium.size() {
            Self::Medium
        } else {
            Self::Large
        }
    }

    /// How many bytes a buffer of this tier holds; of the large ones, the smallest.
    #[inline]
    pub const fn size(self) -> usize {
        match self {
            Self::Small => 4 << 10,
            Self::Medium => 64 << 10,
            Self::Large => 128 << 10,
        }
    }
}
