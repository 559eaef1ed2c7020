//! Numbers that are saved in batches, and what is known of the batches.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga::testing::{SeededRandom, VirtualClock};
use catga_tests::{Trouble, poll_once};
use tokio::sync::Semaphore;

pub const AGE: Duration = Duration::from_millis(10);

/// A number of a tenant; answered with the number twice.
#[command(reply = u64, error = Trouble)]
#[derive(Clone, Debug)]
pub struct Save {
    pub tenant: u32,
    pub number: u64,
}

pub fn save(number: u64) -> Save {
    Save { tenant: 0, number }
}

/// Numbers that make a batch do something else.
pub const FAILS: u64 = 1_000;
pub const ALL_FAIL: u64 = 1_001;
pub const PANICS: u64 = 1_002;
pub const FORGETS: u64 = 1_003;
pub const INVENTS: u64 = 1_004;
pub const PANICS_LATER: u64 = 1_005;

#[derive(Debug, Default)]
pub struct Table {
    pub batches: Mutex<Vec<Vec<u64>>>,
    /// Waited for by each batch, where it is set.
    pub go_on: Option<Semaphore>,
    pub running: AtomicU32,
    /// The messages in those that run.
    pub inside: AtomicU32,
    pub dropped: AtomicU32,
}

struct Running<'a>(&'a Table, bool, u32);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(self.2, SeqCst);
        self.0.running.fetch_sub(1, SeqCst);
        self.0.dropped.fetch_add(u32::from(!self.1), SeqCst);
    }
}

impl Batch<Save> for Table {
    type Key = u32;

    fn key(&self, message: &Save) -> u32 {
        message.tenant
    }

    async fn run(&self, key: &u32, batch: Vec<Save>) -> Answers<Save> {
        assert!(batch.iter().all(|save| save.tenant == *key), "another's item");
        let numbers: Vec<u64> = batch.iter().map(|save| save.number).collect();
        self.batches.lock().unwrap().push(numbers.clone());
        assert!(!numbers.contains(&PANICS), "at once");
        self.running.fetch_add(1, SeqCst);
        self.inside.fetch_add(numbers.len() as u32, SeqCst);
        let mut running = Running(self, false, numbers.len() as u32);
        if let Some(go_on) = &self.go_on {
            go_on.acquire().await.unwrap().forget();
        }
        running.1 = true;
        assert!(!numbers.contains(&PANICS_LATER), "later");
        if numbers.contains(&ALL_FAIL) {
            return Err(Trouble::Busy);
        }
        let mut answers: Vec<Result<u64, Trouble>> =
            numbers.iter().map(|number| if *number == FAILS { Err(Trouble::Wrong) } else { Ok(number * 2) }).collect();
        if numbers.contains(&FORGETS) {
            answers.pop();
        }
        if numbers.contains(&INVENTS) {
            answers.push(Ok(0));
        }
        Ok(answers)
    }
}

pub struct Saves {
    pub saves: AutoBatch<Save, Table>,
}

#[handler]
impl Saves {
    async fn save(&self, cmd: Save, cx: &mut Context<impl Scope>) -> Outcome<Save> {
        self.saves.answer(cmd, cx).await
    }
}

#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
pub struct App {
    pub clock: VirtualClock,
    pub saves: Saves,
    #[state]
    pub random: SeededRandom,
}

pub fn app(saves: AutoBatch<Save, Table>) -> App {
    App { clock: VirtualClock::new(), saves: Saves { saves }, random: SeededRandom::new(1) }
}

/// Batches of three that answer at once.
pub fn quick() -> App {
    app(AutoBatch::new(Table::default(), 3, AGE))
}

/// Batches of three that wait until they may answer.
pub fn slow() -> App {
    app(AutoBatch::new(Table { go_on: Some(Semaphore::new(0)), ..Table::default() }, 3, AGE))
}

pub type Sent<'a> = Pin<Box<dyn Future<Output = Outcome<Save>> + Send + 'a>>;

impl App {
    pub fn table(&self) -> &Table {
        self.saves.saves.batch()
    }

    /// What has run since the last time.
    pub fn batches(&self) -> Vec<Vec<u64>> {
        std::mem::take(&mut *self.table().batches.lock().unwrap())
    }

    pub fn go_on(&self, batches: usize) {
        self.table().go_on.as_ref().unwrap().add_permits(batches);
    }

    pub fn running(&self) -> u32 {
        self.table().running.load(SeqCst)
    }

    /// Sent, and waiting.
    pub async fn sent(&self, save: Save) -> Sent<'_> {
        let mut call: Sent<'_> = Box::pin(self.send(save));
        assert!(poll_once(&mut call).await.is_pending());
        call
    }

    pub async fn all_sent(&self, numbers: &[u64]) -> Vec<Sent<'_>> {
        let mut calls = Vec::new();
        for number in numbers {
            calls.push(self.sent(save(*number)).await);
        }
        calls
    }
}
