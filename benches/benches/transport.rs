//! Requests and replies of 64 bytes: in memory against a channel pair, and over a Unix socket against the
//! bare codec, one and 64 in flight: frames alone, whose sender knows what comes back, and the least that tells
//! the callers of one connection apart, as `catga` does. The program `transports` says their ratios.

use std::time::Duration;

use catga_benches::transports::{self, IN_FLIGHT};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};

fn group<'c>(criterion: &'c mut Criterion, name: &str, callers: u64) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(format!("transport/{name}/{callers}"));
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(1));
    group
}

fn in_memory(criterion: &mut Criterion) {
    let runtime = transports::runtime();
    for callers in IN_FLIGHT {
        let mut group = group(criterion, "memory", callers);
        let pair = transports::channel_pair(&runtime, callers);
        group.bench_function("channel_pair", |bencher| bencher.iter_custom(&pair));
        let memory = transports::memory(&runtime, callers);
        group.bench_function("catga", |bencher| bencher.iter_custom(&memory));
        group.finish();
    }
}

fn over_sockets(criterion: &mut Criterion) {
    let runtime = transports::runtime();
    for callers in IN_FLIGHT {
        let mut group = group(criterion, "unix", callers);
        let bare = transports::bare_codec(&runtime, callers);
        group.bench_function("bare_codec", |bencher| bencher.iter_custom(&bare));
        let numbered = transports::codec_and_numbers(&runtime, callers);
        group.bench_function("codec_and_numbers", |bencher| bencher.iter_custom(&numbered));
        let unix = transports::unix(&runtime, callers);
        group.bench_function("catga", |bencher| bencher.iter_custom(&unix));
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800));
    targets = in_memory, over_sockets
}
criterion_main!(benches);
