//! A database, as delivery asks for it.

mod drains;
mod records;
mod transacts;
