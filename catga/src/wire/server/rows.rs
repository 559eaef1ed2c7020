use core::future::Future;

use alloc::vec::Vec;

use crate::transport::ItemSender;
use crate::wire::Outlet;

/// Rows as items of a transport's answer.
pub(super) struct Rows<S> {
    sender: S,
    row: Vec<u8>,
    is_read: bool,
}

impl<S: ItemSender> Rows<S> {
    pub(super) const fn new(sender: S) -> Self {
        Self { sender, row: Vec::new(), is_read: true }
    }

    /// What was written last is the end.
    pub(super) async fn finish(mut self) {
        if self.row().await {
            // Nobody is left to be told that nobody reads.
            let _gone = self.sender.finish().await;
        }
    }
}

impl<S: ItemSender> Outlet for Rows<S> {
    type Sink = Vec<u8>;

    fn sink(&mut self) -> &mut Vec<u8> {
        &mut self.row
    }

    fn restart(&mut self) {
        self.row.clear();
    }

    async fn row(&mut self) -> bool {
        let row = core::mem::take(&mut self.row);
        self.is_read = self.is_read && self.sender.send(row.into()).await.is_ok();
        self.is_read
    }

    fn gone(&mut self) -> impl Future<Output = ()> + Send {
        self.sender.cancelled()
    }
}
