//! Publishers who wait for room, and subscribers who share a group.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use catga::time::Instant;
use catga::transport::{Parcel, TransportError};
use shuttle::sync::{Arc, Mutex};
use shuttle::{future, thread};

use super::queue::{Found, Place, Put, Queue};

async fn publish(queue: &Queue, id: u64, patience: Option<u32>) -> Option<Result<(), TransportError>> {
    let (mut ticket, mut polls) = (None, 0);
    let parcel = Parcel::new(id, Bytes::new()).keyed(id % 2);
    let published = poll_fn(|cx| {
        if patience == Some(polls) {
            return Poll::Ready(None);
        }
        polls += 1;
        if patience.is_some() {
            cx.waker().wake_by_ref();
        }
        match queue.publish(&mut ticket, &parcel, Instant::ORIGIN, cx.waker()) {
            Put::Done(published) => Poll::Ready(Some(published)),
            Put::Wait(_) => Poll::Pending,
        }
    })
    .await;
    if let Some(ticket) = ticket {
        queue.leave_line(ticket);
    }
    published
}

/// Takes until nothing comes any more; refuses the first attempt at every other.
fn subscribe(queue: &Queue, place: Place, seen: &Mutex<Vec<u64>>) {
    loop {
        let found = future::block_on(poll_fn(|cx| match queue.take(place, Instant::ORIGIN, cx.waker()) {
            Found::Is(found) => Poll::Ready(found),
            Found::Wait(_) => Poll::Pending,
        }));
        let Some((attempt, parcel)) = found else { break };
        if parcel.id % 2 == 0 && attempt.attempt == 1 {
            queue.refuse(place, attempt, Instant::ORIGIN, Duration::ZERO).unwrap();
            continue;
        }
        // Before it is acknowledged: nothing of its key may come meanwhile.
        seen.lock().unwrap().push(parcel.id);
        queue.ack(place, attempt, Instant::ORIGIN).unwrap();
    }
    queue.leave(place, Instant::ORIGIN);
}

fn check<const PUBLISHERS: usize>(room: usize, subscribers: usize, patience: [Option<u32>; PUBLISHERS]) {
    shuttle::check_random(
        move || {
            let queue = Arc::new(Queue::new(room, Duration::from_secs(1), Duration::MAX));
            let seen = Arc::new(Mutex::new(Vec::new()));
            let taking: Vec<_> = (0..subscribers)
                .map(|_| {
                    let place = queue.subscribe("group", None).unwrap().unwrap();
                    let (queue, seen) = (Arc::clone(&queue), Arc::clone(&seen));
                    thread::spawn(move || subscribe(&queue, place, &seen))
                })
                .collect();
            let mut id = 0;
            let publishers = patience.map(|patience| {
                id += 2;
                let (queue, first) = (Arc::clone(&queue), id);
                thread::spawn(move || {
                    let ids = [first, first + 1, first + 2 * PUBLISHERS as u64];
                    ids.map(|id| (id, future::block_on(publish(&queue, id, patience))))
                })
            });
            let mut published = Vec::new();
            for publisher in publishers {
                for (id, result) in publisher.join().unwrap() {
                    match result {
                        Some(result) => {
                            result.unwrap();
                            published.push(id);
                        }
                        None => assert!(patience.iter().any(Option::is_some)),
                    }
                }
            }
            queue.close();
            for taker in taking {
                taker.join().unwrap();
            }
            let mut seen = seen.lock().unwrap().clone();
            seen.sort_unstable();
            published.sort_unstable();
            assert_eq!(seen, published);
            assert_eq!(queue.left(), (0, false));
        },
        super::ROUNDS,
    );
}

#[test]
fn everything_arrives_once() {
    check(1, 1, [None; 2]);
    check(2, 2, [None; 2]);
    check(1, 2, [None; 3]);
}

#[test]
fn a_publisher_that_goes_leaves_its_place_to_the_next() {
    check(1, 1, [None, Some(1), None]);
    check(1, 2, [Some(2), None, Some(1)]);
}

#[test]
fn a_group_that_nobody_comes_back_to_holds_up_no_publisher() {
    shuttle::check_random(
        || {
            // Its retention is over at once.
            let queue = Arc::new(Queue::new(1, Duration::from_secs(1), Duration::ZERO));
            let (stays, goes) = (queue.subscribe("stays", None).unwrap(), queue.subscribe("goes", None).unwrap());
            let seen = Arc::new(Mutex::new(Vec::new()));
            let taking = {
                let (queue, seen) = (Arc::clone(&queue), Arc::clone(&seen));
                thread::spawn(move || subscribe(&queue, stays.unwrap(), &seen))
            };
            let going = {
                let queue = Arc::clone(&queue);
                thread::spawn(move || queue.leave(goes.unwrap(), Instant::ORIGIN))
            };
            let publishers: Vec<_> = [[1, 3], [5, 7]]
                .into_iter()
                .map(|ids| {
                    let queue = Arc::clone(&queue);
                    thread::spawn(move || ids.map(|id| future::block_on(publish(&queue, id, None))))
                })
                .collect();
            for publisher in publishers {
                assert_eq!(publisher.join().unwrap(), [Some(Ok(())); 2]);
            }
            going.join().unwrap();
            queue.close();
            taking.join().unwrap();
            let mut seen = seen.lock().unwrap().clone();
            seen.sort_unstable();
            assert_eq!(seen, [1, 3, 5, 7]);
        },
        super::ROUNDS,
    );
}
