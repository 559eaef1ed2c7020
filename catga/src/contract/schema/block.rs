use alloc::vec::Vec;

use super::Malformed;

/// One version of a message in the text of a contract.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block<'a> {
    /// The message's name on the wire.
    pub(super) name: &'a str,
    pub(super) version: u32,
    /// The ident of its type.
    pub(super) ident: &'a str,
    pub(super) kind: &'a str,
    pub(super) codec: &'a str,
    pub(super) endpoint: &'a str,
    /// The lines of its types.
    pub(super) types: &'a str,
    /// The number of the first of them, from zero.
    pub(super) line: usize,
}

impl<'a> Block<'a> {
    /// Whether it is the same message in the same version.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.version == other.version
    }

    /// Whether its format tells fields by their names.
    pub(super) fn is_named(&self) -> bool {
        self.codec.ends_with(", by name")
    }

    /// All of a text.
    pub(super) fn all(text: &'a str) -> Result<Vec<Self>, Malformed> {
        let mut blocks: Vec<Self> = Vec::new();
        let (mut at, mut begin) = (0, 0);
        for (number, whole) in text.split_inclusive('\n').enumerate() {
            let (start, line) = (at, whole.trim_end());
            at += whole.len();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let malformed = Malformed { line: number + 1 };
            if let Some(head) = line.strip_prefix('[') {
                blocks.push(Self::of_head(head).ok_or(malformed)?);
                continue;
            }
            let block = blocks.last_mut().ok_or(malformed)?;
            if block.types.is_empty() {
                if let Some((key, value)) = line.split_once(" = ") {
                    *block.value(key).ok_or(malformed)? = value;
                    continue;
                }
                (block.line, begin) = (number, start);
            }
            block.types = text.get(begin..at).ok_or(malformed)?;
        }
        Ok(blocks)
    }

    /// `ChargeCard version 1, upcast]`
    fn of_head(head: &'a str) -> Option<Self> {
        let (name, version) = head.strip_suffix(']')?.rsplit_once(" version ")?;
        let version = version.strip_suffix(", upcast").unwrap_or(version).parse().ok()?;
        Some(Self { name, version, ..Self::default() })
    }

    fn value(&mut self, key: &str) -> Option<&mut &'a str> {
        match key {
            "type" => Some(&mut self.ident),
            "kind" => Some(&mut self.kind),
            "codec" => Some(&mut self.codec),
            "endpoint" => Some(&mut self.endpoint),
            _ => None,
        }
    }
}
