use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{SeededRandom, lock};
use crate::store::durable::{Disk, DiskFile};
use crate::time::Random;

const SECTOR: usize = 512;

/// A disk in memory that loses power, lies, fails and flips bits, as it is told. Clones are the same disk.
///
/// What was synced survives. Of what was written since, each sector is of any of its versions after a power loss,
/// whatever the order in which they were written: lost, torn, reordered.
///
/// Source of the model: Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014.
#[derive(Clone, Debug, Default)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    placed: bool,
    /// Whether there is a fresh file that was neither placed nor discarded.
    has_part: bool,
    open: bool,
    /// How often its machine ended: who opened the file before has no file any more.
    lives: u64,
    /// What reads see.
    cache: Vec<u8>,
    /// What survives a power loss for sure.
    stable: Vec<u8>,
    /// What was written since the last sync: it survives in part.
    unsynced: Vec<Op>,
    /// How many operations that change something were made.
    ops: u64,
    /// Whether an operation has failed as it was told to.
    has_failed: bool,
    faults: DiskFaults,
}

#[derive(Clone, Debug)]
enum Op {
    Write(u64, Vec<u8>),
    Resize(u64),
}

/// What goes wrong on a [`SimDisk`]. Nothing, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskFaults {
    /// From this operation on, everything fails: the machine is off.
    pub off_at: Option<u64>,
    /// Just these operations fail, with this kind.
    pub fail_at: Option<(Range<u64>, io::ErrorKind)>,
    /// From this operation on, those that need space fail.
    pub full_at: Option<u64>,
    /// How many bytes there are; what needs more fails.
    pub capacity: Option<u64>,
    /// Syncs do nothing, and say that they did.
    pub lying: bool,
}

impl SimDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// A disk that holds a file.
    pub fn holding(bytes: Vec<u8>) -> Self {
        let state = State { placed: true, cache: bytes.clone(), stable: bytes, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// What goes wrong from now on.
    pub fn set(&self, faults: DiskFaults) {
        self.state().faults = faults;
    }

    /// How many operations that change something were made: writes, resizes and syncs.
    pub fn ops(&self) -> u64 {
        self.state().ops
    }

    /// Whether an operation has failed for [`DiskFaults::fail_at`].
    pub fn has_failed(&self) -> bool {
        self.state().has_failed
    }

    /// Whether its machine is off.
    pub fn is_off(&self) -> bool {
        self.state().is_off()
    }

    /// Whether there is a part of a file: begun, and neither put into its place nor discarded.
    pub fn has_part(&self) -> bool {
        self.state().has_part
    }

    /// How many bytes the file has.
    pub fn len(&self) -> usize {
        self.state().cache.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What reads see.
    pub fn bytes(&self) -> Vec<u8> {
        self.state().cache.clone()
    }

    /// Another disk with the same bytes, all of them durable: as after the mere end of the process.
    #[must_use]
    pub fn after_kill(&self) -> Self {
        Self::holding(self.bytes())
    }

    /// Another disk, with what is there when the power comes back.
    #[must_use]
    pub fn after_power_loss(&self, chance: &dyn Random) -> Self {
        Self::holding(self.state().survivors(chance))
    }

    /// The process ends: whoever has the file open writes nothing any more, and all that was written is there. Faults
    /// are over.
    pub fn kill(&self) {
        let mut state = self.state();
        let bytes = state.cache.clone();
        state.live_again(bytes);
    }

    /// The power fails and comes back: whoever has the file open writes nothing any more, and of what was not synced
    /// there is what chance leaves. Faults are over.
    pub fn lose_power(&self, chance: &dyn Random) {
        let mut state = self.state();
        let bytes = state.survivors(chance);
        state.live_again(bytes);
    }

    /// Turns one bit over, for good.
    pub fn flip(&self, bit: u64) {
        let mut state = self.state();
        let (byte, bit) = ((bit / 8) as usize, bit % 8);
        let State { cache, stable, .. } = &mut *state;
        for bytes in [cache, stable] {
            if let Some(byte) = bytes.get_mut(byte) {
                *byte ^= 1 << bit;
            }
        }
    }

    fn take(&self) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        if state.open {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.open = true;
        let life = state.lives;
        drop(state);
        Ok(Box::new(SimFile { disk: self.clone(), life }))
    }
}

/// Of each operation some sectors reach the disk.
fn persist_some(ops: &[Op], bytes: &mut Vec<u8>, chance: &dyn Random) {
    // Most of the time a mix; sometimes nothing, or all.
    let keep = [0, 100, 10, 50, 50, 90].get(chance.up_to(5) as usize).copied().unwrap_or(50);
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
                        write_at(bytes, from, &written[at..until]);
                    }
                    at = until;
                }
            }
        }
    }
}

fn write_at(bytes: &mut Vec<u8>, from: usize, written: &[u8]) {
    let end = from + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[from..end].copy_from_slice(written);
}

impl Op {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Resize(size) => bytes.resize(*size as usize, 0),
            Self::Write(offset, written) => write_at(bytes, *offset as usize, written),
        }
    }
}

impl State {
    fn survivors(&self, chance: &dyn Random) -> Vec<u8> {
        let mut bytes = self.stable.clone();
        persist_some(&self.unsynced, &mut bytes, chance);
        bytes
    }

    fn live_again(&mut self, bytes: Vec<u8>) {
        let Self { placed, has_part, lives, ops, .. } = *self;
        *self =
            Self { placed, has_part, lives: lives + 1, ops, cache: bytes.clone(), stable: bytes, ..Self::default() };
    }

    /// One operation that changes something; what fails leaves all as it is.
    fn step(&mut self, life: u64, grows_to: Option<u64>) -> io::Result<()> {
        self.has_power(life)?;
        let op = self.ops;
        self.ops += 1;
        self.has_power(life)?;
        if let Some((at, kind)) = &self.faults.fail_at
            && at.contains(&op)
        {
            self.has_failed = true;
            return Err((*kind).into());
        }
        let is_over = |size| self.faults.capacity.is_some_and(|capacity| size > capacity);
        let is_full = self.faults.full_at.is_some_and(|at| op >= at);
        match grows_to {
            Some(size) if is_full || is_over(size) => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    fn is_off(&self) -> bool {
        self.faults.off_at.is_some_and(|at| self.ops > at)
    }

    fn has_power(&self, life: u64) -> io::Result<()> {
        if self.is_off() || self.lives != life {
            return Err(io::Error::other("the power is off"));
        }
        Ok(())
    }

    fn apply(&mut self, op: Op) {
        op.apply(&mut self.cache);
        self.unsynced.push(op);
    }
}

/// The file, as it was opened in one life of the machine.
#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    life: u64,
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.lives == self.life {
            state.open = false;
        }
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
        let file = self.take()?;
        // What another life has left of one is in nobody's way.
        let mut state = self.state();
        (state.cache, state.stable, state.unsynced) = Default::default();
        state.has_part = true;
        drop(state);
        Ok(file)
    }

    fn place(&self) -> io::Result<()> {
        let mut state = self.state();
        (state.placed, state.has_part) = (true, false);
        Ok(())
    }

    fn discard(&self) {
        self.state().has_part = false;
    }
}

impl DiskFile for SimFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.disk.state().cache.len() as u64)
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let state = self.disk.state();
        state.has_power(self.life)?;
        let from = offset as usize;
        let bytes = state.cache.get(from..from + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        let grows_to = Some(offset + bytes.len() as u64).filter(|size| *size > state.cache.len() as u64);
        state.step(self.life, grows_to)?;
        state.apply(Op::Write(offset, bytes.to_vec()));
        Ok(())
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let grows_to = Some(size).filter(|size| *size > state.cache.len() as u64);
        state.step(self.life, grows_to)?;
        state.apply(Op::Resize(size));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        if let Err(error) = state.step(self.life, None) {
            if state.has_power(self.life).is_ok() {
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
            unsynced.drain(..).for_each(|op| op.apply(stable));
        }
        Ok(())
    }
}
