//! Stream queries.

mod rows;
mod wakers;
