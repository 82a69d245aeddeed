//! Writes of private files that survive a crash: a file is replaced as a whole or not at all, and only its owner can read
//! it; a line that is appended is on the disk.

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde::Serialize;
use serde::de::IgnoredAny;
use tempfile::NamedTempFile;

/// Returns the directory of a file.
pub(crate) fn parent_dir(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// Creates a directory and its missing parents with mode 0700.
pub(crate) fn create_private_dir_all(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

/// Syncs the directory of a file, without which a new name can be lost in a crash.
pub(crate) fn fsync_parent_dir(path: &Path) -> io::Result<()> {
    // Windows cannot open a directory as a file.
    if cfg!(unix) { ignore_unsupported(File::open(parent_dir(path))?.sync_all()) } else { Ok(()) }
}

/// Ignores that a file system cannot sync directories (SMB, some FUSE file systems): fsync(2) documents EINVAL for that, and
/// some return ENOTSUP.
fn ignore_unsupported(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// Replaces the file at `path`, or creates it, with mode 0600. The new contents are on the disk when this returns. If it
/// fails, the file is unchanged.
pub(crate) fn write_atomic(path: &Path, contents: &[u8]) -> io::Result<()> {
    create_private_dir_all(parent_dir(path))?;
    let mut temp = NamedTempFile::new_in(parent_dir(path)).map_err(|error| {
        // The path of the temporary file, which comes last, means nothing to the user.
        let text = error.to_string();
        io::Error::new(error.kind(), text.split(" at path ").next().unwrap_or_default())
    })?;
    temp.write_all(contents)?;
    temp.as_file().sync_all()?;
    temp.persist(path)?;
    // The file has been replaced, so that this is no failure: after a crash, the old file may be back.
    let _ = fsync_parent_dir(path);
    Ok(())
}

/// Appends a value as a line of JSON. It is on the disk when this returns.
pub(crate) fn append_json_line(file: &mut File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_data()
}

/// What each line starts with that is appended: its time is its first member.
pub(crate) const LINE_PREFIX: &[u8] = b"{\"at\":\"";

/// Whether this invalid line can be one that a crash tore: a prefix of a line, or the zeros that a file system may leave
/// for data that it had not written yet. Anything else is text of another origin, which is not truncated.
pub(crate) fn is_torn_line(line: &[u8]) -> bool {
    let zeros = line.iter().rev().take_while(|byte| **byte == 0).count();
    let text = &line[..line.len() - zeros];
    // A whole record with something after it is not the prefix of one: its newline was lost.
    let is_prefix = || serde_json::from_slice::<IgnoredAny>(text).is_err_and(|error| error.is_eof());
    !line.ends_with(b"\n") && (LINE_PREFIX.starts_with(text) || (text.starts_with(LINE_PREFIX) && is_prefix()))
}

/// Truncates a file to the lines that are `valid`, adds a missing newline, and goes to the end.
pub(crate) fn truncate_torn_line(file: &mut File, valid: &[u8]) -> io::Result<()> {
    file.set_len(valid.len() as u64)?;
    file.seek(SeekFrom::End(0))?;
    if valid.last().is_some_and(|last| *last != b'\n') {
        file.write_all(b"\n")?;
    }
    file.sync_data()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn fsync_of_directory_fails_if_there_is_none() {
        let dir = tempfile::TempDir::new().unwrap();
        assert!(fsync_parent_dir(&dir.path().join("file")).is_ok());
        assert!(fsync_parent_dir(&dir.path().join("missing/file")).is_err());
    }

    /// The kind of some errors has no words, such as that of too many open files.
    #[cfg(target_os = "linux")]
    #[test]
    fn error_of_a_temporary_file_has_the_words_of_the_system() {
        let error = write_atomic(Path::new("/proc/strigo"), b"").unwrap_err();
        assert_eq!(error.to_string(), "No such file or directory (os error 2)");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn fsync_of_directory_may_be_unsupported() {
        let sync = |errno: Errno| ignore_unsupported(Err(errno.into())).map_err(|error| error.raw_os_error());
        assert_eq!((sync(Errno::INVAL), sync(Errno::NOTSUP), sync(Errno::OPNOTSUPP)), (Ok(()), Ok(()), Ok(())));
        for errno in [Errno::IO, Errno::NOSPC, Errno::ACCESS, Errno::DQUOT] {
            assert_eq!(sync(errno), Err(Some(errno.raw_os_error())));
        }
    }
}
