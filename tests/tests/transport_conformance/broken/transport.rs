//! The transport itself, and how it closes.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use catga::message::Qos;
use catga::transport::memory::MemoryResponder;
use catga::transport::{Capabilities, Endpoint, Leftover, Parcel, Transport};

use super::fault::Fault::{self, *};
use crate::memory::Virtual;

#[derive(Clone)]
pub(crate) struct Broken {
    pub(super) inner: Virtual,
    pub(super) fault: Fault,
    pub(super) state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) published: u64,
    pub(super) held: Option<(String, Parcel)>,
    pub(super) keys: HashMap<u64, Option<u64>>,
    pub(super) first_endpoint: Option<String>,
    pub(super) groups: u64,
    pub(super) listeners: u64,
    pub(super) unread: usize,
    pub(super) closed: u64,
    /// Answers that wait to be given to another.
    pub(super) crossed: Vec<(MemoryResponder, Bytes)>,
}

impl Broken {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The one endpoint of those who mix them up.
    pub(super) fn mixed(&self, endpoint: Endpoint<'_>, fault: Fault) -> String {
        let mut state = self.state();
        if self.fault == fault {
            state.first_endpoint.get_or_insert_with(|| endpoint.name().to_owned()).clone()
        } else {
            endpoint.name().to_owned()
        }
    }
}

impl Transport for Broken {
    const CAPABILITIES: Capabilities = Capabilities { qos: Qos::AtLeastOnce, ..Virtual::CAPABILITIES };

    async fn close(&self, grace: Duration) -> Leftover {
        match self.fault {
            LosesOnClose => {
                self.inner.close(Duration::ZERO).await;
                Leftover::default()
            }
            SecondCloseHangs => {
                let times = {
                    let mut state = self.state();
                    state.closed += 1;
                    state.closed
                };
                if times > 1 {
                    pending::<()>().await;
                }
                self.inner.close(grace).await
            }
            CutsRequests => self.inner.close(Duration::ZERO).await,
            IgnoresTheGrace => self.inner.close(Duration::MAX).await,
            CancelledCloseReopens => {
                // It closes at its second poll.
                tokio::task::yield_now().await;
                for _ in 0..64 {
                    tokio::task::yield_now().await;
                }
                self.inner.close(grace).await
            }
            CloseForgetsTheBlocked => Leftover::default(),
            SaysSomethingIsLeft => {
                let left = self.inner.close(grace).await;
                Leftover { parcels: left.parcels + 1, requests: left.requests + 1 }
            }
            _ => self.inner.close(grace).await,
        }
    }
}
