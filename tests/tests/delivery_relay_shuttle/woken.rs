//! The loop of a relay, which works because it is woken.

use std::sync::Arc;

use catga::prelude::*;
use catga::store::Store;
use catga::testing::VirtualClock;
use serde::{Deserialize, Serialize};
use shuttle::{future, thread};

use crate::engine::{Main, POSTS, ROUNDS, interleaved, store};

#[command]
#[derive(Serialize, Deserialize)]
struct Post {
    number: u32,
}

#[event(key = key)]
#[derive(Serialize, Deserialize)]
struct Posted {
    key: u32,
    number: u32,
}

struct Desk;

#[handler]
impl Desk {
    async fn post(&self, command: Post, cx: &mut Context<impl Publishes<Posted>>) -> Result<(), Error> {
        let number = command.number;
        cx.publish(Posted { key: number % 2, number }).await.map_err(Error::refused)
    }
}

struct Reader {
    heard: std::sync::Mutex<Vec<u32>>,
    stop: Cancel,
}

#[handler]
impl Reader {
    fn on_posted(&self, event: &Posted) {
        let mut heard = self.heard.lock().unwrap();
        heard.push(event.number);
        if heard.len() == POSTS as usize {
            self.stop.cancel();
        }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct House {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    reader: Reader,
    db: Store<Main>,
}

/// The loop of a relay, whose timer never ends: what it does, it does because it was woken. Where it missed a
/// commit, the scheduler finds that nobody can go on.
#[test]
fn the_loop_of_a_relay_misses_no_commit() {
    interleaved(
        || {
            let clock = VirtualClock::new();
            let reader = Reader { heard: std::sync::Mutex::default(), stop: Cancel::new() };
            let house = Arc::new(House { desk: Desk, reader, db: store(&clock, false), clock });
            let relay = {
                let house = Arc::clone(&house);
                thread::spawn(move || {
                    let relay = Relay::new(&house.db).concurrency(2);
                    future::block_on(relay.run::<House, _>(&*house, &house.reader.stop))
                })
            };
            let writers: Vec<_> = (0..2)
                .map(|writer| {
                    let house = Arc::clone(&house);
                    thread::spawn(move || {
                        for number in (0..POSTS).filter(|number| number % 2 == writer) {
                            future::block_on(house.send(Post { number })).unwrap();
                        }
                    })
                })
                .collect();
            writers.into_iter().for_each(|writer| writer.join().unwrap());
            let stats = relay.join().unwrap();
            assert_eq!((stats.delivered, stats.lost, stats.store_errors), (u64::from(POSTS), 0, 0));
            let heard = house.reader.heard.lock().unwrap();
            for key in 0..2 {
                let of_key = heard.iter().copied().filter(|number| number % 2 == key);
                assert!(of_key.eq((0..POSTS).filter(|number| number % 2 == key)), "in order: {heard:?}");
            }
        },
        ROUNDS,
    );
}
