//! Progress bars: on a terminal only, and only for what takes longer than a second.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that appears when its work has taken longer than a second, and goes when it is dropped.
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = "{msg:32!} {bar:32} {percent:>3} %  {elapsed}";
        // The template is a constant; were it wrong, the default style would serve.
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        Self { bar }
    }

    /// Shows how much of a step is done.
    pub(crate) fn step(&self, step: &str, done: u64, total: u64) {
        if self.bar.is_hidden() && self.bar.elapsed() > PATIENCE {
            // Stays hidden where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.bar.message() != step {
            self.bar.set_message(step.to_owned());
        }
        self.bar.set_length(total.max(1));
        self.bar.set_position(done.min(total.max(1)));
    }

    /// Shows how many bytes are read; `total` is 0 where it is not known.
    pub(crate) fn bytes(&self, step: &str, done: u64, total: u64) {
        if total > 0 {
            self.step(step, done, total);
        } else {
            self.step(&format!("{step}, {} MB", done / 1_000_000), 0, 1);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
