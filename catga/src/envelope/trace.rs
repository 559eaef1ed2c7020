use core::fmt;
use core::str::FromStr;

/// Where a message stands in a distributed trace.
///
/// ```
/// use catga::envelope::TraceContext;
///
/// let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let trace: TraceContext = text.parse()?;
/// assert!(trace.is_sampled());
/// assert_eq!(trace.to_string(), text);
/// # Ok::<(), catga::envelope::TraceError>(())
/// ```
///
/// Source: W3C, "Trace Context", level 1, `traceparent`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace: [u8; 16],
    span: [u8; 8],
    flags: u8,
}

impl TraceContext {
    /// Its size in an envelope, in bytes.
    pub(super) const SIZE: usize = 25;
    /// The size of a `traceparent`, in bytes.
    const TEXT: usize = 55;

    /// The context with these ids. Of the flags the lowest bit says that the trace is sampled.
    ///
    /// # Errors
    /// Where one of the ids is zero, which stands for none.
    pub const fn new(trace: [u8; 16], span: [u8; 8], flags: u8) -> Result<Self, TraceError> {
        if u128::from_ne_bytes(trace) == 0 || u64::from_ne_bytes(span) == 0 {
            return Err(TraceError);
        }
        Ok(Self { trace, span, flags })
    }

    /// The id of the whole trace; never zero.
    pub const fn trace_id(&self) -> [u8; 16] {
        self.trace
    }

    /// The id of the span that the message was sent in; never zero.
    pub const fn span_id(&self) -> [u8; 8] {
        self.span
    }

    /// The flags.
    pub const fn flags(&self) -> u8 {
        self.flags
    }

    /// Whether the trace is recorded by who sent the message.
    pub const fn is_sampled(&self) -> bool {
        self.flags & 1 != 0
    }

    #[inline]
    pub(super) fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [self.flags; Self::SIZE];
        bytes[..16].copy_from_slice(&self.trace);
        bytes[16..24].copy_from_slice(&self.span);
        bytes
    }

    #[inline]
    pub(super) fn of_bytes(bytes: &[u8; Self::SIZE]) -> Result<Self, TraceError> {
        let (mut trace, mut span) = ([0; 16], [0; 8]);
        trace.copy_from_slice(&bytes[..16]);
        span.copy_from_slice(&bytes[16..24]);
        Self::new(trace, span, bytes[24])
    }
}

/// As a `traceparent` of version 0.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (trace, span) = (u128::from_be_bytes(self.trace), u64::from_be_bytes(self.span));
        write!(f, "00-{trace:032x}-{span:016x}-{:02x}", self.flags)
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceContext({self})")
    }
}

/// Of a `traceparent` of version 0, or the same part of a later one.
impl FromStr for TraceContext {
    type Err = TraceError;

    fn from_str(text: &str) -> Result<Self, TraceError> {
        let text = text.as_bytes();
        let (parent, more) = text.split_first_chunk::<{ Self::TEXT }>().ok_or(TraceError)?;
        let [version] = hex(&parent[..2])?;
        let ends = match version {
            0 => more.is_empty(),
            0xff => false,
            _ => more.is_empty() || more[0] == b'-',
        };
        if !ends || [parent[2], parent[35], parent[52]] != *b"---" {
            return Err(TraceError);
        }
        let [flags] = hex(&parent[53..])?;
        Self::new(hex(&parent[3..35])?, hex(&parent[36..52])?, flags)
    }
}

/// Bytes of twice as many lower-case hexadecimal digits.
fn hex<const N: usize>(digits: &[u8]) -> Result<[u8; N], TraceError> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(TraceError),
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}

/// A text is no `traceparent`, or an id is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceError;

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no trace context: `00-<32 hex digits>-<16>-<2>` in lower case is needed, and no id is zero")
    }
}

impl core::error::Error for TraceError {}
