//! What is no handler stays as it is: constants, constructors, helpers, generic methods, skipped ones.

use std::time::Duration;

use catga::prelude::*;

#[command(reply = u64)]
struct Price(u64);

#[query(reply = u64)]
struct Fee;

/// Handled elsewhere; a helper here takes it.
#[command(reply = u64)]
struct Rebate(u64);

/// No message at all.
struct Receipt(u64);

struct Prices {
    rate: u64,
}

#[handler]
impl Prices {
    const FEE: u64 = 7;

    fn new(rate: u64) -> Self {
        Self { rate }
    }

    fn with_rate(mut self, rate: u64) -> Self {
        self.rate = rate;
        self
    }

    fn price(&self, cmd: Price) -> u64 {
        self.times_rate(cmd.0) + Self::FEE + self.wait(Duration::from_secs(2)) + self.count("ab".into())
    }

    /// Its receiver's lifetime is named, and it has attributes.
    #[expect(clippy::needless_lifetimes, reason = "that it may be written so is what is tested")]
    #[must_use]
    fn fee<'a>(&'a self, _query: Fee) -> u64 {
        Self::total([Self::FEE, self.rate]) + self.print(Receipt(1), 1, 1)
    }

    fn times_rate(&self, amount: u64) -> u64 {
        amount * self.rate
    }

    fn wait(&self, wait: Duration) -> u64 {
        wait.as_secs()
    }

    fn count(&self, letters: String) -> u64 {
        letters.len() as u64
    }

    fn total(amounts: [u64; 2]) -> u64 {
        amounts.into_iter().sum()
    }

    fn print(&self, receipt: Receipt, copies: u64, pages: u64) -> u64 {
        receipt.0 * copies * pages
    }

    #[handler(skip)]
    fn rebate(&self, rebate: &Rebate) -> u64 {
        self.map(rebate, |rebate| rebate.0)
    }

    #[handler(skip)]
    fn map<T, R>(&self, given: T, map: impl Fn(T) -> R) -> R {
        map(given)
    }
}

#[mediator]
struct Shop {
    prices: Prices,
}

#[tokio::test]
async fn a_handler_uses_what_stands_beside_it() {
    let shop = Shop { prices: Prices::new(1).with_rate(3) };
    assert_eq!(shop.send(Price(10)).await, Ok(30 + Prices::FEE + 2 + 2));
    assert_eq!(shop.send(Fee).await, Ok(Prices::FEE + 3 + 1));
}

#[test]
fn what_is_skipped_is_an_ordinary_method() {
    let prices = Prices::new(2);
    assert_eq!(prices.rebate(&Rebate(4)), 4);
    assert_eq!(prices.price(Price(1)), 2 + Prices::FEE + 2 + 2, "a handler is one too");
}
