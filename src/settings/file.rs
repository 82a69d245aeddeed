//! The config file on disk: where it is, reads of what can be trusted, and atomic writes.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::Flags;
use crate::error::{Error, ErrorKind};
use crate::private_file::write_atomic;
use crate::process::{Environment, env_vars};
use crate::text::error_message;
use crate::text::escape::shell_quote;

/// Where the config file is.
pub struct ConfigPath {
    /// The path, unless neither the user nor the platform has one.
    pub path: Option<PathBuf>,
    /// Whether the user named it.
    pub is_explicit: bool,
}

impl ConfigPath {
    /// Locates the file: `--config`, then `STRIGO_CONFIG`, then `config.toml` in the platform's directory for the
    /// configuration of `strigo`.
    pub fn locate(flags: &Flags, env: &Environment) -> Self {
        let explicit = flags.config.clone().or_else(|| env.var_os(env_vars::CONFIG).map(PathBuf::from));
        let is_explicit = explicit.is_some();
        let path = explicit.or_else(|| env.config_dir.as_ref().map(|dir| dir.join("config.toml")));
        ConfigPath { path, is_explicit }
    }

    /// Returns the path as it is shown to the user.
    pub fn display(&self) -> String {
        let no_path = || "(no config file: HOME is not set)".to_owned();
        self.path.as_deref().map_or_else(no_path, |path| path.display().to_string())
    }
}

/// Reads the file at `path`. Returns `None` if it does not exist.
///
/// # Errors
///
/// Returns [`ErrorKind::Config`] if it cannot be read, is not valid UTF-8, or if other users can change it.
pub fn read(path: &Path) -> Result<Option<String>, Error> {
    match File::open(path).and_then(|file| Ok((file.metadata()?, io::read_to_string(file)?))) {
        Ok((metadata, text)) => reject_untrusted(path, &metadata).map(|()| Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(config_error(path, "cannot read", &format!(": {}", error_message(&error)))),
    }
}

/// Changes the text of the file at `path`, which need not exist. The file is replaced atomically and has mode 0600. If
/// `path` is a symbolic link, its target is replaced.
///
/// # Errors
///
/// Returns the errors of [`read`], and [`ErrorKind::Config`] if `change` returns nothing or the file cannot be written.
pub fn update(path: &Path, change: impl FnOnce(&str) -> Option<String>) -> Result<(), Error> {
    let cannot_write = |error: io::Error| config_error(path, "cannot write", &format!(": {}", error_message(&error)));
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // Such as /dev/null, with which people turn a config file off.
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(config_error(path, "", " is not a regular file"));
    }
    let old = read(path)?.unwrap_or_default();
    let new = change(&old).ok_or_else(|| config_error(path, "cannot update", ": unexpected structure"))?;
    write_atomic(&target, new.as_bytes()).map_err(cannot_write)
}

/// Creates the error `{prefix} config file '{path}'{suffix}`.
pub(super) fn config_error(path: &Path, prefix: &str, suffix: &str) -> Error {
    let message = format!("{prefix} config file '{}'{suffix}", path.display());
    Error::new(ErrorKind::Config, message.trim_start())
}

/// Whether the file at `path` cannot be reached, because a directory on the way or the file itself forbids it.
pub(super) fn is_unreachable(path: &Path) -> bool {
    let is_denied =
        |error: io::Error| matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory);
    File::open(path).is_err_and(is_denied)
}

/// Rejects a file that users other than its reader and root can change: they could redirect the API key. A group with the
/// owner's number is the private group of one user.
#[cfg(unix)]
fn reject_untrusted(path: &Path, metadata: &Metadata) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt as _;
    let (uid, mode) = (metadata.uid(), metadata.mode());
    if !metadata.is_file() {
        return Ok(());
    }
    if ![0, rustix::process::geteuid().as_raw()].contains(&uid) {
        return Err(config_error(path, "", " is owned by another user")
            .with_hint("its owner could redirect your API key; use a copy that you own"));
    }
    if mode & 0o002 != 0 || (mode & 0o020 != 0 && uid != metadata.gid()) {
        let chmod = format!("chmod go-w {}", shell_quote(path));
        return Err(config_error(path, "", " can be changed by other users")
            .with_hint(format!("other users could redirect your API key; run: {chmod}")));
    }
    Ok(())
}

#[cfg(not(unix))]
fn reject_untrusted(_: &Path, _: &Metadata) -> Result<(), Error> {
    Ok(())
}

/// Returns a warning if other users can read the file, and its reader can change that.
#[cfg(unix)]
pub(super) fn permissions_warning(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    (is_own && metadata.mode() & 0o044 != 0).then(|| {
        let quoted = shell_quote(path);
        format!("config file '{}' is readable by other users; run: chmod 600 {quoted}", path.display())
    })
}

#[cfg(not(unix))]
pub(super) fn permissions_warning(_: &Path) -> Option<String> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn put(path: &Path, text: &str) -> Result<(), Error> {
        update(path, |_| Some(text.to_owned()))
    }

    #[test]
    fn update_creates_private_file_and_dirs() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("a/b/config.toml");
        put(&path, "x").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let parent = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(parent.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn read_rejects_what_others_can_change() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("config.toml");
        put(&path, "x").unwrap();
        let is_private_group = is_in_private_group(&path);
        for (mode, is_trusted) in
            [(0o600, true), (0o444, true), (0o602, false), (0o666, false), (0o660, is_private_group)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let result = read(&path);
            assert_eq!(result.is_ok(), is_trusted, "{mode:o}");
            assert!(result.err().is_none_or(|error| error.kind() == ErrorKind::Config));
        }
        // Only root can give a file to any group.
        if std::os::unix::fs::chown(&path, None, Some(12_345)).is_ok() {
            assert!(read(&path).is_err());
        }
    }

    fn is_in_private_group(path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = fs::metadata(path).unwrap();
        metadata.uid() == metadata.gid()
    }

    #[test]
    fn update_follows_symlinks() {
        let dir = tempfile::TempDir::new().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("dotfiles")).unwrap();
        symlink("dotfiles/second", at("first")).unwrap();
        symlink("real.toml", at("dotfiles/second")).unwrap();
        fs::write(at("dotfiles/real.toml"), "").unwrap();
        for text in ["one", "two"] {
            put(&at("first"), text).unwrap();
            assert!(at("first").is_symlink() && at("dotfiles/second").is_symlink());
            assert_eq!(fs::read_to_string(at("dotfiles/real.toml")).unwrap(), text);
        }
    }

    #[test]
    fn update_failure_keeps_old_file() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("config.toml");
        put(&path, "old").unwrap();
        let failed = update(&path, |_| None);
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
