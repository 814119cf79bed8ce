//! Temporary files that an interrupted run must not leave behind.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Whoever holds it keeps an interruption waiting.
pub(crate) fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, what is [`unfinished`] goes when the run is interrupted. Where that can not be, it still stops.
pub(super) fn leave_nothing_behind() {
    static ONCE: Once = Once::new();
    ONCE.call_once(watch);
}

fn remove_all(files: &mut Vec<PathBuf>) {
    for file in files.drain(..) {
        // It is not there any more where the output has been finished.
        let _ = fs::remove_file(file);
    }
}

#[cfg(unix)]
fn watch() {
    use std::sync::mpsc::sync_channel;
    use std::thread;

    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // The thread comes first: signals that nobody waits for would do nothing.
    let (send, watched) = sync_channel::<Signals>(1);
    let ended = move || {
        let Ok(mut signals) = watched.recv() else { return };
        for signal in signals.forever() {
            // Held to the end, so that no file is begun any more.
            let mut files = unfinished();
            remove_all(&mut files);
            // Whoever started the run sees which signal has ended it.
            let _ = emulate_default_handler(signal);
        }
    };
    if thread::Builder::new().spawn(ended).is_ok()
        && let Ok(signals) = Signals::new(heeded())
    {
        let _ = send.send(signals);
    }
}

/// The signals that end the run. It may have been started to ignore some: by `nohup`, or in the background of a script.
#[cfg(unix)]
fn heeded() -> Vec<i32> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let Some(ignored) = fs::read_to_string("/proc/self/status").ok().as_deref().and_then(ignored) else {
        // Only Linux tells. Elsewhere the one that `nohup` ignores is left as it is.
        return vec![SIGINT, SIGTERM];
    };
    [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| (ignored >> (signal - 1)) & 1 == 0).collect()
}

/// The signals that a process ignores, a bit each from the lowest on; see `proc_pid_status(5)`.
#[cfg(unix)]
fn ignored(status: &str) -> Option<u64> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(not(unix))]
fn watch() {
    let _ = ctrlc::set_handler(|| {
        let mut files = unfinished();
        remove_all(&mut files);
        // What shells report for a program that was interrupted.
        std::process::exit(130);
    });
}
