//! Callers who ask, who go and who wait for room; listeners who answer, who do not, and who go.

use std::future::poll_fn;
use std::task::Poll;

use bytes::Bytes;
use catga::transport::TransportError;
use shuttle::sync::Arc;
use shuttle::{future, thread};

use super::desk::{Desk, Taken};

/// Asks, and leaves after so many polls.
async fn ask(desk: &Desk, number: u64, patience: Option<u32>) -> Option<Result<Bytes, TransportError>> {
    let (mut ticket, mut key, mut polls) = (None, None, 0);
    let mut bytes = Bytes::copy_from_slice(&number.to_be_bytes());
    let answer = poll_fn(|cx| {
        if patience == Some(polls) {
            return Poll::Ready(None);
        }
        polls += 1;
        if patience.is_some() {
            cx.waker().wake_by_ref();
        }
        if key.is_none() {
            match desk.enter(&mut ticket, &mut bytes, None, cx.waker()) {
                Poll::Ready(Ok(entered)) => key = Some(entered),
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Pending => return Poll::Pending,
            }
            return Poll::Pending;
        }
        key.map_or(Poll::Pending, |entered| desk.answered(entered, cx.waker()).map(Some))
    })
    .await;
    if let Some(ticket) = ticket {
        desk.leave_line(ticket);
    }
    if answer.is_none()
        && let Some(key) = key
    {
        desk.abandon(key);
    }
    answer
}

async fn take(desk: &Desk, listener: u64) -> Option<Taken> {
    poll_fn(|cx| desk.take(listener, cx.waker())).await
}

/// Answers until the desk is closed; every third without an answer of its own.
fn serve(desk: &Desk, listener: u64) -> usize {
    let mut count = 0;
    while let Some(taken) = future::block_on(take(desk, listener)) {
        count += 1;
        let answer = if count % 3 == 0 { Err(TransportError::Unanswered) } else { Ok(taken.bytes) };
        let _gone = desk.answer(taken.key, answer);
    }
    desk.leave(listener);
    count
}

fn check<const CALLERS: usize>(slots: usize, listeners: u64, patience: [Option<u32>; CALLERS]) {
    shuttle::check_random(
        move || {
            let desk = Arc::new(Desk::new(slots, Arc::default()));
            let serving: Vec<_> = (0..listeners)
                .map(|_| {
                    let listener = desk.listen().unwrap();
                    let desk = Arc::clone(&desk);
                    thread::spawn(move || serve(&desk, listener))
                })
                .collect();
            let mut number = 0;
            let callers = patience.map(|patience| {
                number += 1;
                let (desk, number) = (Arc::clone(&desk), number);
                thread::spawn(move || (number, future::block_on(ask(&desk, number, patience))))
            });
            // Where a wake-up is lost, the checker finds that nobody can go on.
            for (caller, patience) in callers.into_iter().zip(patience) {
                let (number, answer) = caller.join().unwrap();
                match answer {
                    Some(Ok(bytes)) => assert_eq!(*bytes, number.to_be_bytes(), "another's answer"),
                    Some(Err(error)) => assert_eq!(error, TransportError::Unanswered),
                    None => assert!(patience.is_some()),
                }
            }
            desk.close();
            for server in serving {
                server.join().unwrap();
            }
            assert_eq!(desk.in_flight(), 0, "a slot is held by nobody");
            assert_eq!(desk.cut(), 0);
        },
        super::ROUNDS,
    );
}

#[test]
fn everybody_is_answered() {
    check(2, 1, [None; 4]);
    check(1, 2, [None; 3]);
    check(4, 2, [None; 4]);
}

#[test]
fn who_leaves_makes_room() {
    check(1, 1, [None, Some(1), None, Some(2)]);
    check(2, 2, [Some(1), None, Some(3), None]);
    check(1, 1, [Some(0), Some(1), Some(2), Some(3)]);
}

/// Takes so many requests and then no more, as a listener does that is full; it is polled more often than it is woken.
fn serve_some(desk: &Desk, listener: u64, most: usize) -> usize {
    for count in 0..most {
        let mut polls = 0;
        let taken = future::block_on(poll_fn(|cx| {
            polls += 1;
            if polls < 3 {
                cx.waker().wake_by_ref();
            }
            desk.take(listener, cx.waker())
        }));
        let Some(taken) = taken else { return count };
        let _gone = desk.answer(taken.key, Ok(taken.bytes));
    }
    most
}

#[test]
fn a_full_listener_keeps_no_wake_up_from_an_idle_one() {
    shuttle::check_random(
        || {
            let desk = Arc::new(Desk::new(4, Arc::default()));
            let (idle, full) = (desk.listen().unwrap(), desk.listen().unwrap());
            let serving = [(idle, usize::MAX), (full, 1)].map(|(listener, most)| {
                let desk = Arc::clone(&desk);
                thread::spawn(move || serve_some(&desk, listener, most))
            });
            let callers: Vec<_> = (0..3)
                .map(|number| {
                    let desk = Arc::clone(&desk);
                    thread::spawn(move || future::block_on(ask(&desk, number, None)))
                })
                .collect();
            // Where the one that is full was woken for a request, nobody takes that.
            for caller in callers {
                assert!(matches!(caller.join().unwrap(), Some(Ok(_))));
            }
            desk.close();
            let counts = serving.map(|server| server.join().unwrap());
            assert_eq!(counts[0] + counts[1], 3);
        },
        super::ROUNDS,
    );
}

#[test]
fn a_listener_that_goes_leaves_nobody_waiting() {
    shuttle::check_random(
        || {
            let desk = Arc::new(Desk::new(1, Arc::default()));
            let listener = desk.listen().unwrap();
            let callers: Vec<_> = (0..3)
                .map(|number| {
                    let desk = Arc::clone(&desk);
                    thread::spawn(move || future::block_on(ask(&desk, number, None)))
                })
                .collect();
            desk.leave(listener);
            for caller in callers {
                let answer = caller.join().unwrap();
                let is_told = matches!(answer, Some(Err(TransportError::Refused | TransportError::NobodyListens)));
                assert!(is_told, "{answer:?}");
            }
        },
        super::ROUNDS,
    );
}

#[test]
fn what_is_cut_off_is_told() {
    shuttle::check_random(
        || {
            let desk = Arc::new(Desk::new(2, Arc::default()));
            let listener = desk.listen().unwrap();
            let callers: Vec<_> = (0..3)
                .map(|number| {
                    let desk = Arc::clone(&desk);
                    thread::spawn(move || future::block_on(ask(&desk, number, None)))
                })
                .collect();
            let cutting = {
                let desk = Arc::clone(&desk);
                thread::spawn(move || {
                    desk.close();
                    desk.cut()
                })
            };
            let left = cutting.join().unwrap();
            let told: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
            let lost = told.iter().filter(|answer| matches!(answer, Some(Err(TransportError::Lost)))).count();
            assert_eq!(lost, left);
            let closed = told.iter().filter(|answer| matches!(answer, Some(Err(TransportError::Closed)))).count();
            assert_eq!(lost + closed, 3, "{told:?}");
            desk.leave(listener);
        },
        super::ROUNDS,
    );
}
