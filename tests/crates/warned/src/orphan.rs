//! Handler sets that no mediator has.

use crate::Wait;
use catga::prelude::*;

pub struct Alone;

#[handler]
impl Alone { //~ CATGA047 Alone
    fn wait(&self, _command: Wait) {}
}

pub struct Generic<T>(pub T);

#[handler]
impl<T: Send + Sync> Generic<T> { //~ CATGA047 Generic
    fn wait(&self, _command: Wait) {}
}

pub struct Kept;

#[handler]
#[allow(dead_code)]
impl Kept {
    fn wait(&self, _command: Wait) {}
}

pub struct ForOthers;

#[handler(export)]
impl ForOthers {
    fn wait(&self, _command: Wait) {}
}
