//! The cache of partner IDs and names, so that not every Tab sends a request.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::http::endpoint::Endpoint;
use crate::private_file::{create_private_dir_all, parent_dir, write_atomic};

/// How long an entry is used.
const TTL: Duration = Duration::from_secs(5 * 60);

const FILE_PREFIX: &str = "partners-";

/// IDs and names, in the API's order.
pub(super) type CachedPartners = Vec<(String, String)>;

/// The cache file of one organization at one endpoint.
pub(super) struct PartnerCache {
    path: PathBuf,
    org_id: String,
    endpoint: String,
}

#[derive(Serialize, Deserialize)]
struct CacheEntry {
    org_id: String,
    endpoint: String,
    partners: CachedPartners,
}

impl PartnerCache {
    pub(super) fn new(dir: &Path, org_id: &str, endpoint: &Endpoint) -> Self {
        let (org_id, endpoint) = (org_id.to_owned(), endpoint.to_string());
        // `DefaultHasher` is not stable across Rust versions; a miss only costs one request.
        let mut hasher = DefaultHasher::new();
        (&org_id, &endpoint).hash(&mut hasher);
        PartnerCache { path: dir.join(format!("{FILE_PREFIX}{:016x}.json", hasher.finish())), org_id, endpoint }
    }

    /// Returns the partners, if the entry is recent and belongs to this organization and endpoint.
    pub(super) fn read(&self) -> Option<CachedPartners> {
        let modified = fs::metadata(&self.path).and_then(|metadata| metadata.modified()).ok()?;
        // Reject a modification time in the future (clock skew).
        let age = SystemTime::now().duration_since(modified).ok()?;
        if age > TTL {
            return None;
        }
        let entry: CacheEntry = serde_json::from_slice(&fs::read(&self.path).ok()?).ok()?;
        (entry.org_id == self.org_id && entry.endpoint == self.endpoint).then_some(entry.partners)
    }

    /// Acquires the right to refresh the entry, until the returned file is dropped. Returns `None` if another process has it.
    pub(super) fn try_lock(&self) -> Option<File> {
        create_private_dir_all(parent_dir(&self.path)).ok()?;
        let lock = File::create(self.path.with_extension("lock")).ok()?;
        lock.try_lock().ok()?;
        Some(lock)
    }

    /// Writes the entry. If that fails, the next completion sends a request again.
    pub(super) fn write(&self, partners: CachedPartners) {
        let entry = CacheEntry { org_id: self.org_id.clone(), endpoint: self.endpoint.clone(), partners };
        let json = serde_json::to_vec(&entry).map_err(Into::into);
        let _ = json.and_then(|json| write_atomic(&self.path, &json));
    }
}

/// Removes all entries.
pub(in crate::commands) fn clear(dir: &Path) {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with(FILE_PREFIX)) {
        // An entry that cannot be removed expires soon.
        let _ = fs::remove_file(file.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partner_cache_is_scoped_private_and_expires() {
        let temp_dir = tempfile::TempDir::new().unwrap();
        let endpoint = |text: &str| Endpoint::parse(text).unwrap();
        let dir = temp_dir.path().join("cache");
        let cache = PartnerCache::new(&dir, "org", &endpoint("https://h.example"));
        assert_eq!(cache.read(), None);
        let partners = vec![("id".to_owned(), "name".to_owned())];
        cache.write(partners.clone());
        assert_eq!(cache.read(), Some(partners.clone()));
        assert_eq!(PartnerCache::new(&dir, "other", &endpoint("https://h.example")).read(), None);
        assert_eq!(PartnerCache::new(&dir, "org", &endpoint("https://h.example/v2")).read(), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&cache.path), mode(&dir)), (0o600, 0o700));
        }
        // Windows changes the times only of a file that is open for writing.
        let file = || std::fs::OpenOptions::new().write(true).open(&cache.path).unwrap();
        let set_time = |time: SystemTime| file().set_modified(time).unwrap();
        set_time(SystemTime::now() - TTL - Duration::from_secs(1));
        assert_eq!(cache.read(), None);
        set_time(SystemTime::now() + Duration::from_secs(60));
        assert_eq!(cache.read(), None);
        cache.write(partners.clone());
        std::fs::write(&cache.path, "nonsense").unwrap();
        assert_eq!(cache.read(), None);
        clear(&dir);
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
    }
}
