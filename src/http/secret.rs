//! The one type that holds a secret: an API key, or the key of a store.

use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

/// A secret. It is never printed, and its memory is zeroed when it is dropped.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Creates a key from `key` without the whitespace around it, which files and variables tend to add.
    pub fn new(key: String) -> Self {
        let key = Zeroizing::new(key);
        Secret(Zeroizing::new(key.trim().to_owned()))
    }

    /// Returns the key itself, to send it or to save it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the key with all but its last four characters hidden, and all of a key that is shorter than twelve.
    pub fn masked(&self) -> String {
        let key: Vec<char> = self.expose().chars().collect();
        let visible = if key.len() < 12 { &[][..] } else { &key[key.len() - 4..] };
        format!("****{}", visible.iter().collect::<String>())
    }

    /// Whether the key is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Secret::new(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
