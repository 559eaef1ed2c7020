/// How often values may lie within values.
pub(super) const DEPTH: usize = 128;
