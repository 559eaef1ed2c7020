//! What the benches and the figures measure.
