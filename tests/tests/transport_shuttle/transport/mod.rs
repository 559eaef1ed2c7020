//! As in the crate, as far as the files say where they are seen.

mod items;
mod memory;
mod shared;

use catga::transport::Endpoint;
