//! What a consumer gives up, in the dead letters of a store. On every store; what is around this folder is its `world`.

mod kept;
mod office;
mod replayed;
