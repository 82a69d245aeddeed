//! Partner candidates: from the cache, or from the API if it responds quickly.

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Candidate;
use super::cache::{CachedPartners, PartnerCache};
use crate::api::Client;
use crate::api::calls;
use crate::api::types::Partner;
use crate::cli;
use crate::directory::partner::looks_like_id;
use crate::http::{ClientConfig, Hooks};
use crate::process::{Environment, Signals, SystemClock};
use crate::settings::{KeySource, Settings, Sources};
use crate::text::escape::is_unsafe_char;

/// How long Tab waits for the API: a bit less than 300 ms, to leave time for everything else. On Windows, the refresh cannot
/// continue after that.
const FOREGROUND_TIMEOUT: Duration = Duration::from_millis(if cfg!(windows) { 1000 } else { 250 });

/// How often the end of the refresh is checked.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// The first argument of the process that refreshes the cache.
pub(super) const REFRESH_COMMAND: &str = "refresh";

/// Returns the partners that can complete `typed`, on a command line of these words.
pub(super) fn candidates(words: &[String], resolver: &Sources<'_>, env: &Environment, typed: &str) -> Vec<Candidate> {
    let partners = load_or_refresh(words, resolver, env);
    partners.map(|partners| build_candidates(&partners, typed)).unwrap_or_default()
}

/// Returns the current name of the partner before the cursor, as the start of a new one.
pub(super) fn current_name(words: &[String], resolver: &Sources<'_>, env: &Environment) -> Vec<Candidate> {
    let (Some(typed), Some(partners)) = (words.iter().rev().nth(1), load_or_refresh(words, resolver, env)) else {
        return Vec::new();
    };
    let id = typed.strip_prefix("id:").unwrap_or(typed);
    let name = typed.strip_prefix("name:").unwrap_or(typed);
    let is_meant = |(partner_id, partner_name): &&(String, String)| partner_id == id || partner_name == name;
    let is_typeable = |(_, name): &&(String, String)| !name.contains(is_unsafe_char);
    let found = partners.iter().filter(is_meant).filter(is_typeable);
    found.map(|(_, name)| Candidate { value: name.clone(), help: "current name".to_owned() }).collect()
}

/// Returns the paths of the API.
pub(super) fn api_paths(words: &[String], resolver: &Sources<'_>, env: &Environment) -> Vec<Candidate> {
    let fixed = [("/partners", "all partners"), ("/health", "whether the API is available")];
    let candidate = |(value, help): (&str, &str)| Candidate { value: value.to_owned(), help: help.to_owned() };
    let mut candidates: Vec<Candidate> = fixed.into_iter().map(candidate).collect();
    // Partners only if one is being typed: there may be many.
    if words.last().is_some_and(|typed| typed.starts_with("/partners/")) {
        for (id, name) in load_or_refresh(words, resolver, env).unwrap_or_default() {
            if let Ok(call) = calls::list_members(&id) {
                let members = call.request.path;
                let partner = members.trim_end_matches("/members").to_owned();
                candidates.push(Candidate { value: partner, help: name.clone() });
                candidates.push(Candidate { value: members, help: format!("members of {name}") });
            }
        }
    }
    candidates
}

/// The settings, the credentials, and the cache of the active source.
struct Target {
    settings: Settings,
    cache: PartnerCache,
}

impl Target {
    fn resolve(resolver: &Sources<'_>, env: &Environment) -> Option<Self> {
        let settings = resolver.settings(&resolver.active().ok()?).ok()?;
        let org_id = &settings.credentials.as_ref().ok()?.org_id;
        let cache = PartnerCache::new(env.cache_dir.as_ref()?, org_id, &settings.endpoint);
        Some(Target { settings, cache })
    }

    /// Whether the API can be queried silently: an `api_key_command` may prompt for a passphrase.
    fn can_query_silently(&self) -> bool {
        self.settings.credentials.as_ref().is_ok_and(|spec| matches!(spec.key, KeySource::Literal(_)))
    }
}

fn load_or_refresh(words: &[String], resolver: &Sources<'_>, env: &Environment) -> Option<CachedPartners> {
    let target = Target::resolve(resolver, env)?;
    if let Some(partners) = target.cache.read() {
        return Some(partners);
    }
    if !target.can_query_silently() {
        return None;
    }
    // A process of its own, because it continues if the response does not come in time.
    let mut refresh = Command::new(std::env::current_exe().ok()?)
        .args([cli::COMPLETE_COMMAND, REFRESH_COMMAND])
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let deadline = Instant::now() + FOREGROUND_TIMEOUT;
    while refresh.try_wait().ok()?.is_none() && Instant::now() < deadline {
        std::thread::sleep(POLL_INTERVAL);
    }
    // On Windows, a child inherits the pipe to the shell, which would wait for its end.
    if cfg!(windows) {
        let _ = refresh.kill();
    }
    target.cache.read()
}

/// Fetches the partners and writes them to the cache, for the next completion if not for this one, unless another process does so already.
pub(super) fn refresh_cache(resolver: &Sources<'_>, env: &Environment) -> Option<()> {
    let Target { settings, cache } = Target::resolve(resolver, env).filter(Target::can_query_silently)?;
    let _lock = cache.try_lock()?;
    let config = ClientConfig { max_wait: Duration::ZERO, ..settings.client_config };
    let hooks = Hooks { on_notice: &|_| {}, clock: &SystemClock, signals: &Signals::default(), slow_after: None };
    let client = Client::new(&settings.endpoint, &settings.credentials.ok()?.resolve().ok()?, &config, hooks).ok()?;
    let partners = client.send(&calls::list_partners()).ok()?;
    let id_and_name = |partner: Partner| (partner.id, partner.name);
    cache.write(partners.parse().ok()?.into_iter().map(id_and_name).collect());
    Some(())
}

/// Returns names, described by their IDs, and IDs, described by their names. IDs are only candidates if the user has begun
/// to type one, or if the name cannot be typed.
fn build_candidates(partners: &CachedPartners, typed: &str) -> Vec<Candidate> {
    let mut name_counts: HashMap<&str, usize> = HashMap::new();
    partners.iter().for_each(|(_, name)| *name_counts.entry(name).or_default() += 1);
    let mut candidates = Vec::new();
    for (id, name) in partners.iter().filter(|(id, _)| !id.contains(is_unsafe_char)) {
        let is_unique = name_counts.get(name.as_str()) == Some(&1);
        let is_typeable = is_unique && !name.is_empty() && !name.contains(is_unsafe_char);
        if is_typeable {
            let needs_prefix =
                looks_like_id(name) || ["-", "id:", "name:"].iter().any(|prefix| name.starts_with(prefix));
            let prefix = if needs_prefix || typed.starts_with("name:") { "name:" } else { "" };
            candidates.push(Candidate { value: format!("{prefix}{name}"), help: id.clone() });
        }
        if !is_typeable || !typed.is_empty() {
            let prefix = if typed.starts_with("id:") { "id:" } else { "" };
            let help = name.chars().map(|c| if is_unsafe_char(c) { ' ' } else { c }).collect();
            candidates.push(Candidate { value: format!("{prefix}{id}"), help });
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(partners: &[(&str, &str)], typed: &str) -> Vec<String> {
        let partners: CachedPartners =
            partners.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        let values = build_candidates(&partners, typed).into_iter().map(|candidate| candidate.value);
        values.filter(|value| value.starts_with(typed)).collect()
    }

    #[test]
    fn build_candidates_prefers_names() {
        let partners = [("idA", "Acme"), ("idB", "Beta")];
        assert_eq!(values(&partners, ""), ["Acme", "Beta"]);
        assert_eq!(values(&partners, "A"), ["Acme"]);
        assert_eq!(values(&partners, "id"), ["idA", "idB"]);
        assert_eq!(values(&partners, "id:"), ["id:idA", "id:idB"]);
        assert_eq!(values(&partners, "name:A"), ["name:Acme"]);
    }

    #[test]
    fn build_candidates_uses_id_for_untypeable_name() {
        let partners = [("id1", "same"), ("id2", "same"), ("id3", ""), ("id4", "\u{1b}[2J"), ("a\nb", "x")];
        assert_eq!(values(&partners, ""), ["id1", "id2", "id3", "id4"]);
        let partners = [("id1", "yCoaiix2pRjxMjCn7"), ("id2", "-x"), ("id3", "id:x")];
        assert_eq!(values(&partners, ""), ["name:yCoaiix2pRjxMjCn7", "name:-x", "name:id:x"]);
    }
}
