//! Buffers by time: the rows of the figures, and the same from many threads at once.
//! `cargo bench -p catga-benches --bench pool`.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use catga::buffer::{BufferPool, Sink, Tier};
use catga_benches::rows;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use crossbeam_queue::ArrayQueue;

const THREADS: [u64; 3] = [2, 4, 16];

fn alone(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pool");
    group.sampling_mode(SamplingMode::Flat);
    for row in rows::pool() {
        group.bench_function(row.name, |bencher| bencher.iter_custom(|times| row.do_times(times).took));
    }
    group.finish();
}

fn together(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pool, threads");
    group.sampling_mode(SamplingMode::Flat);
    for threads in THREADS {
        let name = |what: &str| format!("{what}, {threads} threads");
        group.bench_function(name("Vec::with_capacity"), |bencher| {
            bencher.iter_custom(|times| {
                shared(threads, times, || {
                    let mut vec: Vec<u8> = Vec::with_capacity(black_box(Tier::Small.size()));
                    vec.extend_from_slice(&[7; 8]);
                    black_box(&mut vec).len()
                })
            });
        });
        group.bench_function(name("ArrayQueue"), |bencher| {
            let free = ArrayQueue::new(64);
            bencher.iter_custom(|times| {
                shared(threads, times, || {
                    let mut vec: Vec<u8> = free.pop().unwrap_or_else(|| Vec::with_capacity(Tier::Small.size()));
                    vec.extend_from_slice(&[7; 8]);
                    let length = black_box(&mut vec).len();
                    vec.clear();
                    let _ = free.push(vec);
                    length
                })
            });
        });
        group.bench_function(name("catga BufferPool"), |bencher| {
            let pool = BufferPool::new();
            bencher.iter_custom(|times| {
                shared(threads, times, || {
                    let mut buffer = pool.get(black_box(Tier::Small.size()));
                    buffer.put(&[7; 8]).expect("it has room");
                    black_box(&mut buffer).len()
                })
            });
        });
    }
    group.finish();
}

/// So many operations, shared out among threads that begin together.
fn shared(threads: u64, times: u64, operation: impl Fn() -> usize + Sync) -> Duration {
    let barrier = Barrier::new(threads as usize + 1);
    let each = times.div_ceil(threads);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    (0..each).map(|_| operation()).sum::<usize>()
                })
            })
            .collect();
        barrier.wait();
        let begin = Instant::now();
        for worker in workers {
            assert_eq!(worker.join().ok(), Some(each as usize * 8), "the work was not done");
        }
        begin.elapsed()
    })
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400));
    targets = alone, together
}
criterion_main!(benches);
