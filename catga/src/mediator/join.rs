use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

/// Runs two futures at once, in one task and without allocation, and merges what they come to.
#[inline]
pub(super) fn join<T, A, B, F>(left: A, right: B, merge: F) -> Join<T, A, B, F>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
    // A function by its own type, which takes no place.
    F: Fn(T, T) -> T,
{
    Join { left, right, left_done: None, right_done: None, merge }
}

pin_project! {
    pub(super) struct Join<T, A, B, F> {
        #[pin]
        left: A,
        #[pin]
        right: B,
        left_done: Option<T>,
        right_done: Option<T>,
        merge: F,
    }
}

impl<T, A, B, F> Future for Join<T, A, B, F>
where
    A: Future<Output = T>,
    B: Future<Output = T>,
    F: Fn(T, T) -> T,
{
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = self.project();
        if this.left_done.is_none()
            && let Poll::Ready(done) = this.left.poll(cx)
        {
            *this.left_done = Some(done);
        }
        if this.right_done.is_none()
            && let Poll::Ready(done) = this.right.poll(cx)
        {
            *this.right_done = Some(done);
        }
        match (this.left_done.take(), this.right_done.take()) {
            (Some(left), Some(right)) => Poll::Ready((this.merge)(left, right)),
            (left, right) => {
                *this.left_done = left;
                *this.right_done = right;
                Poll::Pending
            }
        }
    }
}
