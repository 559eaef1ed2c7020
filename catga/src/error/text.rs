use core::fmt;
use core::ops::Deref;

/// A text that is a literal here; one that came from another process is owned.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Text(Inner);

#[cfg(feature = "alloc")]
type Inner = alloc::borrow::Cow<'static, str>;
#[cfg(not(feature = "alloc"))]
type Inner = &'static str;

impl From<&'static str> for Text {
    #[cfg_attr(
        not(feature = "alloc"),
        expect(clippy::useless_conversion, reason = "a `Cow` where there is an allocator")
    )]
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

#[cfg(feature = "alloc")]
impl From<alloc::string::String> for Text {
    fn from(text: alloc::string::String) -> Self {
        Self(text.into())
    }
}

impl Deref for Text {
    type Target = str;

    #[cfg_attr(not(feature = "alloc"), expect(clippy::needless_borrow, reason = "a `Cow` where there is an allocator"))]
    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
