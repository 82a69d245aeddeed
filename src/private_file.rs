//! Files for their owner alone, replaced whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Whether a file has to outlive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// It is on the disk before anything else happens.
    Yes,
    /// It may be lost.
    No,
}

/// The directory that a file is in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// Makes a directory and those above it, for their owner alone (mode 0700), as far as they are not there.
pub(crate) fn create_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

/// Puts a file with mode 0600 in the place of the one at `target`, if there is one.
pub(crate) fn replace(target: &Path, contents: &[u8], lasting: Lasting) -> io::Result<()> {
    let dir = parent(target);
    create_dir(dir)?;
    // Made with mode 0600, and taken away again if anything fails.
    let new = tempfile::Builder::new().prefix(&unfinished(target)).suffix(UNFINISHED).tempfile_in(dir);
    let mut new = new.map_err(without_path)?;
    new.write_all(contents)?;
    if lasting == Lasting::Yes {
        new.as_file().sync_all()?;
    }
    new.persist(target)?;
    // The new name, too, has to outlive a crash.
    #[cfg(unix)]
    if lasting == Lasting::Yes {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// Takes away what replacing `target` has left behind where it was killed. Nobody else may be replacing it.
pub(crate) fn clean_up(target: &Path) {
    let prefix = unfinished(target);
    let is_left = |name: &str| name.starts_with(&prefix) && name.ends_with(UNFINISHED);
    let files = fs::read_dir(parent(target)).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_str().is_some_and(is_left)) {
        let _ = fs::remove_file(file.path());
    }
}

/// How the name of an unfinished file ends.
const UNFINISHED: &str = ".new";

/// How the name of what will be at `target` begins until it is finished.
fn unfinished(target: &Path) -> String {
    format!(".{}.", target.file_name().unwrap_or_default().to_string_lossy())
}

/// The system's own failure, without the name of a file that nobody has heard of.
fn without_path(error: io::Error) -> io::Error {
    error.kind().into()
}
