//! A [`Store`](crate::store::Store) over its own engine, as delivery asks for it.

mod drains;
mod records;
mod transacts;
