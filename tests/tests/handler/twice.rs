//! One generic handler set twice in a mediator, at two types: its messages are two.

use std::marker::PhantomData;

use catga::prelude::*;

#[command(reply = usize)]
struct Store<T: Send>(Vec<T>);

#[event]
struct Stored<T: Send>(T);

struct Shelf<T>(PhantomData<fn() -> T>);

#[handler]
impl<T: Send + Sync + 'static> Shelf<T> {
    fn store(&self, cmd: Store<T>) -> usize {
        cmd.0.len()
    }

    fn on_stored(&self, _event: &Stored<T>) {}
}

#[mediator]
struct Town {
    bytes: Shelf<u8>,
    words: Shelf<String>,
}

#[tokio::test]
async fn a_generic_set_at_two_types_is_two_sets() {
    let town = Town { bytes: Shelf(PhantomData), words: Shelf(PhantomData) };
    assert_eq!(town.send(Store(vec![1_u8, 2])).await, Ok(2));
    assert_eq!(town.send(Store(vec!["a".to_string()])).await, Ok(1));
    assert!(town.publish(Stored(1_u8)).await.is_ok());
    assert!(town.publish(Stored(String::new())).await.is_ok());
}
