//! The config file on the disk: read with suspicion, and replaced whole or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Kind};
use crate::private_file::{self, Lasting};
use crate::text::cause;
use crate::text::escape::shell_word;

/// A config file is a few lines; what is larger (in bytes) is another file, and not read.
const LARGEST: u64 = 1 << 20;

/// How many symbolic links may follow one another, as Linux has it.
const MOST_LINKS: usize = 40;

/// The text of the file at `path`; `None` where there is none. Fails with [`Kind::Config`] where it cannot be read, is
/// no text, or belongs to another user.
pub fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Error> {
    let refuse = |why: &str| refusal(path, why);
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(path).and_then(|file| {
        let about = file.metadata()?;
        if !about.is_dir() && about.len() <= LARGEST {
            file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        }
        Ok(about)
    });
    let about = match read {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(&format!("cannot be read: {}", cause(&error)))),
    };
    if about.is_dir() {
        return Err(refuse("is a directory").hint("Name the file in it."));
    }
    if about.len().max(bytes.len() as u64) > LARGEST {
        return Err(refuse("is larger than 1 MiB, so it is another file"));
    }
    if belongs_to_another(&about) {
        return Err(refuse("belongs to another user, who could change where the key goes")
            .hint("Copy it, and keep the copy to yourself."));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| refuse("is not UTF-8 text"))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// Changes the text of the file at `path`, which need not be there yet. Whatever happens, the file is the old one or
/// the new one, and for its owner alone (mode 0600). Where `path` is a symbolic link it stays one. Another process that
/// does the same waits.
///
/// Fails as [`read`] does, as `change` does, and with [`Kind::Config`] where the file cannot be written.
pub fn update(path: &Path, change: impl FnOnce(&str) -> Result<Zeroizing<String>, Error>) -> Result<(), Error> {
    let cannot = |error: io::Error| refusal(path, &format!("cannot be written: {}", cause(&error)));
    let target = behind_links(path).map_err(cannot)?;
    let dir = private_file::parent(&target);
    private_file::create_dir(dir).map_err(cannot)?;
    let _alone = lock(dir).map_err(cannot)?;
    private_file::clean_up(&target);
    if fs::metadata(&target).is_ok_and(|about| !about.is_file()) {
        return Err(refusal(path, "is not a regular file, so it is not written to"));
    }
    let old = read(path)?.unwrap_or_default();
    let new = change(&old)?;
    private_file::replace(&target, new.as_bytes(), Lasting::Yes).map_err(cannot)
}

/// The file that a chain of symbolic links ends at, whether it is there or not.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Held until it is dropped.
#[cfg(unix)]
fn lock(dir: &Path) -> io::Result<File> {
    let dir = File::open(dir)?;
    dir.lock()?;
    Ok(dir)
}

#[cfg(not(unix))]
fn lock(_: &Path) -> io::Result<()> {
    Ok(())
}

fn refusal(path: &Path, why: &str) -> Error {
    Error::new(Kind::Config, format!("the config file {} {why}", path.display()))
}

#[cfg(unix)]
fn belongs_to_another(about: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    about.is_file() && about.uid() != rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn belongs_to_another(_: &Metadata) -> bool {
    false
}

/// The permission bits of the file, where there is one and the platform has such bits.
#[cfg(unix)]
pub fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let about = fs::metadata(path).ok().filter(Metadata::is_file)?;
    Some(about.permissions().mode() & 0o777)
}

/// The permission bits of the file, where there is one and the platform has such bits.
#[cfg(not(unix))]
pub fn mode(_: &Path) -> Option<u32> {
    None
}

/// The warning that others can read the file, if they can.
pub fn exposure(path: &Path) -> Option<String> {
    let exposed = mode(path)? & 0o044 != 0;
    exposed.then(|| {
        let (shown, quoted) = (path.display(), shell_word(&path.to_string_lossy()).into_owned());
        format!(
            "Others can read the config file {shown}, which may hold your API key. To mend that: chmod 600 {quoted}"
        )
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
    fn a_new_file_is_private_and_so_are_its_directories() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("a/b/config.toml");
        put(&path, "x").unwrap();
        assert_eq!(mode(&path), Some(0o600));
        let parent = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(parent.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn links_stay_links_even_to_a_file_that_is_not_there_yet() {
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
        assert_eq!(put(&at("round"), "x").unwrap_err().kind(), Kind::Config);
    }

    #[test]
    fn a_change_that_fails_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("config.toml");
        put(&path, "old").unwrap();
        let failed = update(&path, |_| Err(Error::new(Kind::Config, "no")));
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn changes_at_the_same_time_follow_one_another() {
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
