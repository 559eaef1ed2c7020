//! Programs and servers that are killed in the middle of transfers: nothing that was acknowledged is lost, and the
//! history stays serializable.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use catga_tests::{evidence, runs};
use tokio::task::JoinSet;

use crate::server::Server;
use crate::{postgres, sqlite};

const PLACE: &str = "CATGA_SQL_PLACE";
const SEED: &str = "CATGA_SQL_SEED";

macro_rules! killed {
    ($database:ident, $test:ident, $process:ident) => {
        /// Transfers until it is killed, and says each that was acknowledged. Not a test: a process of one.
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "run by another test, which kills it"]
        async fn $process() {
            use $database::{bank, world::Place};
            let place = Place::named(&std::env::var(PLACE).expect("the place of another test"));
            let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
            let bank = Arc::new(bank::open(&place).await);
            let counts = Arc::new(bank::Counts::default());
            counts.next.store(seed << 32, SeqCst);
            let mut clients = JoinSet::new();
            for client in 0..4 {
                let (bank, counts) = (Arc::clone(&bank), Arc::clone(&counts));
                let told = |number| {
                    let line = format!("made {number}\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                };
                clients.spawn(async move { bank::client(&bank, seed * 10 + client, usize::MAX, &counts, told).await });
            }
            clients.join_all().await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            use $database::{bank, world::Place};
            let place = Place::new().await;
            let bank = bank::found(&place).await;
            let (mut acknowledged, mut kills) = (BTreeSet::new(), 0);
            let most = runs("CATGA_SQL_KILLS", 5);
            for seed in 1..=most {
                let process = stringify!($process);
                let name = place.name();
                let made = tokio::task::spawn_blocking(move || run_and_kill(process, &name, seed, 15)).await.unwrap();
                acknowledged.extend(made);
                kills += 1;
                let stored = bank::audit(&bank, &[]).await;
                assert!(acknowledged.is_subset(&stored), "acknowledged, and lost: {kills}");
            }
            assert!(acknowledged.len() as u64 >= most * 15 && kills == most);
            let database = stringify!($database);
            evidence(&format!("`kill -9` of a bank on {database}"), kills);
            evidence(&format!("a killed bank on {database}: transfers acknowledged, each there"), acknowledged.len());
        }
    };
}

killed!(postgres, k4_programs_on_postgres_are_killed, process_on_postgres);
killed!(sqlite, k2_k4_programs_on_sqlite_are_killed, process_on_sqlite);

/// Runs the process until it has said so much, and kills it; all that it has said.
fn run_and_kill(process: &str, place: &str, seed: u64, after: usize) -> Vec<i64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([&format!("kills::{process}"), "--exact", "--ignored", "--nocapture"])
        .env(PLACE, place)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: &str| line.split_once("made ").and_then(|(_, number)| number.parse::<i64>().ok());
    let mut made = Vec::new();
    while made.len() < after {
        made.extend(number(&lines.next().expect("it runs until it is killed").unwrap()));
    }
    // Not asked, but killed: SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    // A line is written at once, so none is cut off.
    made.extend(lines.map_while(Result::ok).filter_map(|line| number(&line)));
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k2_the_postgres_server_is_killed() {
    use postgres::{bank, world::Place};
    let mut server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    let place = Place::on(&server).await;
    let bank = Arc::new(bank::found(&place).await);
    let counts = Arc::new(bank::Counts::default());
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let mut clients = JoinSet::new();
    for seed in 0..4 {
        let (bank, counts, told) = (Arc::clone(&bank), Arc::clone(&counts), told.clone());
        // They go on until kills were in their way.
        let told = move |number| told.send(number).unwrap();
        clients.spawn(async move { bank::client(&bank, seed, usize::MAX, &counts, told).await });
    }
    let (mut acknowledged, mut kills) = (BTreeSet::new(), 0);
    let is_hit = || counts.broken.load(SeqCst) > 0;
    while kills < 3 || !is_hit() || acknowledged.len() < 240 {
        acknowledged.insert(heard.recv().await.unwrap());
        if acknowledged.len() >= 40 + 80 * kills {
            server = tokio::task::spawn_blocking(move || {
                server.crash();
                server
            })
            .await
            .unwrap();
            kills += 1;
        }
    }
    // What the clients have begun is left in the middle, and what they were told meanwhile counts.
    clients.shutdown().await;
    drop(told);
    while let Some(number) = heard.recv().await {
        acknowledged.insert(number);
    }
    let stored = bank::audit(&bank, &[]).await;
    assert!(kills >= 3 && acknowledged.len() >= 240, "{kills}, {}", acknowledged.len());
    assert!(acknowledged.is_subset(&stored), "acknowledged, and lost");
    let most = acknowledged.len() as u64 + counts.dropped.load(SeqCst) + counts.broken.load(SeqCst) + 4;
    assert!(stored.len() as u64 <= most, "{} of {most}", stored.len());
}
