//! Conditions on messages, methods and fields. Run with every combination of its features: what is
//! said to be there answers, and nothing else changes.

use catga::prelude::*;
use futures_util::FutureExt;

#[query(reply = &'static str)]
struct Which;

#[cfg(feature = "fast")]
#[query(reply = u8)]
struct Speed;

#[cfg(not(feature = "fast"))]
#[query(reply = String)]
struct Speed;

#[query(reply = u8)]
struct Always;

#[cfg(any())]
#[query(reply = Missing)]
struct Never;

#[cfg(all(feature = "fast", feature = "small"))]
#[query(reply = u8)]
struct Both;

#[event]
struct Happened;

struct Engine;

#[handler]
impl Engine {
    // One message, two methods under opposite conditions.
    #[cfg(feature = "fast")]
    fn which(&self, _: Which) -> &'static str {
        "fast"
    }

    #[cfg(not(feature = "fast"))]
    async fn which_slow(&self, _: Which) -> &'static str {
        "slow"
    }

    #[cfg(feature = "fast")]
    fn speed(&self, _: Speed) -> u8 {
        9
    }

    #[cfg(not(feature = "fast"))]
    fn speed(&self, _: Speed) -> String {
        "none".into()
    }

    #[cfg(all())]
    fn always(&self, _: Always) -> u8 {
        1
    }

    #[cfg(any())]
    fn never(&self, _: Never) -> Missing {
        Missing
    }

    // Two conditions on one method, of which each may fail alone.
    #[cfg(feature = "fast")]
    #[cfg(feature = "small")]
    fn both(&self, _: Both) -> u8 {
        2
    }

    fn on_happened(&self, _: &Happened) {}
}

#[cfg(feature = "small")]
#[query(reply = u8)]
struct Size;

#[cfg(feature = "small")]
struct Body;

#[cfg(feature = "small")]
#[handler]
impl Body {
    fn size(&self, _: Size) -> u8 {
        3
    }
}

#[mediator]
#[pipeline(Validate)]
struct Machine {
    // First and last, so that either neighbour may be missing.
    #[cfg(feature = "small")]
    body: Body,
    #[cfg_attr(feature = "fast", pipeline(without(Validate), queries: Timeout::secs(1)))]
    engine: Engine,
    #[cfg_attr(all(), state)]
    #[allow(dead_code)]
    built: u16,
    #[cfg(any())]
    missing: Missing,
    #[cfg(all(not(feature = "small"), not(feature = "fast")))]
    rest: Rest,
}

#[cfg(all(not(feature = "small"), not(feature = "fast")))]
mod rest {
    use catga::prelude::*;

    #[query(reply = u8)]
    pub struct Left;

    pub struct Rest;

    #[handler]
    impl Rest {
        fn left(&self, _: Left) -> u8 {
            4
        }
    }
}

#[cfg(all(not(feature = "small"), not(feature = "fast")))]
use rest::{Left, Rest};

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing here waits")
}

fn main() {
    let machine = Machine {
        #[cfg(feature = "small")]
        body: Body,
        engine: Engine,
        built: 2_024,
        #[cfg(all(not(feature = "small"), not(feature = "fast")))]
        rest: Rest,
    };
    let fast = cfg!(feature = "fast");
    assert_eq!(now(machine.send(Which)), Ok(if fast { "fast" } else { "slow" }));
    #[cfg(feature = "fast")]
    assert_eq!(now(machine.send(Speed)), Ok(9));
    #[cfg(not(feature = "fast"))]
    assert_eq!(now(machine.send(Speed)), Ok("none".to_owned()));
    assert_eq!(now(machine.send(Always)), Ok(1));
    #[cfg(all(feature = "fast", feature = "small"))]
    assert_eq!(now(machine.send(Both)), Ok(2));
    #[cfg(feature = "small")]
    assert_eq!(now(machine.send(Size)), Ok(3));
    #[cfg(all(not(feature = "small"), not(feature = "fast")))]
    assert_eq!(now(machine.send(Left)), Ok(4));
    assert!(now(machine.publish(Happened)).is_ok());
    let of_always = Machine::explain::<Always>().to_string();
    let around = if fast { "queries: Timeout::secs(1) (field engine)" } else { "Validate (mediator Machine)" };
    assert!(of_always.contains(around), "{of_always}");
    println!("switches: all answers are right");
}
