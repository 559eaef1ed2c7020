use redb::TableDefinition;

use crate::store::span::Span;

/// A table of the file, or `catga.meta`.
pub(super) type Definition = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// A part of the key space, which is a table of the file: it has the keys from its first byte up to the next part's.
///
/// A tree is as deep as its own rows make it. So what every step changes, the claims and counts of what moves, is apart
/// from what there may be millions of; and what is written together is in few tables, as each that a commit touches
/// costs a page or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part(usize);

const PARTS: [(u8, Definition); 8] = [
    (0x00, TableDefinition::new("catga.state")),
    (0x10, TableDefinition::new("catga.idempotency")),
    (0x20, TableDefinition::new("catga.outbox")),
    (0x30, TableDefinition::new("catga.inbox")),
    (0x40, TableDefinition::new("catga.dead_letters")),
    (0x50, TableDefinition::new("catga.schedule")),
    (0x60, TableDefinition::new("catga.effects")),
    (0x80, TableDefinition::new("catga.rows")),
];

impl Part {
    pub(super) const COUNT: usize = PARTS.len();

    /// All of them, in the order of their keys.
    pub(super) fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The part that a key is in.
    pub(super) fn of(key: &[u8]) -> Self {
        let byte = key.first().copied().unwrap_or(0);
        Self(PARTS.iter().rposition(|(first, _)| *first <= byte).unwrap_or(0))
    }

    /// Those that have keys of a span that is not empty, in their order.
    pub(super) fn within(span: &Span) -> impl DoubleEndedIterator<Item = Self> + use<> {
        let last = match &span.end {
            None => Self::COUNT - 1,
            Some(end) => {
                let last = Self::of(end);
                // An end is excluded: where it is the first key of a part, nothing of that is meant.
                if end.as_slice() > &[PARTS[last.0].0][..] { last.0 } else { last.0.saturating_sub(1) }
            }
        };
        (Self::of(&span.start).0..=last).map(Self)
    }

    pub(super) const fn index(self) -> usize {
        self.0
    }

    pub(super) const fn table(self) -> Definition {
        PARTS[self.0].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded::space::Space;

    fn within(start: &[u8], end: Option<&[u8]>) -> Vec<usize> {
        Part::within(&Span { start: start.to_vec(), end: end.map(<[u8]>::to_vec) }).map(Part::index).collect()
    }

    #[test]
    fn every_key_is_in_one_part() {
        assert_eq!(Part::of(&[]), Part(0));
        for byte in 0..=u8::MAX {
            let part = Part::of(&[byte, 1]);
            let first = PARTS[part.index()].0;
            let next = PARTS.get(part.index() + 1).map(|(next, _)| *next);
            assert!(first <= byte && next.is_none_or(|next| byte < next), "{byte:#x}");
        }
        assert_eq!([Space::Held, Space::Leases, Space::EffectsOpen].map(|space| Part::of(&space.key())), [Part(0); 3]);
    }

    #[test]
    fn a_span_is_in_the_parts_that_it_reaches_into() {
        assert_eq!(within(&[], None), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(within(&[0x21, 9], Some(&[0x22])), [2]);
        assert_eq!(within(&[0x21, 9], Some(&[0x30])), [2], "the end is excluded");
        assert_eq!(within(&[0x21, 9], Some(&[0x30, 0])), [2, 3]);
        assert_eq!(within(&[0x21, 9], Some(&[0x45])), [2, 3, 4]);
        assert_eq!(within(&[0xff], None), [7]);
        for space in [Space::Held, Space::OutboxReady, Space::User] {
            assert_eq!(Part::within(&Span::prefix(&space.key())).collect::<Vec<_>>(), [Part::of(&space.key())]);
        }
    }
}
