/// The same type. As a bound where two types have to be equal it fails with a text of ours, and a mismatch of
/// types with rustc's.
pub(crate) trait Lends<T> {
    fn lend(&self) -> &T;
}

impl<T> Lends<T> for T {
    #[inline]
    fn lend(&self) -> &T {
        self
    }
}
