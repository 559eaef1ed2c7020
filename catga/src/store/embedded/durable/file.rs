use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use super::disk::DiskFile;

/// How far ahead of what is written the file has blocks of its disk.
const AHEAD: u64 = 1 << 20;
/// Who fills more of the file between two syncs, as a backup does, waits for its data, and would write it twice.
const FAST: u64 = 1 << 16;
const PAGE: usize = 4096;
static ZEROS: [u8; 1 << 16] = [0; 1 << 16];

/// An open file of the system.
///
/// A database makes its file long and fills it later, and a page that is written for the first time needs a block: then
/// a sync waits for the file system's journal too, which is most of its time. So the file is given its blocks ahead of
/// what is written, many at once, by zeros, which is what is read there before and after.
/// Source: what PostgreSQL does with the segments of its log, `wal_init_zero`.
#[derive(Debug)]
pub(super) struct SystemFile {
    file: File,
    /// Held by whoever writes: what is found empty has to be so still when zeros are written there.
    filled: Mutex<Filled>,
}

/// What is known of the file's blocks.
#[derive(Debug)]
struct Filled {
    /// Up to where it has them.
    to: u64,
    /// Up to where it was written, and up to where at the last sync.
    written: u64,
    synced: u64,
    /// How much further it was written between the last two syncs, or half of what it was before.
    pace: u64,
    /// Where nobody has written since the file was made so long.
    empty: Range<u64>,
    /// The disk has no room for more, or fails: then it is for what has to be written to say so.
    is_full: bool,
}

impl Filled {
    fn wrote(&mut self, bytes: &Range<u64>) {
        // What is far away is no sign that all before it will be.
        if bytes.start <= self.written.saturating_add(AHEAD) {
            self.written = self.written.max(bytes.end);
        }
        if bytes.start <= self.empty.start {
            self.empty.start = self.empty.start.max(bytes.end);
        } else {
            self.empty.end = self.empty.end.min(bytes.start);
        }
    }
}

impl SystemFile {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let to = allocated(&file)?;
        let filled = Filled { to, written: to, synced: to, pace: 0, empty: 0..0, is_full: false };
        Ok(Self { file, filled: Mutex::new(filled) })
    }

    fn filled(&self) -> MutexGuard<'_, Filled> {
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fills what comes after a page that was written, where that is the first page without a block, or close to it.
    fn fill(&self, filled: &mut Filled, written: &Range<u64>) -> io::Result<()> {
        let is_next = written.start <= filled.to.saturating_add(AHEAD) && filled.to < written.end;
        if filled.is_full || !is_next {
            return Ok(());
        }
        if filled.pace.max(filled.written - filled.synced) > FAST {
            filled.to = written.end;
            return Ok(());
        }
        let end = written.end.saturating_add(AHEAD).min(self.size()?);
        if filled.empty.start <= written.end && end <= filled.empty.end {
            self.zero(written.end..end)?;
        } else {
            self.zero_what_is_empty(filled.to..end)?;
        }
        filled.to = end;
        Ok(())
    }

    /// Writes zeros over the empty pages of these bytes.
    fn zero_what_is_empty(&self, bytes: Range<u64>) -> io::Result<()> {
        let mut pages = vec![0; usize::try_from(bytes.end.saturating_sub(bytes.start)).unwrap_or_default()];
        self.read(bytes.start, &mut pages)?;
        let (mut begun, mut offset) = (bytes.start, bytes.start);
        for page in pages.chunks(PAGE) {
            let is_empty = page.iter().all(|byte| *byte == 0);
            if !is_empty {
                self.zero(begun..offset)?;
            }
            offset += page.len() as u64;
            if !is_empty {
                begun = offset;
            }
        }
        self.zero(begun..offset)
    }

    fn zero(&self, bytes: Range<u64>) -> io::Result<()> {
        let mut offset = bytes.start;
        while offset < bytes.end {
            let length = (bytes.end - offset).min(ZEROS.len() as u64);
            self.write_at(offset, &ZEROS[..length as usize])?;
            offset += length;
        }
        Ok(())
    }

    #[cfg(unix)]
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, offset)
    }

    #[cfg(windows)]
    fn write_at(&self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        use std::os::windows::fs::FileExt as _;
        while !bytes.is_empty() {
            let written = self.file.seek_write(bytes, offset)?;
            bytes = bytes.split_at(written).1;
            offset += written as u64;
        }
        Ok(())
    }
}

impl Drop for SystemFile {
    fn drop(&mut self) {
        // A process that is being started by another thread has the file too, until it runs: it would hold the lock.
        let _ = self.file.unlock();
    }
}

/// Up to where a file has blocks if it has them from its beginning on, as one that grows has.
#[cfg(unix)]
fn allocated(file: &File) -> io::Result<u64> {
    /// Of these a system counts, whatever the disk's own are.
    const BLOCK: u64 = 512;
    let metadata = file.metadata()?;
    Ok(metadata.len().min(std::os::unix::fs::MetadataExt::blocks(&metadata) * BLOCK) / PAGE as u64 * PAGE as u64)
}

/// The system does not say: up to its end.
#[cfg(not(unix))]
fn allocated(file: &File) -> io::Result<u64> {
    Ok(file.metadata()?.len())
}

impl DiskFile for SystemFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    #[cfg(unix)]
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        use std::os::windows::fs::FileExt as _;
        while !buffer.is_empty() {
            match self.file.seek_read(buffer, offset)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => {
                    buffer = buffer.split_at_mut(read).1;
                    offset += read as u64;
                }
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut filled = self.filled();
        let written = offset..offset.saturating_add(bytes.len() as u64);
        filled.wrote(&written);
        self.write_at(offset, bytes)?;
        if self.fill(&mut filled, &written).is_err() {
            filled.is_full = true;
        }
        Ok(())
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        let mut filled = self.filled();
        let before = self.size()?;
        self.file.set_len(size)?;
        if size > before {
            let grows = filled.empty.end == before;
            filled.empty = if grows { filled.empty.start } else { before }..size;
        } else {
            filled.empty.end = filled.empty.end.min(size);
        }
        (filled.to, filled.written, filled.synced) =
            (filled.to.min(size), filled.written.min(size), filled.synced.min(size));
        filled.is_full = false;
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        {
            let mut filled = self.filled();
            filled.pace = (filled.written - filled.synced).max(filled.pace / 2);
            filled.synced = filled.written;
        }
        self.file.sync_data()
    }

    fn born(&self) -> Option<u128> {
        let made = self.file.metadata().and_then(|metadata| metadata.created()).ok()?;
        made.duration_since(UNIX_EPOCH).ok().map(|since| since.as_nanos())
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use super::*;

    const PAGES: u64 = 1024;

    fn file() -> SystemFile {
        let file = SystemFile::new(tempfile::tempfile().unwrap()).unwrap();
        file.resize(PAGES * PAGE as u64).unwrap();
        file
    }

    fn filled(file: &SystemFile) -> u64 {
        file.filled().to
    }

    #[test]
    fn it_has_its_blocks_ahead_of_what_is_written() {
        let file = file();
        assert_eq!(filled(&file), 0);
        file.write(0, &[1; PAGE]).unwrap();
        let first = filled(&file);
        assert_eq!(first, PAGE as u64 + AHEAD);
        for page in 1..=AHEAD / PAGE as u64 {
            file.write(page * PAGE as u64, &[1; PAGE]).unwrap();
            file.sync().unwrap();
            assert_eq!(filled(&file), first, "page {page}");
        }
        file.write(first, &[1; PAGE]).unwrap();
        assert_eq!(filled(&file), first + PAGE as u64 + AHEAD);
        // What is written far away is no sign that all before it will be.
        file.write((PAGES - 1) * PAGE as u64, &[1; PAGE]).unwrap();
        assert_eq!(filled(&file), first + PAGE as u64 + AHEAD);
    }

    #[test]
    fn a_file_that_is_opened_again_goes_on_where_it_has_blocks() {
        let first = file();
        first.write(0, &[1; PAGE]).unwrap();
        // Some file systems count no block before.
        first.sync().unwrap();
        let again = SystemFile::new(first.file.try_clone().unwrap()).unwrap();
        let has = filled(&again);
        assert!(has >= filled(&first), "the system counts {has}");
        again.write(has, &[2; PAGE]).unwrap();
        assert_eq!(filled(&again), has + PAGE as u64 + AHEAD);
    }

    #[test]
    fn what_is_written_fast_is_written_once() {
        let file = file();
        file.write(0, &[1; PAGE]).unwrap();
        let (first, mut to) = (filled(&file), PAGE as u64);
        while to < first {
            file.write(to, &[1; 2 * FAST as usize]).unwrap();
            file.sync().unwrap();
            to += 2 * FAST;
        }
        assert_eq!(filled(&file), to, "no more than was written");
        // And without a sync in between, after those that were slow.
        for _ in 0..9 {
            file.sync().unwrap();
        }
        file.write(to, &[1; 2 * FAST as usize]).unwrap();
        to += 2 * FAST;
        assert_eq!(filled(&file), to, "nor of one that was slow before");
        file.sync().unwrap();
        for _ in 0..2 {
            file.sync().unwrap();
        }
        file.write(to, &[1; PAGE]).unwrap();
        assert_eq!(filled(&file), to + PAGE as u64 + AHEAD, "it is slow again");
    }

    #[test]
    fn its_lock_ends_with_it_whoever_has_its_descriptor() {
        let named = tempfile::NamedTempFile::new().unwrap();
        let file = SystemFile::new(named.reopen().unwrap()).unwrap();
        file.file.lock().unwrap();
        // As a process has it that is being started.
        let inherited = file.file.try_clone().unwrap();
        assert!(named.as_file().try_lock().is_err());
        drop(file);
        named.as_file().try_lock().unwrap();
        drop(inherited);
    }

    #[test]
    fn what_is_there_stays() {
        for seed in 1..12 {
            let file = file();
            let mut random = fastrand::Rng::with_seed(seed);
            let mut model = vec![0; usize::try_from(PAGES).unwrap() * PAGE];
            for step in 1..100_u8 {
                let length = random.usize(1..3 * PAGE);
                // Most are written from the beginning on, some anywhere.
                let within = if random.u8(..4) == 0 { model.len() } else { model.len() * usize::from(step) / 100 };
                let offset = random.usize(..=within.max(length) - length);
                let bytes = vec![step; length];
                file.write(offset as u64, &bytes).unwrap();
                model[offset..offset + length].copy_from_slice(&bytes);
                if random.bool() {
                    file.sync().unwrap();
                }
                if random.u8(..20) == 0 {
                    let size = random.usize(model.len() / 2..=model.len());
                    model[size..].fill(0);
                    file.resize(size as u64).unwrap();
                    file.resize(model.len() as u64).unwrap();
                }
            }
            let mut read = vec![0; model.len()];
            file.read(0, &mut read).unwrap();
            assert!(read == model, "seed {seed}");
        }
    }
}
