//! A mediator of a thousand messages: `build.rs` writes it.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use super::wire::{Ask, Quotes};

include!(concat!(env!("OUT_DIR"), "/many.rs"));
