//! A mediator behind a pointer as a field of two others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::prelude::*;
use catga_tests::collect_ready;
use futures_util::{Stream, stream};

#[command(reply = u32)]
struct Charge(u32);

#[query(stream = u32)]
struct Entries;

#[event]
struct Placed(u32);

#[derive(Default)]
struct Payments {
    sum: AtomicU32,
}

#[handler]
impl Payments {
    fn charge(&self, cmd: Charge) -> u32 {
        self.sum.fetch_add(cmd.0, SeqCst) + cmd.0
    }

    fn entries(&self, _query: Entries) -> impl Stream<Item = u32> {
        stream::iter([1, 2])
    }

    fn on_placed(&self, event: &Placed) {
        self.sum.fetch_add(event.0, SeqCst);
    }
}

#[mediator(hears(Placed))]
#[derive(Default)]
struct Bank {
    payments: Payments,
}

#[mediator]
struct Shop {
    bank: Arc<Bank>,
}

#[mediator]
struct Market {
    bank: Box<Bank>,
}

#[tokio::test]
async fn two_mediators_share_one() {
    let bank = Arc::new(Bank::default());
    let shops = [0, 1].map(|_| Shop { bank: Arc::clone(&bank) });
    assert_eq!(shops[0].send(Charge(5)).await, Ok(5));
    assert_eq!(shops[1].send(Charge(6)).await, Ok(11));
    shops[1].publish(Placed(4)).await.unwrap();
    assert_eq!(bank.send(Charge(0)).await, Ok(15));
    assert_eq!(collect_ready(shops[0].stream(Entries)).await, [Ok(1), Ok(2)]);
    assert_eq!(Market { bank: Box::default() }.send(Charge(1)).await, Ok(1));
}
