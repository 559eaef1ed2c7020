//! A behavior that changes the scope, written by a user: a toy store whose transaction is a pipeline entry.
//! A handler's text is the same whether its events go to handlers or to the store.

mod books;
mod orders;
mod store;
