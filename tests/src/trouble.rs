use std::fmt;

use catga::prelude::*;
use serde::{Deserialize, Serialize};

/// A handler's error, one of each class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Classify, Serialize, Deserialize)]
pub enum Trouble {
    #[class(transient)]
    Busy,
    #[class(permanent)]
    Wrong,
    #[class(conflict)]
    Stale,
    #[class(unknown)]
    Lost,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Trouble {}
