/// What a constant says when it says no: a text of several pieces, as constants cannot format.
pub(crate) struct Complaint {
    bytes: [u8; 512],
    length: usize,
}

impl Complaint {
    pub(crate) const fn new(text: &str) -> Self {
        Self { bytes: [0; 512], length: 0 }.and(text)
    }

    /// The same with one more piece; what does not fit is left out.
    pub(crate) const fn and(mut self, text: &str) -> Self {
        let mut i = 0;
        while i < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text.as_bytes()[i];
            self.length += 1;
            i += 1;
        }
        self
    }

    /// # Panics
    /// Always: at compile time this is the error.
    #[track_caller]
    #[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
    pub(crate) const fn raise(&self) -> ! {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a text of catga was cut in the middle of a letter"),
        }
    }
}
