/// An error of the compiler's that names what is wrong, as a constant can write it.
pub(crate) struct Sentence {
    bytes: [u8; 512],
    length: usize,
}

impl Sentence {
    /// `template` with each `{name}` replaced by the next of `names`, as long as there is room.
    pub(crate) const fn of(template: &str, names: &[&str]) -> Self {
        let (mut text, template) = (Self { bytes: [0; 512], length: 0 }, template.as_bytes());
        let (mut i, mut name) = (0, 0);
        while i < template.len() {
            if template[i] == b'{' && name < names.len() {
                text.push(names[name].as_bytes());
                name += 1;
                while template[i] != b'}' && i + 1 < template.len() {
                    i += 1;
                }
            } else {
                text.push(&[template[i]]);
            }
            i += 1;
        }
        text
    }

    const fn push(&mut self, bytes: &[u8]) {
        let mut i = 0;
        while i < bytes.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = bytes[i];
            self.length += 1;
            i += 1;
        }
    }

    pub(crate) const fn get(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            // Cut where it was full, within a letter.
            Err(error) => match core::str::from_utf8(self.bytes.split_at(error.valid_up_to()).0) {
                Ok(text) => text,
                Err(_) => "",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sentence;

    #[test]
    fn names_stand_where_the_template_says() {
        let text = Sentence::of("`{first}` and `{second}`; {left}", &["Æ", "b"]);
        assert_eq!(text.get(), "`Æ` and `b`; {left}");
        assert_eq!(Sentence::of("{", &["a"]).get(), "a");
    }

    #[test]
    fn what_is_too_long_is_cut_between_letters() {
        let long = "ß".repeat(400);
        assert_eq!(Sentence::of("{a}", &[&long]).get(), "ß".repeat(256));
        assert_eq!(Sentence::of("x{a}", &[&long]).get(), format!("x{}", "ß".repeat(255)));
    }
}
