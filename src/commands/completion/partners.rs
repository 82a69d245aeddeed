//! Partners: from a cache, or from the API if it responds while the user waits at Tab.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap_complete::engine::CompletionCandidate;

use super::{Line, candidate};
use crate::api::Client;
use crate::api::calls;
use crate::api::credentials::Credentials;
use crate::api::types::Partner;
use crate::directory::partner::looks_like_id;
use crate::http::{ClientOptions, Hooks};
use crate::private_file::write_atomic;
use crate::process::{Signals, SystemClock};
use crate::settings::{KeySource, Settings};
use crate::text::escape::is_unsafe_char;

/// How long Tab waits for the API.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// How long cached partners are used.
const MAX_AGE: Duration = Duration::from_secs(5 * 60);

const CACHE_PREFIX: &str = "partners-";

/// IDs and names, in the API's order.
type Partners = Vec<(String, String)>;

/// Returns the names of partners, described by their IDs. An ID is offered if one is being typed, or if the name cannot be.
pub(super) fn partners(line: &Line, typed: &str) -> Option<Vec<CompletionCandidate>> {
    Some(partner_candidates(&load(line)?, typed))
}

fn partner_candidates(partners: &Partners, typed: &str) -> Vec<CompletionCandidate> {
    let mut name_counts: HashMap<&str, usize> = HashMap::new();
    partners.iter().for_each(|(_, name)| *name_counts.entry(name).or_default() += 1);
    let mut candidates = Vec::new();
    for (id, name) in partners {
        let is_unique = name_counts.get(name.as_str()) == Some(&1);
        let is_typeable = is_unique && !name.is_empty() && !name.contains(is_unsafe_char);
        if is_typeable {
            let needs_prefix =
                looks_like_id(name) || ["-", "id:", "name:"].iter().any(|prefix| name.starts_with(prefix));
            let prefix = if needs_prefix || typed.starts_with("name:") { "name:" } else { "" };
            candidates.push(candidate(format!("{prefix}{name}"), id));
        }
        if !is_typeable || !typed.is_empty() {
            let prefix = if typed.starts_with("id:") { "id:" } else { "" };
            candidates.push(candidate(format!("{prefix}{id}"), name));
        }
    }
    candidates
}

/// Returns the current name of the partner that is being renamed, to be edited.
pub(super) fn current_name(line: &Line, _: &str) -> Option<Vec<CompletionCandidate>> {
    let matches = line.matches()?;
    let typed: &String = matches.subcommand()?.1.subcommand()?.1.try_get_one("partner").ok()??;
    let id = typed.strip_prefix("id:").unwrap_or(typed);
    let name = typed.strip_prefix("name:").unwrap_or(typed);
    let partners = load(line)?.into_iter();
    let found = partners.filter(|(partner_id, partner_name)| partner_id == id || partner_name == name);
    Some(found.map(|(_, name)| candidate(name, "current name")).collect())
}

/// Returns the paths of the API.
pub(super) fn api_paths(line: &Line, typed: &str) -> Option<Vec<CompletionCandidate>> {
    let mut paths = vec![candidate("/partners", "all partners"), candidate("/health", "whether the API is available")];
    // Partners only if one is being typed: there may be many.
    if typed.starts_with("/partners/") {
        for (id, name) in load(line).unwrap_or_default() {
            if let Ok(call) = calls::list_members(&id) {
                let members = call.request.path;
                paths.push(candidate(members.trim_end_matches("/members"), name.clone()));
                paths.push(candidate(members, format!("members of {name}")));
            }
        }
    }
    Some(paths)
}

/// Where the partners of a line come from.
struct Source {
    settings: Settings,
    /// Only if no command must print the API key: it may prompt.
    credentials: Option<Credentials>,
    cache: PathBuf,
}

impl Source {
    fn of(line: &Line) -> Option<Self> {
        let settings = line.with_sources(|sources| sources.settings(&sources.active().ok()?).ok())?;
        let spec = settings.credentials.as_ref().ok()?;
        let mut hasher = DefaultHasher::new();
        (&spec.org_id, settings.endpoint.to_string()).hash(&mut hasher);
        let cache = line.env.cache_dir.as_ref()?.join(format!("{CACHE_PREFIX}{:016x}.json", hasher.finish()));
        let credentials = matches!(spec.key, KeySource::Literal(_)).then(|| spec.resolve().ok()).flatten();
        Some(Source { settings, credentials, cache })
    }
}

fn load(line: &Line) -> Option<Partners> {
    let Source { settings, credentials, cache } = Source::of(line)?;
    if let Some(partners) = read_cache(&cache) {
        return Some(partners);
    }
    let partners = request(&settings, &credentials?)?;
    // Where nothing can be cached, the partners are requested at each Tab.
    let _ = write_atomic(&cache, &serde_json::to_vec(&partners).ok()?);
    Some(partners)
}

fn request(settings: &Settings, credentials: &Credentials) -> Option<Partners> {
    let timeout = MAX_WAIT.min(settings.client_options.timeout);
    let config = ClientOptions { timeout, max_wait: Duration::ZERO, ..settings.client_options.clone() };
    let hooks = Hooks { on_notice: &|_| {}, clock: &SystemClock, signals: &Signals::default(), slow_after: None };
    let client = Client::new(&settings.endpoint, credentials, &config, hooks).ok()?;
    let list = client.send(&calls::list_partners()).ok()?;
    let id_and_name = |partner: Partner| (partner.id, partner.name);
    Some(list.parse().ok()?.into_iter().map(id_and_name).collect())
}

/// Returns the cached partners if they are recent. Only a regular file is read: a FIFO would wait.
fn read_cache(path: &Path) -> Option<Partners> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    // A time in the future is no age: the clock was wrong.
    let age = SystemTime::now().duration_since(metadata.modified().ok()?).ok()?;
    if age <= MAX_AGE { serde_json::from_slice(&fs::read(path).ok()?).ok() } else { None }
}

/// Removes the partners of all organizations.
pub(in crate::commands) fn clear_cache(dir: &Path) {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with(CACHE_PREFIX)) {
        // One that cannot be removed expires soon.
        let _ = fs::remove_file(file.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_file::parent_dir;
    use std::fs::File;

    fn values(partners: &[(&str, &str)], typed: &str) -> Vec<String> {
        let partners: Partners = partners.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        let found = partner_candidates(&partners, typed);
        let values = found.iter().map(|candidate| candidate.get_value().to_str().unwrap().to_owned());
        values.filter(|value| value.starts_with(typed)).collect()
    }

    #[test]
    fn partner_candidates_prefer_names() {
        let partners = [("idA", "Acme"), ("idB", "Beta")];
        assert_eq!(values(&partners, ""), ["Acme", "Beta"]);
        assert_eq!(values(&partners, "A"), ["Acme"]);
        assert_eq!(values(&partners, "id"), ["idA", "idB"]);
        assert_eq!(values(&partners, "id:"), ["id:idA", "id:idB"]);
        assert_eq!(values(&partners, "name:A"), ["name:Acme"]);
    }

    #[test]
    fn partner_candidates_have_id_for_untypeable_name() {
        let partners = [("id1", "same"), ("id2", "same"), ("id3", ""), ("id4", "\u{1b}[2J")];
        assert_eq!(values(&partners, ""), ["id1", "id2", "id3", "id4"]);
        let partners = [("id1", "yCoaiix2pRjxMjCn7"), ("id2", "-x"), ("id3", "id:x")];
        assert_eq!(values(&partners, ""), ["name:yCoaiix2pRjxMjCn7", "name:-x", "name:id:x"]);
    }

    #[test]
    fn cache_is_private_and_expires() {
        let dir = tempfile::TempDir::new().unwrap();
        let cache = dir.path().join("dir").join(format!("{CACHE_PREFIX}1.json"));
        let partners = vec![("id".to_owned(), "name".to_owned())];
        assert_eq!(read_cache(&cache), None);
        write_atomic(&cache, &serde_json::to_vec(&partners).unwrap()).unwrap();
        assert_eq!(read_cache(&cache), Some(partners));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&cache), mode(parent_dir(&cache))), (0o600, 0o700));
        }
        // Windows changes the times only of a file that is open for writing.
        let set_time = |time| File::options().write(true).open(&cache).unwrap().set_modified(time).unwrap();
        set_time(SystemTime::now() - MAX_AGE - Duration::from_secs(1));
        assert_eq!(read_cache(&cache), None);
        set_time(SystemTime::now() + Duration::from_secs(60));
        assert_eq!(read_cache(&cache), None);
        fs::write(&cache, "nonsense").unwrap();
        assert_eq!(read_cache(&cache), None);
        clear_cache(parent_dir(&cache));
        assert_eq!(fs::read_dir(parent_dir(&cache)).unwrap().count(), 0);
    }
}
