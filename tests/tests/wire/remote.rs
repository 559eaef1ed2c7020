//! `Remote` as a field, over a transport that is a function call.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use catga::error::Classify as _;
use catga::message::Qos;
use catga::prelude::*;
use catga::transport::{Capabilities, Delivers, Endpoint, Leftover, Parcel, Requests, Transport, TransportError};
use catga::wire::{Outlet, Whole, receive, respond};
use futures_util::stream::{self, BoxStream, StreamExt as _};

use crate::contracts::{Bank, CardError, CardExpired, ChargeCard, Charges, PaymentsApi, Receipt, bank};

/// Both sides of a wire in one process.
struct Loop(Arc<Bank>);

impl Transport for Loop {
    const CAPABILITIES: Capabilities = Capabilities { qos: Qos::AtLeastOnce, ..Capabilities::NONE };

    async fn close(&self, _: Duration) -> Leftover {
        Leftover::default()
    }
}

#[derive(Default)]
struct Rows {
    row: Vec<u8>,
    rows: Vec<Bytes>,
}

impl Outlet for Rows {
    type Sink = Vec<u8>;

    fn sink(&mut self) -> &mut Vec<u8> {
        &mut self.row
    }

    fn restart(&mut self) {
        self.row.clear();
    }

    async fn row(&mut self) -> bool {
        self.rows.push(std::mem::take(&mut self.row).into());
        true
    }
}

impl Requests for Loop {
    type Items = BoxStream<'static, Result<Bytes, TransportError>>;

    async fn request(&self, to: Endpoint<'_>, bytes: Bytes, _: Option<Duration>) -> Result<Bytes, TransportError> {
        if to.name() != "payments" {
            return Err(TransportError::NobodyListens);
        }
        let mut out = Whole(Vec::new());
        let _rejected = respond::<PaymentsApi, _, _>(&*self.0, &bytes, None, None, &mut out).await;
        Ok(out.0.into())
    }

    async fn request_many(
        &self,
        _: Endpoint<'_>,
        bytes: Bytes,
        _: Option<Duration>,
    ) -> Result<Self::Items, TransportError> {
        let mut out = Rows::default();
        let _rejected = respond::<PaymentsApi, _, _>(&*self.0, &bytes, None, None, &mut out).await;
        out.row().await;
        Ok(stream::iter(out.rows.into_iter().map(Ok)).boxed())
    }
}

impl Delivers for Loop {
    type Subscription = Never;

    async fn publish(&self, _: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
        receive::<PaymentsApi, _>(&*self.0, &parcel.bytes, None, None).await.unwrap().unwrap();
        Ok(())
    }

    async fn subscribe(&self, _: Endpoint<'_>, _: &str) -> Result<Self::Subscription, TransportError> {
        Err(TransportError::Closed)
    }
}

#[command(reply = u64, error = CardError)]
struct PlaceOrder {
    cents: u64,
}

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, order: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) -> Result<u64, CardError> {
        match cx.send(ChargeCard { cents: order.cents, note: String::new() }).await {
            Ok(paid) => Ok(paid),
            Err(Error::Handler(error)) => Err(error),
            Err(_) => Err(CardError::Busy),
        }
    }
}

#[mediator]
struct Shop {
    orders: Orders,
    payments: Remote<Loop, PaymentsApi>,
}

fn shop() -> (Shop, Arc<Bank>) {
    let bank = Arc::new(bank());
    (Shop { orders: Orders, payments: Remote::new(Loop(bank.clone())) }, bank)
}

#[tokio::test]
async fn a_remote_answers_as_a_handler_does() {
    let (shop, bank) = shop();
    assert_eq!(shop.send(PlaceOrder { cents: 4 }).await, Ok(8));
    assert_eq!(shop.send(PlaceOrder { cents: 666 }).await, Err(Error::Handler(CardError::Declined { code: 51 })));
    assert_eq!(shop.send(Receipt(1)).await, Ok(Some("one".into())));
    let rows: Vec<_> = shop.stream(Charges { up_to: 20 }).collect().await;
    assert_eq!(rows.len(), 8);
    assert_eq!(rows[7], Err(Error::Handler(CardError::Busy)));
    shop.publish(CardExpired { card: 3 }).await.unwrap();
    assert_eq!(bank.payments.expired.load(std::sync::atomic::Ordering::Relaxed), 3);
}

struct Never;

impl catga::transport::Subscription for Never {
    type Delivery = NeverDelivery;

    fn ack_deadline(&self) -> Option<Duration> {
        None
    }

    async fn next(&mut self) -> Option<Result<NeverDelivery, TransportError>> {
        None
    }
}

enum NeverDelivery {}

impl catga::transport::Delivery for NeverDelivery {
    fn parcel(&self) -> &Parcel {
        match *self {}
    }

    fn attempt(&self) -> u32 {
        match *self {}
    }

    async fn ack(self) -> Result<(), TransportError> {
        match self {}
    }

    async fn refuse(self, _: Duration) -> Result<(), TransportError> {
        match self {}
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        match *self {}
    }
}
