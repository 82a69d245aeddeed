//! The links of the invitations, for users who hand them over themselves.
//!
//! Each line is a JSON object; strigo(5) documents it. Anyone who has a link can join, so that only the owner can read the
//! file, and nothing else records links.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;

use crate::api::types::Invitation;
use crate::atomic_file::append_json_line;
use crate::error::{Error, ErrorKind};
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
    /// Opens the file at `path`, creating it with mode 0600 if it does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if it cannot be opened, or if other users can read it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let error =
            |reason: &str| Error::new(ErrorKind::Usage, format!("cannot use '{}' for links: {reason}", path.display()));
        let cannot_open = |cause: io::Error| error(&error_message(&cause));
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.append(true).create(true).open(path).map_err(cannot_open)?;
        if is_readable_by_others(&file).map_err(cannot_open)? {
            return Err(error("other users can read it").with_hint("use a file with mode 0600"));
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

#[cfg(unix)]
fn is_readable_by_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &File) -> io::Result<bool> {
    Ok(false)
}
