//! Mediators of ten and of a thousand messages: `build.rs` writes them.

pub(super) mod ten {
    use catga::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::super::quotes::{Ask, Quotes};

    include!(concat!(env!("OUT_DIR"), "/ten.rs"));
}

pub(super) mod thousand {
    use catga::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::super::quotes::{Ask, Quotes};

    include!(concat!(env!("OUT_DIR"), "/thousand.rs"));
}
