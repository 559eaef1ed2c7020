//! A disk in memory that loses power, lies, fails and flips bits, as it is told.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use catga::store::durable::{Disk, DiskFile};
use catga::testing::SeededRandom;
use catga::time::Random;

const SECTOR: usize = 512;

/// Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    placed: bool,
    open: bool,
    /// What reads see.
    cache: Vec<u8>,
    /// What survives a power loss for sure.
    stable: Vec<u8>,
    /// What was written since the last sync: it survives in part.
    unsynced: Vec<Op>,
    /// How many operations that change something were made.
    ops: u64,
    faults: Faults,
}

#[derive(Clone, Debug)]
enum Op {
    Write(u64, Vec<u8>),
    Resize(u64),
}

/// What goes wrong.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// From this operation on, everything fails: the machine is off.
    pub off_at: Option<u64>,
    /// Just these operations fail, with this kind.
    pub fail_at: Option<(Range<u64>, io::ErrorKind)>,
    /// From this operation on, those that need space fail.
    pub full_at: Option<u64>,
    /// Syncs do nothing, and say that they did.
    pub lying: bool,
}

impl SimDisk {
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn set(&self, faults: Faults) {
        self.state().faults = faults;
    }

    pub fn ops(&self) -> u64 {
        self.state().ops
    }

    pub fn len(&self) -> usize {
        self.state().cache.len()
    }

    /// What reads see.
    pub fn bytes(&self) -> Vec<u8> {
        self.state().cache.clone()
    }

    /// A disk with the same bytes, all of them durable: as after the mere end of the process.
    pub fn after_kill(&self) -> Self {
        let bytes = self.state().cache.clone();
        Self::holding(bytes)
    }

    /// A disk that holds a file.
    pub fn holding(bytes: Vec<u8>) -> Self {
        let state = State { placed: true, cache: bytes.clone(), stable: bytes, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    pub fn flip(&self, bit: u64) {
        let mut state = self.state();
        let (byte, bit) = ((bit / 8) as usize, bit % 8);
        state.cache[byte] ^= 1 << bit;
        state.stable[byte] ^= 1 << bit;
    }

    /// What is there when the power comes back: of what was not synced, each sector is of any of its
    /// versions, whatever the order in which they were written.
    pub fn after_power_loss(&self, chance: &SeededRandom) -> Self {
        let state = self.state();
        let mut bytes = state.stable.clone();
        persist_some(&state.unsynced, &mut bytes, chance);
        Self::holding(bytes)
    }
}

/// Of each operation some sectors reach the disk.
fn persist_some(ops: &[Op], bytes: &mut Vec<u8>, chance: &SeededRandom) {
    // Most of the time a mix; sometimes nothing, or all.
    let keep = [0, 100, 10, 50, 50, 90][chance.up_to(5) as usize];
    for op in ops {
        match op {
            Op::Resize(size) if chance.up_to(99) < keep => bytes.resize(*size as usize, 0),
            Op::Resize(_) => {}
            Op::Write(offset, written) => {
                let mut at = 0;
                while at < written.len() {
                    let from = *offset as usize + at;
                    let until = ((from / SECTOR + 1) * SECTOR - from + at).min(written.len());
                    if chance.up_to(99) < keep {
                        let end = *offset as usize + until;
                        if bytes.len() < end {
                            bytes.resize(end, 0);
                        }
                        bytes[from..end].copy_from_slice(&written[at..until]);
                    }
                    at = until;
                }
            }
        }
    }
}

impl State {
    /// One operation that changes something; what fails leaves all as it is.
    fn step(&mut self, needs_space: bool) -> io::Result<()> {
        let op = self.ops;
        self.ops += 1;
        if self.is_off() {
            return Err(io::Error::other("the power is off"));
        }
        if let Some((at, kind)) = &self.faults.fail_at
            && at.contains(&op)
        {
            return Err((*kind).into());
        }
        match self.faults.full_at {
            Some(at) if needs_space && op >= at => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    fn is_off(&self) -> bool {
        self.faults.off_at.is_some_and(|at| self.ops > at)
    }

    fn apply(&mut self, op: Op) {
        match &op {
            Op::Resize(size) => self.cache.resize(*size as usize, 0),
            Op::Write(offset, bytes) => {
                let (from, end) = (*offset as usize, *offset as usize + bytes.len());
                if self.cache.len() < end {
                    self.cache.resize(end, 0);
                }
                self.cache[from..end].copy_from_slice(bytes);
            }
        }
        self.unsynced.push(op);
    }
}

#[derive(Debug)]
struct SimFile(SimDisk);

impl Drop for SimFile {
    fn drop(&mut self) {
        self.0.state().open = false;
    }
}

impl SimDisk {
    fn take(&self) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        if state.open {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.open = true;
        drop(state);
        Ok(Box::new(SimFile(self.clone())))
    }
}

impl Disk for SimDisk {
    fn exists(&self) -> io::Result<bool> {
        Ok(self.state().placed)
    }

    fn open(&self) -> io::Result<Box<dyn DiskFile>> {
        self.take()
    }

    fn fresh(&self) -> io::Result<Box<dyn DiskFile>> {
        self.take()
    }

    fn place(&self) -> io::Result<()> {
        self.state().placed = true;
        Ok(())
    }
}

impl DiskFile for SimFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.0.state().cache.len() as u64)
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let state = self.0.state();
        if state.is_off() {
            return Err(io::Error::other("the power is off"));
        }
        let from = offset as usize;
        let bytes = state.cache.get(from..from + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.0.state();
        let grows = offset as usize + bytes.len() > state.cache.len();
        state.step(grows)?;
        state.apply(Op::Write(offset, bytes.to_vec()));
        Ok(())
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        let mut state = self.0.state();
        let grows = size as usize > state.cache.len();
        state.step(grows)?;
        state.apply(Op::Resize(size));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.0.state();
        if let Err(error) = state.step(false) {
            if !state.is_off() {
                // As a real system does: what was to be written is forgotten, reached the disk or not, reads
                // still find it, and no later sync brings it there.
                let chance = SeededRandom::new(state.ops);
                let State { unsynced, stable, .. } = &mut *state;
                persist_some(unsynced, stable, &chance);
                unsynced.clear();
            }
            return Err(error);
        }
        if !state.faults.lying {
            let State { unsynced, stable, .. } = &mut *state;
            for op in unsynced.drain(..) {
                match op {
                    Op::Resize(size) => stable.resize(size as usize, 0),
                    Op::Write(offset, bytes) => {
                        let (from, end) = (offset as usize, offset as usize + bytes.len());
                        if stable.len() < end {
                            stable.resize(end, 0);
                        }
                        stable[from..end].copy_from_slice(&bytes);
                    }
                }
            }
        }
        Ok(())
    }
}
