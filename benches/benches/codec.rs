//! The rows of bytes by time: `cargo bench -p catga-benches --bench codec`.

use std::time::Duration;

use catga_benches::rows;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};

fn codec(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("codec");
    // Every sample as long as the others, so that what a run builds first weighs the same in all.
    group.sampling_mode(SamplingMode::Flat);
    for row in rows::codec() {
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
    targets = codec
}
criterion_main!(benches);
