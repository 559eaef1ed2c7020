use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::disk::DiskFile;

/// How far ahead of what is written the file has blocks of its disk.
const AHEAD: u64 = 1 << 20;
const PAGE: usize = 4096;

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

/// Up to where the file has blocks, as far as it is known.
#[derive(Debug)]
struct Filled {
    to: u64,
    /// The disk has no room for more, or fails: then it is for what has to be written to say so.
    is_full: bool,
}

impl SystemFile {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let to = allocated(&file)?;
        Ok(Self { file, filled: Mutex::new(Filled { to, is_full: false }) })
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
        let end = written.end.saturating_add(AHEAD).min(self.size()?);
        let mut pages = vec![0; usize::try_from(end.saturating_sub(filled.to)).unwrap_or_default()];
        self.read(filled.to, &mut pages)?;
        let mut offset = filled.to;
        for run in pages.chunks(PAGE).collect::<Vec<_>>().chunk_by(|one, other| is_empty(one) == is_empty(other)) {
            let length = run.iter().map(|page| page.len()).sum();
            if run.first().is_some_and(|page| is_empty(page)) {
                self.write_at(offset, &vec![0; length])?;
            }
            offset += length as u64;
        }
        filled.to = end;
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

fn is_empty(page: &[u8]) -> bool {
    page.iter().all(|byte| *byte == 0)
}

/// Up to where a file has blocks if it has them from its beginning on, as one that grows has.
#[cfg(unix)]
fn allocated(file: &File) -> io::Result<u64> {
    /// Of these a system counts, whatever the disk's own are.
    const BLOCK: u64 = 512;
    let metadata = file.metadata()?;
    Ok(metadata.len().min(std::os::unix::fs::MetadataExt::blocks(&metadata) * BLOCK) / PAGE as u64 * PAGE as u64)
}

/// Nobody knows: it has them all.
#[cfg(not(unix))]
fn allocated(_: &File) -> io::Result<u64> {
    Ok(u64::MAX)
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
        self.write_at(offset, bytes)?;
        if self.fill(&mut filled, &(offset..offset.saturating_add(bytes.len() as u64))).is_err() {
            filled.is_full = true;
        }
        Ok(())
    }

    fn resize(&self, size: u64) -> io::Result<()> {
        let mut filled = self.filled();
        self.file.set_len(size)?;
        filled.to = filled.to.min(size);
        filled.is_full = false;
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "a test fails by it")]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    const PAGES: u64 = 1024;

    fn file() -> SystemFile {
        let file = SystemFile::new(tempfile::tempfile().unwrap()).unwrap();
        file.resize(PAGES * PAGE as u64).unwrap();
        file
    }

    fn blocks(file: &SystemFile) -> u64 {
        file.file.metadata().unwrap().blocks() * 512
    }

    #[test]
    fn it_has_its_blocks_ahead_of_what_is_written() {
        let file = file();
        assert_eq!(blocks(&file), 0);
        file.write(0, &[1; PAGE]).unwrap();
        let first = blocks(&file);
        assert_eq!(first, PAGE as u64 + AHEAD);
        for page in 1..=AHEAD / PAGE as u64 {
            file.write(page * PAGE as u64, &[1; PAGE]).unwrap();
            assert_eq!(blocks(&file), first, "page {page}");
        }
        file.write(first, &[1; PAGE]).unwrap();
        assert_eq!(blocks(&file), first + PAGE as u64 + AHEAD);
        // What is written far away is no sign that all before it will be.
        file.write((PAGES - 1) * PAGE as u64, &[1; PAGE]).unwrap();
        assert_eq!(blocks(&file), first + 2 * PAGE as u64 + AHEAD);
    }

    #[test]
    fn a_file_that_is_opened_again_goes_on_where_it_has_blocks() {
        let first = file();
        first.write(0, &[1; PAGE]).unwrap();
        let has = blocks(&first);
        let again = SystemFile::new(first.file.try_clone().unwrap()).unwrap();
        again.write(PAGE as u64, &[2; PAGE]).unwrap();
        assert_eq!(blocks(&again), has);
        again.write(has, &[2; PAGE]).unwrap();
        assert_eq!(blocks(&again), has + PAGE as u64 + AHEAD);
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
