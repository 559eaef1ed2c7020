//! A sender and a reader of items, either of which may go.

use std::future::poll_fn;
use std::task::Poll;

use catga::transport::TransportError;
use shuttle::sync::Arc;
use shuttle::{future, thread};

use super::shared::pipe::Pipe;

fn check(room: usize, sent: u64, read: Option<u64>) {
    shuttle::check_random(
        move || {
            let pipe = Arc::new(Pipe::<u64>::new(room));
            let sender = {
                let pipe = Arc::clone(&pipe);
                thread::spawn(move || {
                    for number in 0..sent {
                        let mut item = Some(number);
                        let put = future::block_on(poll_fn(|cx| pipe.send(&mut item, cx.waker())));
                        if let Err(error) = put {
                            assert_eq!(error, TransportError::Cancelled);
                            assert!(read.is_some(), "nobody has gone");
                            return;
                        }
                    }
                    pipe.end(Ok(())).into_iter().for_each(|waker| waker.wake());
                })
            };
            let mut got = 0;
            while read != Some(got) {
                match future::block_on(poll_fn(|cx| pipe.next(cx.waker()))) {
                    Some(item) => assert_eq!(item, Ok(got)),
                    None => break,
                }
                got += 1;
            }
            assert_eq!(got, read.unwrap_or(sent));
            drop(pipe.leave());
            sender.join().unwrap();
            assert!(matches!(future::block_on(poll_fn(|cx| Poll::Ready(pipe.gone(cx.waker())))), Poll::Ready(())));
        },
        crate::ROUNDS,
    );
}

#[test]
fn all_items_come_in_order() {
    check(1, 4, None);
    check(3, 5, None);
}

#[test]
fn a_reader_that_goes_stops_the_sender() {
    check(1, 4, Some(0));
    check(2, 6, Some(3));
}
