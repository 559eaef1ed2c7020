//! Endpoints that are made while the transport closes.

use std::future::poll_fn;

use catga::transport::{Endpoint, TransportError};
use shuttle::sync::Arc;
use shuttle::{future, thread};

use super::closing::Closing;
use super::desk::Desk;
use super::registry::Registry;

/// Listens, and takes until nothing comes any more.
fn listen(desks: &Registry<Desk>, closing: &Arc<Closing>, name: &str) -> Result<(), TransportError> {
    let desk = desks.open(Endpoint::new(name), closing, || Desk::new(1, Arc::clone(closing)))?;
    let listener = desk.listen()?;
    // Where nobody has closed it, the checker finds that this waits for ever.
    assert!(future::block_on(poll_fn(|cx| desk.take(listener, cx.waker()))).is_none());
    desk.leave(listener);
    Ok(())
}

#[test]
fn nobody_listens_at_one_that_nobody_closes() {
    shuttle::check_random(
        || {
            let (desks, closing) = (Arc::new(Registry::<Desk>::new()), Arc::new(Closing::default()));
            let listeners: Vec<_> = ["one", "other", "one"]
                .into_iter()
                .map(|name| {
                    let (desks, closing) = (Arc::clone(&desks), Arc::clone(&closing));
                    thread::spawn(move || listen(&desks, &closing, name))
                })
                .collect();
            let closer = {
                let (desks, closing) = (Arc::clone(&desks), Arc::clone(&closing));
                thread::spawn(move || {
                    closing.begin();
                    desks.all().iter().for_each(|desk| desk.close());
                })
            };
            closer.join().unwrap();
            for listener in listeners {
                assert!(matches!(listener.join().unwrap(), Ok(()) | Err(TransportError::Closed)));
            }
        },
        super::ROUNDS,
    );
}
