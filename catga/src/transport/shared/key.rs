/// A slot and which use of it: one of an earlier use fits no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::transport) struct Key {
    pub(in crate::transport) slot: u32,
    pub(in crate::transport) generation: u32,
}
