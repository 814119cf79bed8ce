//! A temporary file that goes to the disk while it is being written.

use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use tempfile::NamedTempFile;

/// After so many bytes the disk is asked to catch up, so that the end of a long file does not wait for all of it.
const STRIDE: u64 = 32 << 20;

/// A file that must be on the disk before it takes its place.
pub(crate) struct Steady {
    file: NamedTempFile,
    /// Bytes since the disk was last asked.
    since: u64,
    disk: Option<Disk>,
}

/// A thread that waits for the disk.
struct Disk {
    asked: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Steady {
    pub(super) fn new(file: NamedTempFile) -> Self {
        Self { file, since: 0, disk: None }
    }

    /// The file, all of it on the disk.
    pub(super) fn on_disk(self) -> io::Result<NamedTempFile> {
        if let Some(Disk { asked, thread }) = self.disk {
            drop(asked);
            // An error of the disk is told once only, to whoever asks first.
            thread.join().unwrap_or_else(|_| Err(io::Error::other("could not wait for the disk")))?;
        }
        self.file.as_file().sync_all()?;
        Ok(self.file)
    }

    /// Waits until what has been written is on the disk.
    pub(super) fn sync_all(&self) -> io::Result<()> {
        self.file.as_file().sync_all()
    }

    fn ask(&mut self) -> io::Result<()> {
        if self.disk.is_none() {
            let file = self.file.as_file().try_clone()?;
            let (asked, asks) = sync_channel(1);
            let thread = thread::Builder::new();
            let thread = thread.spawn(move || asks.iter().try_for_each(|()| file.sync_data()))?;
            self.disk = Some(Disk { asked, thread });
        }
        if let Some(disk) = &self.disk {
            // Where it has been asked already, or has failed, there is nothing more to ask.
            let _ = disk.asked.try_send(());
        }
        Ok(())
    }
}

impl Write for Steady {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // The file's own errors, since those of what holds it name the temporary file, which means nothing to the reader.
        let count = self.file.as_file_mut().write(text)?;
        self.since += count as u64;
        if self.since >= STRIDE {
            self.since = 0;
            self.ask()?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}
