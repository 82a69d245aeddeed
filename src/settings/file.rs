//! The config file on disk: safe reads, and atomic writes.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::edit::UnexpectedStructure;
use crate::error::{Error, ErrorKind};
use crate::private_file::{create_private_dir_all, parent_dir, remove_stale_temp_files, write_atomic};
use crate::text::error_message;
use crate::text::escape::shell_quote;

/// The largest file that is read, in bytes. A config file is a few lines, so that a larger one is another file.
const MAX_SIZE: u64 = 1 << 20;

/// The longest chain of symbolic links (Linux: `MAXSYMLINKS`).
const MAX_SYMLINKS: usize = 40;

/// Reads the file at `path`. Returns `None` if it does not exist.
///
/// # Errors
///
/// Returns [`ErrorKind::Config`] if it cannot be read, is not valid UTF-8, or if other users can change it.
pub fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Error> {
    // Not the opened file: Windows cannot open a directory.
    if path.is_dir() {
        return Err(config_error(path, "", " is a directory").with_hint("pass the path of a file"));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let metadata = File::open(path).and_then(|file| {
        let metadata = file.metadata()?;
        if metadata.len() <= MAX_SIZE {
            file.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
        }
        Ok(metadata)
    });
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(config_error(path, "cannot read", &format!(": {}", error_message(&error)))),
    };
    if metadata.len().max(bytes.len() as u64) > MAX_SIZE {
        return Err(config_error(path, "", " is larger than 1 MiB"));
    }
    reject_untrusted(path, &metadata)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| config_error(path, "", " is not valid UTF-8"))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// Changes the text of the file at `path`, which need not exist. The file is replaced atomically and has mode 0600. If
/// `path` is a symbolic link, its target is replaced. Another process that does the same waits, except on Windows.
///
/// # Errors
///
/// Returns the errors of [`read`], and [`ErrorKind::Config`] if `change` fails or the file cannot be written.
pub fn update(
    path: &Path,
    change: impl FnOnce(&str) -> Result<Zeroizing<String>, UnexpectedStructure>,
) -> Result<(), Error> {
    let cannot_write = |error: io::Error| {
        let message = config_error(path, "cannot write", &format!(": {}", error_message(&error)));
        match error.kind() {
            // rename(2): the target is a mount point, as in a container.
            io::ErrorKind::ResourceBusy => message.with_hint("mount its directory instead of the file"),
            _ => message,
        }
    };
    let target = resolve_symlinks(path).map_err(cannot_write)?;
    let dir = parent_dir(&target);
    create_private_dir_all(dir).map_err(cannot_write)?;
    let _lock = lock(dir).map_err(cannot_write)?;
    remove_stale_temp_files(&target);
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(config_error(path, "", " is not a regular file"));
    }
    let old = read(path)?.unwrap_or_default();
    let new = change(&old).map_err(|_| config_error(path, "cannot update", ": unexpected structure"))?;
    write_atomic(&target, new.as_bytes()).map_err(cannot_write)
}

/// Follows a chain of symbolic links to its end, which need not exist.
fn resolve_symlinks(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_SYMLINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// Locks the directory until the returned file is dropped.
#[cfg(unix)]
fn lock(dir: &Path) -> io::Result<File> {
    let dir = File::open(dir)?;
    dir.lock()?;
    Ok(dir)
}

/// Windows cannot lock a directory.
#[cfg(not(unix))]
fn lock(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

/// Creates the error `{prefix} config file '{path}'{suffix}`.
fn config_error(path: &Path, prefix: &str, suffix: &str) -> Error {
    let message = format!("{prefix} config file '{}'{suffix}", path.display());
    Error::new(ErrorKind::Config, message.trim_start())
}

/// Whether the file at `path` cannot be reached, because a directory on the way or the file itself forbids it.
pub fn is_unreachable(path: &Path) -> bool {
    let is_denied =
        |error: io::Error| matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory);
    File::open(path).is_err_and(is_denied)
}

/// Rejects a file that users other than its reader and root can change, directly or through a directory above it: they could
/// redirect the API key. OpenSSH has the same rule for its files (`safe_path`).
#[cfg(unix)]
fn reject_untrusted(path: &Path, metadata: &Metadata) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt as _;
    if !metadata.is_file() {
        return Ok(());
    }
    if ![0, rustix::process::geteuid().as_raw()].contains(&metadata.uid()) {
        return Err(config_error(path, "", " is owned by another user")
            .with_hint("its owner could redirect your API key; use a copy that you own"));
    }
    let chmod = |path: &Path| format!("other users could redirect your API key; run: chmod go-w {}", shell_quote(path));
    if is_writable_by_others(metadata) {
        return Err(config_error(path, "", " can be changed by other users").with_hint(chmod(path)));
    }
    let real_path = fs::canonicalize(path).unwrap_or_default();
    for dir in real_path.ancestors().skip(1) {
        if fs::metadata(dir).is_ok_and(|metadata| is_writable_by_others(&metadata)) {
            let problem = format!(" is in '{}', which other users can change", dir.display());
            return Err(config_error(path, "", &problem).with_hint(chmod(dir)));
        }
    }
    Ok(())
}

/// Whether other users can write the file, or replace files in the directory. A group with the owner's number is the private
/// group of one user, and a sticky directory protects the files of others.
#[cfg(unix)]
fn is_writable_by_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let mode = metadata.mode();
    let is_sticky = metadata.is_dir() && mode & 0o1000 != 0;
    let is_private_group = metadata.uid() == metadata.gid();
    !is_sticky && (mode & 0o002 != 0 || (mode & 0o020 != 0 && !is_private_group))
}

#[cfg(not(unix))]
fn reject_untrusted(_: &Path, _: &Metadata) -> Result<(), Error> {
    Ok(())
}

#[cfg(unix)]
fn is_own(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_own(_: &Path) -> bool {
    true
}

/// Returns the permission bits of the file, if it exists and the platform has permission bits.
#[cfg(unix)]
pub fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(path).ok().filter(Metadata::is_file)?;
    Some(metadata.permissions().mode() & 0o777)
}

/// Returns the permission bits of the file, if it exists and the platform has permission bits.
#[cfg(not(unix))]
pub fn mode(_: &Path) -> Option<u32> {
    None
}

/// Returns a warning if other users can read the file, and the user can change that.
pub fn permissions_warning(path: &Path) -> Option<String> {
    let is_readable = mode(path)? & 0o044 != 0;
    (is_readable && is_own(path)).then(|| {
        let quoted = shell_quote(path).into_owned();
        format!("config file '{}' is readable by other users; run: chmod 600 {quoted}", path.display())
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn put(path: &Path, text: &str) -> Result<(), Error> {
        update(path, |_| Ok(Zeroizing::new(text.to_owned())))
    }

    #[test]
    fn update_creates_private_file_and_dirs() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("a/b/config.toml");
        put(&path, "x").unwrap();
        assert_eq!(mode(&path), Some(0o600));
        let parent = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(parent.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn read_rejects_what_others_can_change() {
        let dir = tempfile::TempDir::new().unwrap();
        let (shared, path) = (dir.path().join("shared"), dir.path().join("shared/own/config.toml"));
        put(&path, "x").unwrap();
        symlink(&path, dir.path().join("link")).unwrap();
        let chmod = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let message = |path: &Path| read(path).map(|_| String::new()).unwrap_or_else(|error| error.to_string());
        let error = format!("config file '{}' can be changed by other users", path.display());
        for (mode, expected) in [(0o600, ""), (0o444, ""), (0o602, &*error), (0o666, &error)] {
            chmod(&path, mode);
            assert_eq!(message(&path), expected, "{mode:o}");
        }
        chmod(&path, 0o600);
        let real = fs::canonicalize(&shared).unwrap();
        for (mode, expected) in [(0o755, ""), (0o1777, ""), (0o777, "which other users can change")] {
            chmod(&shared, mode);
            assert!(message(&path).ends_with(expected), "{mode:o}: {}", message(&path));
            let via_link = message(&dir.path().join("link"));
            assert!(via_link.contains(&format!("'{}'", real.display())) == (mode == 0o777), "{via_link}");
        }
    }

    #[test]
    fn group_writable_files_are_trusted_if_the_group_is_private() {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o660)).unwrap();
        let is_trusted = || !is_writable_by_others(&file.as_file().metadata().unwrap());
        let metadata = file.as_file().metadata().unwrap();
        assert_eq!(is_trusted(), metadata.uid() == metadata.gid());
        // Only root can give a file to any group.
        if chown(file.path(), None, Some(metadata.uid() + 1)).is_ok() {
            assert!(!is_trusted());
        }
    }

    #[test]
    fn update_follows_symlinks() {
        let dir = tempfile::TempDir::new().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("dotfiles")).unwrap();
        symlink("dotfiles/second", at("first")).unwrap();
        symlink("real.toml", at("dotfiles/second")).unwrap();
        for text in ["one", "two"] {
            put(&at("first"), text).unwrap();
            assert!(at("first").is_symlink() && at("dotfiles/second").is_symlink());
            assert_eq!(fs::read_to_string(at("dotfiles/real.toml")).unwrap(), text);
        }
        symlink("round", at("round")).unwrap();
        assert_eq!(put(&at("round"), "x").unwrap_err().kind(), ErrorKind::Config);
    }

    #[test]
    fn update_failure_keeps_old_file() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("config.toml");
        put(&path, "old").unwrap();
        let failed = update(&path, |_| Err(UnexpectedStructure));
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn update_serializes_concurrent_writers() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("config.toml");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        update(&path, |old| Ok(Zeroizing::new(format!("{old}x")))).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_to_string(&path).unwrap(), "x".repeat(40));
    }
}
