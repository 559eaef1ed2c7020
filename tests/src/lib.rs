//! The tests of `catga` that need more than one module of it; they stand in `tests/`.
