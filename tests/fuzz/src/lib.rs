//! What holds for any bytes: the checks behind the fuzz targets.

mod envelope;

pub use envelope::envelope;
