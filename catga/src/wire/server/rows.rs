use core::future::Future;

use crate::buffer::Buffer;
use crate::transport::ItemSender;
use crate::wire::Outlet;

/// Rows as items of a transport's answer.
pub(super) struct Rows<S> {
    sender: S,
    row: Buffer,
    is_read: bool,
}

impl<S: ItemSender> Rows<S> {
    pub(super) const fn new(sender: S, row: Buffer) -> Self {
        Self { sender, row, is_read: true }
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
    type Sink = Buffer;

    fn sink(&mut self) -> &mut Buffer {
        &mut self.row
    }

    fn restart(&mut self) {
        self.row.clear();
    }

    async fn row(&mut self) -> bool {
        let next = self.row.pool().get(0);
        let row = core::mem::replace(&mut self.row, next);
        self.is_read = self.is_read && self.sender.send(row.into()).await.is_ok();
        self.is_read
    }

    fn gone(&mut self) -> impl Future<Output = ()> + Send {
        self.sender.cancelled()
    }
}
