//! Names as they are typed in a shell, so that what is advised can be pasted.

use std::fmt::Write as _;

use crate::error::turns;

/// A name as one word: as it is where no shell sees more in it, else in quotes.
///
/// ```
/// use sales_ready::train::shell::argument;
///
/// assert_eq!(argument("reviews_read"), "reviews_read");
/// assert_eq!(argument("Kate's $"), r"'Kate'\''s $'");
/// assert_eq!(argument("Q4\n(EUR)"), r"$'Q4\n(EUR)'");
/// assert_eq!(argument("\u{202e}size"), r"$'\342\200\256size'");
/// ```
pub fn argument(name: &str) -> String {
    let plain =
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'));
    if plain && !name.is_empty() { name.to_owned() } else { quoted(name) }
}

/// A flag and its value. A value that starts as a flag does is joined to it, or else it would be taken for one.
///
/// ```
/// use sales_ready::train::shell::option;
///
/// assert_eq!(option("--keep", "call length"), "--keep 'call length'");
/// assert_eq!(option("--keep", "-dash"), "--keep='-dash'");
/// ```
pub fn option(flag: &str, value: &str) -> String {
    if value.starts_with('-') {
        format!("{flag}={}", quoted(value))
    } else {
        format!("{flag} {}", argument(value))
    }
}

/// Signs that no page or terminal shows as they are: those that control it, and marks that turn the direction of text.
fn is_lost(letter: char) -> bool {
    letter.is_control() || turns(letter)
}

fn quoted(name: &str) -> String {
    if !name.chars().any(is_lost) {
        return format!("'{}'", name.replace('\'', "'\\''"));
    }
    // A line break in a header, say, would be lost on the way to the shell (POSIX 2024, 2.2.4: dollar-single-quotes).
    let mut text = "$'".to_owned();
    for letter in name.chars() {
        match letter {
            '\'' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ if is_lost(letter) => {
                for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a text does not fail.
                    let _ = write!(text, "\\{byte:03o}");
                }
            }
            _ => text.push(letter),
        }
    }
    text.push('\'');
    text
}
