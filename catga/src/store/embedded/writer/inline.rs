use std::sync::Arc;

use super::{Groups, Writer};
use crate::store::error::StoreError;

/// Whoever commits runs the commit, at once: for simulations and for programs without threads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inline;

impl Writer for Inline {
    fn start(&self, _: &Arc<Groups>) -> Result<(), StoreError> {
        Ok(())
    }

    fn queued(&self, groups: &Groups) {
        while groups.commit_one() > 0 {}
    }

    fn stop(&self) {}
}
