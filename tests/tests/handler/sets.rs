//! Handler sets: several in a module, private ones, generic ones, behind pointers, from other modules.

use std::sync::Arc;

use catga::prelude::*;

#[command(reply = u64)]
struct Charge(u64);

#[query(reply = String)]
struct Name;

#[command(reply = usize)]
struct Store<T: Send>(Vec<T>);

/// What a generic handler set is given.
trait Gateway: Send + Sync + 'static {
    const NAME: &'static str;

    fn fee(&self) -> u64;
}

struct Cheap;

impl Gateway for Cheap {
    const NAME: &'static str = "cheap";

    fn fee(&self) -> u64 {
        1
    }
}

struct Dear {
    fee: u64,
}

impl Gateway for Dear {
    const NAME: &'static str = "dear";

    fn fee(&self) -> u64 {
        self.fee
    }
}

struct Payments<G> {
    gateway: G,
}

#[handler]
impl<G: Gateway> Payments<G> {
    async fn charge(&self, cmd: Charge) -> u64 {
        cmd.0 + self.gateway.fee()
    }
}

struct Names<G, const TIMES: usize>(std::marker::PhantomData<fn() -> G>);

#[handler]
impl<G, const TIMES: usize> Names<G, TIMES>
where
    G: Gateway,
{
    fn name(&self, _query: Name) -> String {
        G::NAME.repeat(TIMES)
    }
}

/// Its message is generic in its own parameter.
struct Shelf<T>(std::marker::PhantomData<fn() -> T>);

#[handler]
impl<T: Send + Sync + 'static> Shelf<T> {
    fn store(&self, cmd: Store<T>) -> usize {
        cmd.0.len()
    }
}

mod private {
    use super::*;

    #[command(reply = &'static str)]
    pub(super) struct Whisper;

    pub(super) struct Quiet;

    #[handler]
    impl Quiet {
        fn whisper(&self, _cmd: Whisper) -> &'static str {
            "psst"
        }
    }
}

#[mediator]
struct Town {
    payments: Payments<Dear>,
    names: Names<Cheap, 2>,
    words: Shelf<String>,
    quiet: private::Quiet,
}

#[mediator]
struct Shared {
    payments: Arc<Payments<Cheap>>,
    names: Box<Names<Dear, 1>>,
    quiet: std::sync::Arc<private::Quiet>,
}

#[tokio::test]
async fn generic_sets_at_their_types() {
    let town = Town {
        payments: Payments { gateway: Dear { fee: 5 } },
        names: Names(std::marker::PhantomData),
        words: Shelf(std::marker::PhantomData),
        quiet: private::Quiet,
    };
    assert_eq!(town.send(Charge(10)).await, Ok(15));
    assert_eq!(town.send(Name).await, Ok("cheapcheap".to_string()));
    assert_eq!(town.send(Store(vec!["a".to_string()])).await, Ok(1));
    assert_eq!(town.send(private::Whisper).await, Ok("psst"));
}

#[tokio::test]
async fn a_set_behind_a_pointer_is_shared_with_the_user() {
    let payments = Arc::new(Payments { gateway: Cheap });
    let shared = Shared {
        payments: Arc::clone(&payments),
        names: Box::new(Names(std::marker::PhantomData)),
        quiet: Arc::new(private::Quiet),
    };
    assert_eq!(shared.send(Charge(10)).await, Ok(11));
    assert_eq!(payments.charge(Charge(1)).await, 2);
    assert_eq!(shared.send(Name).await, Ok("dear".to_string()));
    assert_eq!(shared.send(private::Whisper).await, Ok("psst"));
}

/// A method that is not compiled is no handler, and one that is has its twin's place.
mod conditional {
    use super::*;

    #[query(reply = &'static str)]
    struct Which;

    struct Twins;

    #[handler]
    impl Twins {
        #[cfg(any())]
        fn which(&self, _query: Which) -> &'static str {
            "never"
        }

        #[cfg(not(any()))]
        fn which(&self, _query: Which) -> &'static str {
            "always"
        }
    }

    #[mediator]
    struct App {
        twins: Twins,
        #[cfg(any())]
        gone: Gone,
    }

    #[tokio::test]
    async fn a_condition_decides() {
        assert_eq!(App { twins: Twins }.send(Which).await, Ok("always"));
    }
}
