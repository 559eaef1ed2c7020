//! Two releases of a program over one store, of which the later one has changed a message and says no new version of it:
//! in a format without names its bytes would be read as other values.

use std::sync::Mutex;

use catga::delivery::{OUTBOX, Records};
use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::Store;
use catga::store::outbox::KeyState;
use catga::transport::memory::Memory as Wire;
use catga::transport::{Delivers as _, Delivery as _, Endpoint, Subscription as _};
use catga::wire::{Serves, receive};

use crate::bank::{Backing, Main};

/// What a release's handlers have seen.
#[derive(Default)]
pub struct Seen {
    rung: Mutex<Vec<(u32, u32)>>,
    stop: Cancel,
}

mod first {
    use catga::prelude::*;
    use catga::store::Store;
    use serde::{Deserialize, Serialize};

    use super::{Main, Seen};

    #[command]
    #[derive(Serialize, Deserialize)]
    pub struct Put;

    #[command(key = bell)]
    #[derive(Serialize, Deserialize)]
    pub struct Ring {
        pub bell: u32,
        pub times: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Price {
        pub cents: u32,
        pub tax: u32,
    }

    #[command(reply = Price)]
    #[derive(Serialize, Deserialize)]
    pub struct Ask;

    pub struct Hands(pub Seen);

    #[handler]
    impl Hands {
        async fn put(&self, _: Put, cx: &mut Context<impl Enqueues<Ring>>) -> Result<(), Error> {
            cx.enqueue(Ring { bell: 7, times: 3 }).await.map(drop).map_err(Error::refused)
        }

        fn ring(&self, cmd: Ring) {
            self.0.rung.lock().unwrap().push((cmd.bell, cmd.times));
            self.0.stop.cancel();
        }

        fn ask(&self, _: Ask) -> Price {
            Price { cents: 100, tax: 19 }
        }
    }

    #[mediator(serves)]
    pub struct Tower {
        #[pipeline(commands: Transactional(self.db))]
        pub hands: Hands,
        pub db: Store<Main>,
    }
}

mod second {
    use catga::prelude::*;
    use catga::store::Store;
    use serde::{Deserialize, Serialize};

    use super::{Main, Seen};

    /// Its fields have changed places.
    #[command(key = bell)]
    #[derive(Serialize, Deserialize)]
    pub struct Ring {
        pub times: u32,
        pub bell: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub struct Price {
        pub tax: u32,
        pub cents: u32,
    }

    #[command(reply = Price)]
    #[derive(Serialize, Deserialize)]
    pub struct Ask;

    pub struct Hands(pub Seen);

    #[handler]
    impl Hands {
        fn ring(&self, cmd: Ring) {
            self.0.rung.lock().unwrap().push((cmd.bell, cmd.times));
        }

        fn ask(&self, _: Ask) -> Price {
            Price { tax: 19, cents: 100 }
        }
    }

    #[mediator(serves)]
    pub struct Tower {
        #[pipeline(commands: Transactional(self.db))]
        pub hands: Hands,
        pub db: Store<Main>,
    }
}

async fn relay<A: Mediator + Serves<A>>(app: &A, db: &Store<Main>, stop: &Cancel) -> catga::delivery::RelayStats {
    let relay = Relay::new(db).look_every(std::time::Duration::from_millis(1));
    let held = async {
        while !stop.is_cancelled() {
            let keys = OUTBOX.keys(db, None, 10).unwrap();
            if keys.iter().any(|key| key.state == KeyState::Held) && relay.stats().held > 0 {
                stop.cancel();
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(relay.run::<A, _>(app, stop), held).0
}

on_every_engine! {
    l13_a_message_whose_fields_have_changed_places_is_held_and_not_read
    what_is_forwarded_to_another_release_is_refused_there
    a_recorded_reply_whose_fields_have_changed_places_is_an_error
}

async fn l13_a_message_whose_fields_have_changed_places_is_held_and_not_read(on: Backing) {
    let db: Store<Main> = on.open();
    let old = first::Tower { hands: first::Hands(Seen::default()), db: db.clone() };
    old.send(first::Put).await.unwrap();
    let new = second::Tower { hands: second::Hands(Seen::default()), db: db.clone() };
    let stats = relay(&new, &db, &new.hands.0.stop).await;
    assert_eq!(*new.hands.0.rung.lock().unwrap(), [], "bell 3 was not rung seven times");
    assert_eq!((stats.held, stats.delivered, OUTBOX.backlog(&db).unwrap()), (1, 0, 1));
    // The old one is back, and knows it.
    let stats = relay(&old, &db, &old.hands.0.stop).await;
    assert_eq!(*old.hands.0.rung.lock().unwrap(), [(7, 3)]);
    assert_eq!((stats.delivered, OUTBOX.backlog(&db).unwrap()), (1, 0));
}

async fn what_is_forwarded_to_another_release_is_refused_there(on: Backing) {
    let db: Store<Main> = on.open();
    let old = first::Tower { hands: first::Hands(Seen::default()), db: db.clone() };
    old.send(first::Put).await.unwrap();
    let (wire, stop) = (Wire::default(), Cancel::new());
    let mut there = wire.subscribe(Endpoint::new("Tower"), "tower").await.unwrap();
    let relay = Relay::new(&db).look_every(std::time::Duration::from_millis(1));
    let arriving = async {
        let delivery = there.next().await.unwrap().unwrap();
        let bytes = delivery.parcel().bytes.clone();
        delivery.ack().await.unwrap();
        stop.cancel();
        bytes
    };
    let (_, bytes) = tokio::join!(relay.forward::<first::Tower, _, _>(&old, &wire, &stop), arriving);
    let new = second::Tower { hands: second::Hands(Seen::default()), db: db.clone() };
    let refused = receive::<second::Tower, _>(&new, &bytes, None, None).await.unwrap_err();
    assert_eq!((refused.error.code(), refused.bytes), ("catga.wire.wrong_schema", &bytes[..]));
    assert_eq!(*new.hands.0.rung.lock().unwrap(), []);
    let received = receive::<first::Tower, _>(&old, &bytes, None, None).await;
    assert!(matches!(received, Ok(Ok(()))), "{received:?}");
    assert_eq!(*old.hands.0.rung.lock().unwrap(), [(7, 3)]);
}

async fn a_recorded_reply_whose_fields_have_changed_places_is_an_error(_: Backing) {
    let recorded = <first::Tower as Records<first::Ask>>::recorded(&first::Price { cents: 100, tax: 19 }).unwrap();
    let read = <first::Tower as Records<first::Ask>>::reply(&recorded);
    assert_eq!(read.unwrap(), first::Price { cents: 100, tax: 19 });
    let refused = <second::Tower as Records<second::Ask>>::reply(&recorded);
    assert_eq!(refused.unwrap_err().code(), "catga.delivery.recorded_reply");
}
