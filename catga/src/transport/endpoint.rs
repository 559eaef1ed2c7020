use core::fmt;

use crate::message::hash;

/// The name of where bytes go: a subject, or a queue.
///
/// Its hash is made once, at compile time where it is a constant, so that no name is hashed on a send.
///
/// ```
/// # use catga::transport::Endpoint;
/// const PAYMENTS: Endpoint<'static> = Endpoint::new("payments");
/// assert_eq!(PAYMENTS.name(), "payments");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint<'a> {
    hash: u64,
    name: &'a str,
}

impl<'a> Endpoint<'a> {
    /// The longest name, in bytes, that every transport of this crate carries.
    pub const LONGEST: usize = 255;

    /// The endpoint of this name.
    pub const fn new(name: &'a str) -> Self {
        Self { hash: hash(name), name }
    }

    /// Its name.
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// A hash of its name, the same in every build and process. Two names may share one.
    pub const fn name_hash(self) -> u64 {
        self.hash
    }
}

impl<'a> From<&'a str> for Endpoint<'a> {
    fn from(name: &'a str) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Endpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Endpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({:?})", self.name)
    }
}
