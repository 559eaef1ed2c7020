//! Two public contracts and two exported mediators of one ident, with the same members, in one crate.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command]
#[derive(Serialize, Deserialize)]
pub struct ChargeCard;

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _: ChargeCard) {}
}

pub mod morning {
    use super::*;

    #[contract]
    pub struct Api(ChargeCard);

    #[mediator(export, serves(Api))]
    pub struct Till {
        payments: Payments,
    }
}

pub mod evening {
    use super::*;

    #[contract]
    pub struct Api(ChargeCard);

    #[mediator(export, serves(Api))]
    pub struct Till {
        payments: Payments,
    }
}

fn main() {}
