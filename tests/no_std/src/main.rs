//! A mediator on a device: neither `std` nor `alloc`, a clock that a loop moves, and one task. It
//! exits with 0 where every answer is right, and otherwise with the number of the first that is not.

#![no_std]
#![no_main]

mod bytes;
mod device;
mod envelope;
mod shop;

use core::fmt::Write as _;
use core::panic::PanicInfo;
use core::pin::pin;
use core::time::Duration;

use catga::prelude::*;
use device::{Ticks, block_on};
use futures_core::Stream;
use shop::{Charge, Count, Counted, Find, List, Never, Put, Refund, Reset, Shop, Slow, Stored};

// Nothing links the C library where `std` does not.
#[link(name = "c")]
unsafe extern "C" {
    safe fn exit(code: i32) -> !;
}

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    exit(101)
}

/// What the C library's startup code calls.
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    let ticks = Ticks::new();
    let shop = Shop::new(&ticks);
    let checked = block_on(&ticks, check(&shop, &ticks))
        .and_then(|()| bytes::check().map_err(|wrong| 50 + wrong))
        .and_then(|()| envelope::check().map_err(|wrong| 100 + wrong));
    match checked {
        Ok(()) => 0,
        Err(wrong) => wrong,
    }
}

/// Counts the answers, and stops at the first that is wrong.
struct Answers(i32);

impl Answers {
    fn right(&mut self, is_right: bool) -> Result<(), i32> {
        self.0 += 1;
        if is_right { Ok(()) } else { Err(self.0) }
    }
}

async fn check(shop: &Shop<'_>, ticks: &Ticks) -> Result<(), i32> {
    let mut answers = Answers(0);
    answers.right(shop.send(Put { article: 7, pieces: 2 }).await == Ok(1))?;
    answers.right(shop.send(Put { article: 8, pieces: 3 }).await == Ok(2))?;
    // Not valid, and both fields are named.
    let invalid = shop.send(Put { article: 0, pieces: 0 }).await;
    answers.right(matches!(invalid, Err(Error::Invalid(violations)) if violations.count() == 2))?;
    answers.right(shop.send(Find(8)).await == Ok(Some(3)))?;
    answers.right(shop.send(Find(9)).await == Ok(None))?;
    answers.right(shop.send(Count).await == Ok(5))?;
    // The command's handler asks the query's.
    answers.right(shop.send(Charge { article: 8 }).await == Ok(300))?;
    answers.right(shop.send(Refund).await == Err(Error::Handler(shop::Refused)))?;
    answers.right(shop.publish(Stored { pieces: 4 }).await.is_ok() && shop.heard() == 8)?;
    answers.right(shop.publish(Counted).await.is_ok())?;
    answers.right(collect(shop).await.as_slice() == [7, 8])?;
    // It waits for longer than it may: twice, so that the breaker opens, and then not at all.
    answers.right(shop.send(Slow).await == Err(Error::Timeout))?;
    answers.right(shop.send(Slow).await == Err(Error::Timeout))?;
    let before = ticks.now_ms();
    answers.right(matches!(shop.send(Slow).await, Err(Error::Unavailable { retry_after: Some(_) })))?;
    answers.right(ticks.now_ms() == before)?;
    ticks.forward(Duration::from_secs(5));
    answers.right(shop.send(Reset).await == Ok(()))?;
    answers.right(shop.send(Count).await == Ok(0))?;
    answers.right(shop.publish(Never).await.is_ok())?;
    // What it is made of is told without a place to put it.
    let table = Shop::describe();
    let mut told = Told::default();
    let all = write!(told, "{table}{}{}{}", table.json(), table.mermaid(), table.explain("Charge"));
    answers.right(all.is_ok() && told.lines > 40 && told.braces == 0)?;
    // The behavior saw every message on its way, and each handler of an event by itself.
    answers.right(shop.seen() == 19)
}

/// Counts lines, and the braces of JSON that are open.
#[derive(Default)]
struct Told {
    lines: u32,
    braces: i32,
}

impl core::fmt::Write for Told {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            self.lines += u32::from(byte == b'\n');
            self.braces += i32::from(byte == b'{') - i32::from(byte == b'}');
        }
        Ok(())
    }
}

async fn collect(shop: &Shop<'_>) -> heapless::Vec<u32, 4> {
    let mut rows = heapless::Vec::new();
    let mut stream = pin!(shop.stream(List));
    while let Some(Ok(article)) = core::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        if rows.push(article).is_err() {
            break;
        }
    }
    rows
}
