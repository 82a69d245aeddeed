//! The partners' IDs and names, remembered for a few minutes so that not each Tab asks the API.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::api::endpoint::Endpoint;
use crate::private_file::{self, Lasting};

/// How long what is remembered is taken to be true.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// How the cache's files begin.
const PREFIX: &str = "partners-";

/// IDs and names, in the API's order.
pub(super) type Known = Vec<(String, String)>;

/// The file of one organization at one endpoint.
pub(super) struct Place {
    path: PathBuf,
    org_id: String,
    endpoint: String,
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    org_id: String,
    endpoint: String,
    partners: Known,
}

impl Place {
    pub(super) fn new(dir: &Path, org_id: &str, endpoint: &Endpoint) -> Self {
        let (org_id, endpoint) = (org_id.to_owned(), endpoint.to_string());
        // Another version of the standard library may count otherwise: then it is asked for again.
        let mut hasher = DefaultHasher::new();
        (&org_id, &endpoint).hash(&mut hasher);
        Place { path: dir.join(format!("{PREFIX}{:016x}.json", hasher.finish())), org_id, endpoint }
    }

    /// What is remembered, if it is fresh and of this organization and endpoint.
    pub(super) fn read(&self) -> Option<Known> {
        let written = std::fs::metadata(&self.path).and_then(|about| about.modified()).ok()?;
        // A file from the future says that a clock was wrong.
        let age = SystemTime::now().duration_since(written).ok()?;
        if age > FRESH {
            return None;
        }
        let text = std::fs::read(&self.path).ok()?;
        let remembered: Remembered = serde_json::from_slice(&text).ok()?;
        let is_it = remembered.org_id == self.org_id && remembered.endpoint == self.endpoint;
        is_it.then_some(remembered.partners)
    }

    /// The right to ask for it, until it is dropped. `None` where another process has it.
    pub(super) fn claim(&self) -> Option<std::fs::File> {
        private_file::create_dir(private_file::parent(&self.path)).ok()?;
        let claim = std::fs::File::create(self.path.with_extension("lock")).ok()?;
        claim.try_lock().ok()?;
        Some(claim)
    }

    /// Remembers. Where that does not work, it is asked for again the next time.
    pub(super) fn write(&self, known: &Known) {
        let Place { path, org_id, endpoint } = self;
        let remembered = Remembered { org_id: org_id.clone(), endpoint: endpoint.clone(), partners: known.clone() };
        let written = serde_json::to_vec(&remembered).map_err(Into::into);
        let _ = written.and_then(|text| private_file::replace(path, &text, Lasting::No));
    }
}

/// Forgets everything.
pub(in crate::commands) fn forget(dir: &Path) {
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with(PREFIX)) {
        // What cannot be removed is not believed for long.
        let _ = std::fs::remove_file(file.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_of_one_organization_and_endpoint_and_not_for_long() {
        let dir = tempfile::TempDir::new().unwrap();
        let endpoint = |text: &str| Endpoint::parse(text, "test").unwrap();
        let cache = dir.path().join("cache");
        let place = Place::new(&cache, "org", &endpoint("https://h.example"));
        assert_eq!(place.read(), None);
        let known = vec![("id".to_owned(), "name".to_owned())];
        place.write(&known);
        assert_eq!(place.read(), Some(known.clone()));
        assert_eq!(Place::new(&cache, "other", &endpoint("https://h.example")).read(), None);
        assert_eq!(Place::new(&cache, "org", &endpoint("https://h.example/v2")).read(), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&place.path), mode(&cache)), (0o600, 0o700));
        }
        let set_time = |time: SystemTime| std::fs::File::open(&place.path).unwrap().set_modified(time).unwrap();
        set_time(SystemTime::now() - FRESH - Duration::from_secs(1));
        assert_eq!(place.read(), None);
        set_time(SystemTime::now() + Duration::from_secs(60));
        assert_eq!(place.read(), None);
        place.write(&known);
        std::fs::write(&place.path, "nonsense").unwrap();
        assert_eq!(place.read(), None);
        forget(&cache);
        assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 0);
    }
}
