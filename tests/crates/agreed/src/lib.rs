//! A contract with a schema, for other crates.

use catga::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

#[command(reply = bool)]
#[derive(Serialize, Deserialize, Schema)]
pub struct Agree {
    pub cents: u32,
}

#[contract(endpoint = "agreed", schema)]
pub struct AgreedApi(Agree);
