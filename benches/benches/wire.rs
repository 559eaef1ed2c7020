//! A message of 64 bytes, decoded, handled and its reply encoded: by hand, and through a contract's table of one
//! and of a thousand messages.

use std::time::Duration;

use catga_benches::rows;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};

fn wire(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire");
    group.sampling_mode(SamplingMode::Flat);
    for row in rows::wire() {
        group.bench_function(row.name, |bencher| bencher.iter_custom(|times| row.do_times(times).took));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400));
    targets = wire
}
criterion_main!(benches);
