//! Cross-surface tests.
