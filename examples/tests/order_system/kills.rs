//! All of it killed.
