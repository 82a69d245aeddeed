//! The partners, as something to be completed: asked for in little time, or remembered.

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Offer;
use super::cache::{self, Known};
use crate::api::calls;
use crate::api::types::Partner;
use crate::api::{Client, Options, Surroundings};
use crate::cli;
use crate::commands::lookup::has_form_of_id;
use crate::process::{Environment, Interrupts, SystemClock};
use crate::settings::{Settings, ShownKey, Sources};
use crate::text::escape::is_harmful;

/// How long somebody who pressed Tab is kept waiting at the most: a bit less than 300 ms, to leave time for the rest.
const LONGEST: Duration = Duration::from_millis(250);

/// How long the answer may take behind the back of whoever has pressed Tab: it is there for the next one.
const LONGEST_BEHIND: Duration = Duration::from_secs(10);

/// How often the answer is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The first argument of the process that asks.
pub(super) const REMEMBER: &str = "remember";

/// The partners that `typed` may be the beginning of, on a command line of these words.
pub(super) fn offers(words: &[String], sources: &Sources<'_>, env: &Environment, typed: &str) -> Vec<Offer> {
    let known = sources.settings().ok().and_then(|settings| known(words, &settings, env));
    known.map(|known| choices(&known, typed)).unwrap_or_default()
}

fn known(words: &[String], settings: &Settings, env: &Environment) -> Option<Known> {
    let place = place(settings, env)?;
    if let Some(known) = place.read() {
        return Some(known);
    }
    if !may_ask(settings) {
        return None;
    }
    // A process of its own goes on if the answer does not come in time.
    let mut asking = Command::new(std::env::current_exe().ok()?)
        .args([cli::COMPLETE, REMEMBER])
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let deadline = Instant::now() + LONGEST;
    while asking.try_wait().ok()?.is_none() && Instant::now() < deadline {
        std::thread::sleep(LOOK_EVERY);
    }
    place.read()
}

fn place(settings: &Settings, env: &Environment) -> Option<cache::Place> {
    Some(cache::Place::new(env.cache_dir()?, settings.org_id().ok()?, &settings.endpoint))
}

/// A command that prints the key may ask for a passphrase, and nobody wants that for a Tab.
fn may_ask(settings: &Settings) -> bool {
    matches!(settings.shown_key(), Ok(ShownKey::Masked(_)))
}

/// Asks for the partners and remembers them, unless another process is about it.
pub(super) fn remember(sources: &Sources<'_>, env: &Environment) -> Option<()> {
    let settings = sources.settings().ok().filter(may_ask)?;
    let place = place(&settings, env)?;
    let _alone = place.claim()?;
    let options = Options { timeout: LONGEST_BEHIND, max_wait: Duration::ZERO };
    let around = Surroundings { watch: &|_| {}, clock: &SystemClock, interrupts: &Interrupts::default() };
    let client = Client::new(&settings.endpoint, &settings.credentials().ok()?, options, around).ok()?;
    let partners = client.send(&calls::list_partners()).ok()?;
    let partners = partners.get().ok()?;
    let pair = |partner: &Partner<'_>| (partner.id.as_str().to_owned(), partner.name.as_str().to_owned());
    place.write(&partners.iter().map(pair).collect());
    Some(())
}

/// Names, described by their IDs; and IDs, described by their names, where one has been begun or a name cannot be typed.
fn choices(known: &Known, typed: &str) -> Vec<Offer> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    known.iter().for_each(|(_, name)| *times.entry(name).or_default() += 1);
    let mut offers = Vec::new();
    for (id, name) in known.iter().filter(|(id, _)| !id.contains(is_harmful)) {
        let can_be_typed = !name.is_empty() && !name.contains(is_harmful) && times.get(name.as_str()) == Some(&1);
        let shown_name: String = name.chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect();
        if can_be_typed {
            let is_ambiguous =
                has_form_of_id(name) || ["-", "id:", "name:"].iter().any(|start| name.starts_with(start));
            let prefix = if is_ambiguous || typed.starts_with("name:") { "name:" } else { "" };
            offers.push(Offer { value: format!("{prefix}{name}"), about: id.clone() });
        }
        if !can_be_typed || !typed.is_empty() {
            let prefix = if typed.starts_with("id:") { "id:" } else { "" };
            offers.push(Offer { value: format!("{prefix}{id}"), about: shown_name });
        }
    }
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(partners: &[(&str, &str)], typed: &str) -> Vec<String> {
        let known: Known = partners.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
        let offers = choices(&known, typed).into_iter().map(|offer| offer.value);
        offers.filter(|value| value.starts_with(typed)).collect()
    }

    #[test]
    fn names_first_and_ids_once_begun() {
        let partners = [("idA", "Acme"), ("idB", "Beta")];
        assert_eq!(values(&partners, ""), ["Acme", "Beta"]);
        assert_eq!(values(&partners, "A"), ["Acme"]);
        assert_eq!(values(&partners, "id"), ["idA", "idB"]);
        assert_eq!(values(&partners, "id:"), ["id:idA", "id:idB"]);
        assert_eq!(values(&partners, "name:A"), ["name:Acme"]);
    }

    #[test]
    fn a_name_that_cannot_be_typed_gives_way_to_the_id() {
        let partners = [("id1", "twin"), ("id2", "twin"), ("id3", ""), ("id4", "\u{1b}[2J"), ("a\nb", "x")];
        assert_eq!(values(&partners, ""), ["id1", "id2", "id3", "id4"]);
        let partners = [("id1", "yCoaiix2pRjxMjCn7"), ("id2", "-x"), ("id3", "id:x")];
        assert_eq!(values(&partners, ""), ["name:yCoaiix2pRjxMjCn7", "name:-x", "name:id:x"]);
    }
}
