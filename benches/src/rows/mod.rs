//! The rows: each file one dispatch or one thing that is done with ours.

mod catga;
mod codec;
mod direct;
mod envelope;
mod idle;
mod kameo;
mod many;
mod medi;
mod mediator;
mod mediator_rs;
mod nested;
mod pool;
mod production;
mod publish;
mod quotes;
mod stream;
mod tower;
mod transport;
mod wire;

pub use idle::AT_WORK;

use crate::row::Row;

/// All rows, in the order of the table.
pub fn all() -> Vec<Row> {
    [dispatch(), pool(), envelope(), codec()].concat()
}

/// Those of buffers.
pub fn pool() -> Vec<Row> {
    pool::rows()
}

/// Those of envelopes.
pub fn envelope() -> Vec<Row> {
    envelope::rows()
}

/// Those of bytes: each format by its library alone, and through ours.
pub fn codec() -> Vec<Row> {
    codec::rows()
}

/// Those of bytes into a mediator and out of it.
pub fn wire() -> Vec<Row> {
    wire::rows()
}

/// Those of sends.
pub fn dispatch() -> Vec<Row> {
    let rows = [
        direct::rows(),
        tower::rows(),
        medi::rows(),
        mediator_rs::rows(),
        mediator::rows(),
        kameo::rows(),
        catga::rows(),
        nested::rows(),
        publish::rows(),
        stream::rows(),
        production::rows(),
        transport::rows(),
        wire::rows(),
        idle::rows(),
    ];
    rows.concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_does_its_work_and_has_a_name_of_its_own() {
        let mut names = Vec::new();
        for row in super::all() {
            row.do_times(100);
            assert!(!names.contains(&row.name), "two rows are called `{}`", row.name);
            names.push(row.name);
        }
    }
}
