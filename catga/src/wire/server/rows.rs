use core::future::Future;

use super::fit::fit;
use crate::buffer::Buffer;
use crate::transport::ItemSender;
use crate::wire::Outlet;

/// Rows as items of a transport's answer.
pub(super) struct Rows<S> {
    sender: S,
    row: Buffer,
    is_read: bool,
    /// A row was too large, and what was sent in its place is the end.
    is_cut: bool,
}

impl<S: ItemSender> Rows<S> {
    pub(super) const fn new(sender: S, row: Buffer) -> Self {
        Self { sender, row, is_read: true, is_cut: false }
    }

    /// What was written last is the end.
    pub(super) async fn finish(mut self) {
        if !self.is_cut {
            let _is_read = self.row().await;
        }
        if self.is_read || self.is_cut {
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
        let mut row = core::mem::replace(&mut self.row, next);
        let fits = fit(&mut row, self.sender.limit());
        self.is_read = self.is_read && self.sender.send(row.into()).await.is_ok();
        self.is_cut |= self.is_read && !fits;
        self.is_read &= fits;
        self.is_read
    }

    fn gone(&mut self) -> impl Future<Output = ()> + Send {
        self.sender.cancelled()
    }
}
