//! The partners, as something to be completed: asked for in little time, or remembered.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::Duration;

use super::Offer;
use super::cache::{self, Known};
use crate::api::calls;
use crate::api::{Client, Options, Surroundings};
use crate::commands::lookup::has_form_of_id;
use crate::process::{Environment, Interrupts, SystemClock};
use crate::settings::{Settings, ShownKey, Sources};
use crate::text::escape::is_harmful;

/// How long somebody who pressed Tab is kept waiting at the most: a bit less than 300 ms, to leave time for the rest.
const LONGEST: Duration = Duration::from_millis(250);

/// The partners that `typed` may be the beginning of.
pub(super) fn offers(sources: &Sources<'_>, env: &Environment, typed: &str) -> Vec<Offer> {
    let known = sources.settings().ok().and_then(|settings| known(settings, env));
    known.map(|known| choices(&known, typed)).unwrap_or_default()
}

fn known(settings: Settings, env: &Environment) -> Option<Known> {
    let place = cache::Place::new(env.cache_dir()?, settings.org_id().ok()?, &settings.endpoint);
    if let Some(known) = place.read() {
        return Some(known);
    }
    // A command that prints the key may ask for a passphrase, and nobody wants that for a Tab.
    if !matches!(settings.shown_key(), Ok(ShownKey::Masked(_))) {
        return None;
    }
    let known = ask_in_time(settings)?;
    place.write(&known);
    Some(known)
}

/// Asks in a thread of its own, since not everything that takes time can be told to end.
fn ask_in_time(settings: Settings) -> Option<Known> {
    let (sender, answer) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more once the time is over.
        let _ = sender.send(ask(&settings));
    });
    answer.recv_timeout(LONGEST).ok().flatten()
}

fn ask(settings: &Settings) -> Option<Known> {
    let options = Options { timeout: LONGEST, max_wait: Duration::ZERO };
    let around = Surroundings { watch: &|_| {}, clock: &SystemClock, interrupts: &Interrupts::default() };
    let client = Client::new(&settings.endpoint, &settings.credentials().ok()?, options, around).ok()?;
    let partners = client.send(&calls::list_partners()).ok()?;
    let partners = partners.get().ok()?;
    let pair =
        |partner: &crate::api::types::Partner<'_>| (partner.id.as_str().to_owned(), partner.name.as_str().to_owned());
    Some(partners.iter().map(pair).collect())
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
