//! The warehouse: what became of each order's parcel.

use catga::prelude::*;
use catga::store::{Table, Transaction};
use serde::{Deserialize, Serialize};

use crate::order::OrderId;
use crate::shipping::ShippingError;

const PARCELS: Table<u64, Parcel> = Table::new("parcels");

#[derive(Debug, Serialize, Deserialize)]
enum Parcel {
    Packed { customer: String },
    Dispatched,
    Recalled,
}

type Stored<T> = Result<T, Error<ShippingError>>;

/// Packs a parcel, unless one is there or was recalled.
pub(crate) async fn pack(tx: &mut Transaction, order: OrderId, customer: &str) -> Stored<()> {
    match find(tx, order).await? {
        None => put(tx, order, &Parcel::Packed { customer: customer.to_owned() }),
        Some(_) => Ok(()),
    }
}

/// Dispatches a packed parcel, and answers whom it is for; nobody where it is on its way already.
pub(crate) async fn dispatch(tx: &mut Transaction, order: OrderId) -> Stored<Option<String>> {
    match find(tx, order).await? {
        None => Err(ShippingError::NoParcel(order).into()),
        Some(Parcel::Recalled) => Err(ShippingError::Recalled(order).into()),
        Some(Parcel::Dispatched) => Ok(None),
        Some(Parcel::Packed { customer }) => put(tx, order, &Parcel::Dispatched).map(|()| Some(customer)),
    }
}

/// Recalls a parcel that is packed, or will be.
pub(crate) async fn recall(tx: &mut Transaction, order: OrderId) -> Stored<()> {
    match find(tx, order).await? {
        Some(Parcel::Dispatched) => Err(ShippingError::Dispatched(order).into()),
        _ => put(tx, order, &Parcel::Recalled),
    }
}

async fn find(tx: &mut Transaction, order: OrderId) -> Stored<Option<Parcel>> {
    PARCELS.get(tx, &order.number()).await.map_err(Error::refused)
}

fn put(tx: &mut Transaction, order: OrderId, parcel: &Parcel) -> Stored<()> {
    PARCELS.put(tx, &order.number(), parcel).map_err(Error::refused)
}
