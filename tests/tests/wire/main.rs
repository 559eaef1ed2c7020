//! Messages as bytes: contracts, their dispatch, and `Remote`.

mod contracts;
mod direct;
mod remote;
mod travel;
mod versions;
