//! A gateway that charges once for a key, and does as it is told.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Mutex;

use catga::delivery::EffectKey;
use catga::prelude::*;
use catga_tests::Trouble;
use tokio::sync::{Notify, Semaphore};

/// What a call of the gateway does.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    Charges,
    /// It charges, and nobody hears of it.
    ChargesAndHangs,
    Fails(Trouble),
    /// It charges when it is told to go on.
    Waits,
}

pub struct Gateway {
    next: Mutex<VecDeque<Does>>,
    /// The keys it was called with, in their order.
    keys: Mutex<Vec<String>>,
    /// What was charged by each key that it does not know already.
    pub charged: Mutex<Vec<(String, u64)>>,
    pub asked: Mutex<u32>,
    pub go_on: Notify,
    /// How many calls have come that nobody has waited for.
    called: Semaphore,
}

impl Gateway {
    pub fn new() -> Self {
        Self {
            next: Mutex::default(),
            keys: Mutex::default(),
            charged: Mutex::default(),
            asked: Mutex::default(),
            go_on: Notify::new(),
            called: Semaphore::new(0),
        }
    }

    pub fn will(&self, does: impl IntoIterator<Item = Does>) {
        self.next.lock().unwrap().extend(does);
    }

    pub fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }

    pub fn calls(&self) -> usize {
        self.keys().len()
    }

    /// Until one more call has come.
    pub async fn called(&self) {
        self.called.acquire().await.unwrap().forget();
    }

    fn charge(&self, key: &EffectKey, cents: u64) -> u64 {
        let mut charged = self.charged.lock().unwrap();
        if !charged.iter().any(|(known, _)| known == key.as_str()) {
            charged.push((key.to_string(), cents));
        }
        charged.len() as u64
    }

    pub async fn call(&self, key: EffectKey, cents: u64) -> Result<u64, Error<Trouble>> {
        self.keys.lock().unwrap().push(key.to_string());
        let does = self.next.lock().unwrap().pop_front().unwrap_or(Does::Charges);
        self.called.add_permits(1);
        match does {
            Does::Charges => {}
            Does::ChargesAndHangs => {
                self.charge(&key, cents);
                pending::<()>().await;
            }
            Does::Fails(trouble) => return Err(trouble.into()),
            Does::Waits => self.go_on.notified().await,
        }
        Ok(self.charge(&key, cents))
    }

    pub async fn find(&self, key: EffectKey) -> Result<Option<u64>, Error<Trouble>> {
        *self.asked.lock().unwrap() += 1;
        if let Some(Does::Fails(trouble)) = self.next.lock().unwrap().pop_front() {
            return Err(trouble.into());
        }
        let charged = self.charged.lock().unwrap();
        Ok(charged.iter().position(|(known, _)| known == key.as_str()).map(|at| at as u64 + 1))
    }
}
