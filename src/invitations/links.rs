//! The links of the invitations, for users who hand them over themselves.
//!
//! Each line is a JSON object; strigo(5) documents it. Anyone who has a link can join, so that only the owner can read the
//! file, and nothing else records links.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::api::types::Invitation;
use crate::error::{Error, ErrorKind};
use crate::from_object::FromObject;
use crate::private_file::{append_json_line, is_torn_line, truncate_torn_line};
use crate::text::{error_message, format_time};

/// A file that links are appended to.
#[derive(Debug)]
pub struct LinkFile {
    file: File,
    path: PathBuf,
}

#[derive(Serialize)]
struct LinkLine<'a> {
    /// The time (RFC 3339, UTC).
    at: &'a str,
    partner_id: &'a str,
    email: &'a str,
    invitation_id: &'a str,
    link: &'a str,
}

impl LinkFile {
    /// Opens the file at `path`, creating it with mode 0600 if it does not exist. A last line that was torn by a crash is
    /// removed.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if it cannot be opened, if it is not a file of links, or if other users can read it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let error =
            |reason: &str| Error::new(ErrorKind::Usage, format!("cannot use '{}' for links: {reason}", path.display()));
        let cannot_open = |cause: io::Error| error(&error_message(&cause));
        // Opening a pipe would wait for its reader.
        if path == Path::new("-") || fs::metadata(path).is_ok_and(|metadata| !is_file_or_device(&metadata)) {
            return Err(error("not a file").with_hint("links are secrets: use a file that only you can read"));
        }
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.read(true).append(true).create(true).open(path).map_err(cannot_open)?;
        let metadata = file.metadata().map_err(cannot_open)?;
        if !is_private(&metadata) {
            return Err(error("other users can read it").with_hint("use a file of your own with mode 0600"));
        }
        if metadata.is_file() {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(cannot_open)?;
            let Some(valid) = valid_lines(&bytes) else {
                return Err(error("it has other contents").with_hint("use a new file"));
            };
            // A handle of its own: Windows cannot truncate a file in append mode.
            let mut writer = OpenOptions::new().write(true).open(path).map_err(cannot_open)?;
            truncate_torn_line(&mut writer, valid).map_err(cannot_open)?;
        }
        Ok(LinkFile { file, path: path.to_owned() })
    }

    /// Appends the link of an invitation and syncs it to disk. Returns [`ErrorKind::Unexpected`] if that fails.
    pub fn append(&mut self, invitation: &Invitation<'_>) -> Result<(), Error> {
        let Invitation { id, email, partner_id, link, .. } = invitation;
        let at = format_time(SystemTime::now());
        let line = LinkLine { at: &at, partner_id, email, invitation_id: id, link };
        append_json_line(&mut self.file, &line).map_err(|error| {
            let message = format!("cannot write the link to '{}': {}", self.path.display(), error_message(&error));
            Error::new(ErrorKind::Unexpected, message)
        })
    }
}

/// Returns the lines without a torn one at the end, or `None` if they are not those of a file of links.
fn valid_lines(bytes: &[u8]) -> Option<&[u8]> {
    let mut valid_len = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if serde_json::from_slice::<FromObject<AnyLinkLine>>(line).is_ok() {
            valid_len += line.len();
        } else if is_torn_line(line) {
            break;
        } else {
            return None;
        }
    }
    Some(&bytes[..valid_len])
}

/// What each line of a file of links has.
#[derive(Deserialize)]
struct AnyLinkLine {
    #[serde(rename = "link")]
    _link: IgnoredAny,
}

/// Whether a file is one whose contents are kept, or a device, which never waits for a reader.
fn is_file_or_device(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    let is_device = std::os::unix::fs::FileTypeExt::is_char_device(&metadata.file_type());
    #[cfg(not(unix))]
    let is_device = false;
    metadata.is_file() || is_device
}

/// Whether only this user and root can read a file.
#[cfg(unix)]
fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let is_own = [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid());
    !metadata.is_file() || (is_own && metadata.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    true
}
