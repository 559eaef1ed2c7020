use alloc::boxed::Box;

use pin_project_lite::pin_project;

use super::WireError;

pin_project! {
    /// What has become of a message that arrived.
    #[project = StartedProjection]
    pub(super) enum Started<F> {
        /// It runs.
        Runs { #[pin] run: F },
        /// It does not. The error can be taken once.
        Ended { error: Option<Box<WireError>> },
    }
}
