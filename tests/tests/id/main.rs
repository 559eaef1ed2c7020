//! Ids: snowflakes under every layout, across threads and clocks, and the other sources.

mod clock;
mod layout;
mod snowflake;
mod source;
