//! Partner specifications: resolves a `<PARTNER>` argument to a partner ID.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::api::types::Partner;
use crate::error::{Error, ErrorKind};
use crate::text::escape::escape_invisible;
use crate::text::invisible::fold_invisible;

/// The hint for a partner that was not found or not given.
pub(crate) const LIST_PARTNERS: &str = "run `strigo partners list` to see all partners";

/// The most similar names that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// The similarity (Jaro-Winkler, from 0 to 1) from which a name is suggested.
const MIN_SIMILARITY: f64 = 0.8;

/// The length in bytes from which a name is not compared with others: it is a text.
const MAX_COMPARED_LEN: usize = 1000;

/// The edit distance up to which a name is suggested, if the name is at least twice as long.
const MAX_EDIT_DISTANCE: usize = 2;

/// How many names of a roster that are not found get suggestions.
const MAX_SEARCHES: usize = 20;

/// A partner as the user specified it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartnerSpec<'a> {
    /// An ID: `id:…`.
    Id(&'a str),
    /// An argument that looks like an ID.
    InferredId(&'a str),
    /// A name: `name:…`.
    Name(&'a str),
    /// An ID of another form, or a name.
    IdOrName(&'a str),
}

impl<'a> PartnerSpec<'a> {
    /// Parses an argument. Returns [`ErrorKind::Usage`] if it is empty.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let spec = if let Some(id) = text.strip_prefix("id:") {
            PartnerSpec::Id(id)
        } else if let Some(name) = text.strip_prefix("name:") {
            PartnerSpec::Name(name)
        } else if looks_like_id(text) {
            PartnerSpec::InferredId(text)
        } else {
            PartnerSpec::IdOrName(text)
        };
        match spec {
            PartnerSpec::Id("") | PartnerSpec::Name("") | PartnerSpec::IdOrName("") => {
                Err(Error::new(ErrorKind::Usage, "partner must not be empty").with_hint(LIST_PARTNERS))
            }
            spec => Ok(spec),
        }
    }

    /// Adds a hint to an error about a partner that was not found.
    pub(crate) fn add_hint(self, error: Error) -> Error {
        match self {
            _ if error.kind() != ErrorKind::NotFound => error,
            PartnerSpec::InferredId(id) => {
                error.with_hint(format!("'{id}' looks like an ID; to look it up by name, use name:{id}"))
            }
            _ => error.with_hint(LIST_PARTNERS),
        }
    }
}

/// Whether this looks like the IDs seen so far. It only decides how many requests are sent, never which partner is meant.
pub(crate) fn looks_like_id(text: &str) -> bool {
    text.len() == 17 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// All partners by ID and by name, so that the time for many lookups does not grow with the number of partners.
pub(crate) struct PartnerIndex<'p> {
    partners: &'p [Partner],
    ids: HashSet<&'p str>,
    by_name: HashMap<&'p str, Vec<usize>>,
    /// By the name without case and without what cannot be seen.
    by_folded_name: HashMap<String, Vec<usize>>,
    /// How often similar names are still searched for, which compares all names: a roster may name partners in thousands of
    /// wrong cells.
    searches_left: Cell<usize>,
}

impl<'p> PartnerIndex<'p> {
    pub(crate) fn new(partners: &'p [Partner]) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::with_capacity(partners.len());
        let mut by_folded_name: HashMap<String, Vec<usize>> = HashMap::with_capacity(partners.len());
        for (index, partner) in partners.iter().enumerate() {
            by_name.entry(&partner.name).or_default().push(index);
            by_folded_name.entry(fold_name(&partner.name)).or_default().push(index);
        }
        let ids = partners.iter().map(|partner| &*partner.id).collect();
        PartnerIndex { partners, ids, by_name, by_folded_name, searches_left: Cell::new(MAX_SEARCHES) }
    }

    /// Returns the ID of the partner.
    ///
    /// Returns [`ErrorKind::NotFound`] with similar names if there is no such partner, and [`ErrorKind::Usage`] if several
    /// have the name.
    pub(crate) fn resolve<'a>(&self, spec: PartnerSpec<'a>) -> Result<&'a str, Error>
    where
        'p: 'a,
    {
        match spec {
            PartnerSpec::Id(id) | PartnerSpec::InferredId(id) | PartnerSpec::IdOrName(id) if self.ids.contains(id) => {
                Ok(id)
            }
            PartnerSpec::Id(_) | PartnerSpec::InferredId(_) => {
                Err(spec.add_hint(Error::new(ErrorKind::NotFound, "no partner with that ID")))
            }
            PartnerSpec::Name(name) | PartnerSpec::IdOrName(name) => match self.find_by_name(name) {
                Err(error) => Err(error.with_hint("pass the ID of the one you mean; nothing was changed")),
                Ok(Some(index)) => Ok(&self.partners[index].id),
                Ok(None) => Err(self.not_found(name)),
            },
        }
    }

    /// Returns the indexes of the partners that a person would take for the one with this name: it is the same but for case,
    /// blanks around it, and what cannot be seen. If any has exactly this name, only those.
    pub(crate) fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or_else(|| self.folded(name), Vec::as_slice)
    }

    /// Like [`PartnerIndex::named`], but all of them.
    pub(crate) fn folded(&self, name: &str) -> &[usize] {
        self.by_folded_name.get(&fold_name(name)).map_or(&[], Vec::as_slice)
    }

    fn find_by_name(&self, name: &str) -> Result<Option<usize>, Error> {
        self.single(name, self.by_name.get(name).map_or(&[], Vec::as_slice))
    }

    fn single(&self, name: &str, indexes: &[usize]) -> Result<Option<usize>, Error> {
        if indexes.len() < 2 {
            return Ok(indexes.first().copied());
        }
        let ids: Vec<&str> = indexes.iter().map(|index| &*self.partners[*index].id).collect();
        Err(Error::new(ErrorKind::Usage, format!("{} partners are named '{name}': {}", ids.len(), ids.join(", "))))
    }

    fn not_found(&self, name: &str) -> Error {
        // Another case is a suggestion like others.
        let look_alikes = self.named(name).iter().map(|index| &self.partners[*index]);
        let look_alikes = look_alikes.filter(|partner| fold_invisible(&partner.name) == fold_invisible(name));
        let look_alikes: Vec<&Partner> = look_alikes.collect();
        if !look_alikes.is_empty() {
            let error = Error::new(ErrorKind::NotFound, "no partner with exactly that name");
            return look_alikes.into_iter().fold(error, |error, partner| {
                let (id, shown) = (&partner.id, escape_invisible(&partner.name));
                error.with_hint(format!("the name of partner {id} looks the same: '{shown}'; pass its ID"))
            });
        }
        let error = Error::new(ErrorKind::NotFound, "no partner with that name");
        let searches_left = self.searches_left.get();
        self.searches_left.set(searches_left.saturating_sub(1));
        let names = if searches_left > 0 { suggestions(name, self.partners) } else { Vec::new() };
        let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        match names.is_empty() {
            true => error.with_hint(LIST_PARTNERS),
            false => error.with_hint(format!("did you mean {}?", names.join(" or "))).with_hint(LIST_PARTNERS),
        }
    }
}

/// Returns a form that is the same for all names that a person would take for one.
pub(crate) fn fold_name(name: &str) -> String {
    fold_invisible(name).to_lowercase()
}

/// What spreadsheets have in place of a name.
const PLACEHOLDERS: [&str; 6] = ["n/a", "#n/a", "none", "null", "tbd", "unknown"];

/// Whether this is hardly the name of a company: an address, nothing but marks, or what stands for a missing name.
pub(crate) fn is_unlikely_name(name: &str) -> bool {
    name.contains('@') || !name.contains(char::is_alphanumeric) || PLACEHOLDERS.contains(&&*fold_name(name))
}

/// Returns which of these names a new one may be meant to be: they differ in few characters of many, and in no digit. 'Acme 1'
/// and 'Acme 2' are two companies.
pub(crate) fn nearest_name<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let (folded, wanted) = (fold_name(name), digits(name));
    let near = names.filter(|other| digits(other) == wanted).map(|other| (fold_name(other), other));
    let near = near.map(|(other, shown)| {
        let length = folded.chars().count().max(other.chars().count());
        (strsim::osa_distance(&folded, &other), length, shown)
    });
    let near = near.filter(|(distance, length, _)| *distance <= MAX_EDIT_DISTANCE && distance * 3 <= *length);
    near.min_by_key(|(distance, ..)| *distance).map(|(.., other)| other)
}

/// Returns the names that are most similar to `name`, ignoring case, the most similar first.
fn suggestions<'p>(name: &str, partners: &'p [Partner]) -> Vec<&'p str> {
    if name.len() > MAX_COMPARED_LEN {
        return Vec::new();
    }
    let name = name.to_lowercase();
    let candidates = partners.iter().map(|partner| &*partner.name).filter(|name| name.len() <= MAX_COMPARED_LEN);
    let similarity = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let edit_distance = strsim::osa_distance(&name, &candidate);
        let is_typo = edit_distance <= MAX_EDIT_DISTANCE && edit_distance * 2 <= name.chars().count();
        let similarity = strsim::jaro_winkler(&name, &candidate);
        (is_typo || similarity >= MIN_SIMILARITY).then_some(similarity)
    };
    let mut similar: Vec<(f64, &str)> = candidates.filter_map(|name| Some((similarity(name)?, name))).collect();
    similar.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    similar.dedup_by_key(|(_, name)| *name);
    similar.into_iter().map(|(_, name)| name).take(MAX_SUGGESTIONS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[{"id":"1","name":"Acme Training"},{"id":"2","name":"Acme Academy"},
        {"id":"3","name":"double"},{"id":"4","name":"double"},{"id":"5","name":"Globex"}]"#;

    fn partners() -> Vec<Partner> {
        serde_json::from_str(LIST).unwrap()
    }

    #[test]
    fn partner_spec_parse_detects_id_and_name() {
        assert_eq!(PartnerSpec::parse("yCoaiix2pRjxMjCn7").unwrap(), PartnerSpec::InferredId("yCoaiix2pRjxMjCn7"));
        assert_eq!(PartnerSpec::parse("id:x").unwrap(), PartnerSpec::Id("x"));
        assert_eq!(PartnerSpec::parse("name:yCoaiix2pRjxMjCn7").unwrap(), PartnerSpec::Name("yCoaiix2pRjxMjCn7"));
        assert_eq!(PartnerSpec::parse("name:id:x").unwrap(), PartnerSpec::Name("id:x"));
        assert_eq!(PartnerSpec::parse("Acme").unwrap(), PartnerSpec::IdOrName("Acme"));
        assert_eq!(PartnerSpec::parse("yCoaiix2pRjxMjCn_").unwrap(), PartnerSpec::IdOrName("yCoaiix2pRjxMjCn_"));
        for text in ["", "id:", "name:"] {
            assert_eq!(PartnerSpec::parse(text).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn find_by_name_exact_match_or_ambiguous() {
        let partners = partners();
        let index = PartnerIndex::new(&partners);
        assert_eq!(index.find_by_name("Globex").unwrap(), Some(4));
        assert_eq!(index.find_by_name("globex").unwrap(), None);
        let error = index.find_by_name("double").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().ends_with("3, 4"), "{error}");
    }

    #[test]
    fn names_that_look_the_same_are_distinguished() {
        let partners: Vec<Partner> = serde_json::from_str(
            r#"[{"id":"1","name":"Acme\u00a0Inc"},{"id":"2","name":"Cafe\u0301"},{"id":"3","name":"A  B"},{"id":"4","name":"A B "}]"#,
        )
        .unwrap();
        let index = PartnerIndex::new(&partners);
        let resolve = |name: &'static str| index.resolve(PartnerSpec::parse(name).unwrap()).map(str::to_owned);
        for (name, hint) in [
            ("Acme Inc", "the name of partner 1 looks the same: 'Acme\\u{a0}Inc'; pass its ID"),
            ("Café", "the name of partner 2 looks the same: 'Cafe\u{301}'; pass its ID"),
            ("A  B ", "the name of partner 3 looks the same: 'A  B'; pass its ID"),
        ] {
            let error = resolve(name).unwrap_err();
            assert_eq!((error.kind(), error.hints()[0].as_str()), (ErrorKind::NotFound, hint));
            assert_eq!(error.to_string(), "no partner with exactly that name");
        }
        assert_eq!(resolve("Cafe\u{301}").unwrap(), "2");
        assert_eq!(index.named("acme inc"), [0]);
        assert_eq!(index.named("Acme Inc"), [0]);
        assert_eq!(index.named("A B "), [3]);
        assert_eq!(index.folded("a b").len(), 2);
        assert!(index.named("Acme").is_empty());
    }

    #[test]
    fn nearest_name_has_the_same_digits() {
        for (name, near) in [
            ("Acme Inc.", Some("Acme Inc")),
            ("ACEM INC", Some("Acme Inc")),
            ("Zurich AG", Some("Zürich AG")),
            ("Acme 2", None),
            ("Acme 11", None),
            ("Acme Ltd", None),
            ("nru", Some("nur")),
            ("Lum", None),
            ("N/A", None),
        ] {
            let names = ["Acme Inc", "Acme 1", "Zürich AG", "nur", "newa"];
            assert_eq!(nearest_name(name, names.into_iter()), near, "{name}");
        }
    }

    #[test]
    fn unlikely_names_are_those_of_no_company() {
        for (name, is_unlikely) in [
            ("dana@acme.example", true),
            (" TBD", true),
            ("#N/A", true),
            ("-", true),
            ("?", true),
            ("3M", false),
            ("B", false),
        ] {
            assert_eq!(is_unlikely_name(name), is_unlikely, "{name}");
        }
    }

    #[test]
    fn suggestions_are_limited() {
        let partners = partners();
        let index = PartnerIndex::new(&partners);
        let has_suggestion = |_: usize| index.resolve(PartnerSpec::Name("Globx")).unwrap_err().hints().len() == 2;
        assert_eq!((0..2 * MAX_SEARCHES).filter(|n| has_suggestion(*n)).count(), MAX_SEARCHES);
    }

    #[test]
    fn suggestions_are_most_similar_names() {
        assert_eq!(suggestions("acme trainin", &partners()), ["Acme Training"]);
        assert_eq!(suggestions("GLOBEX", &partners()), ["Globex"]);
        assert_eq!(suggestions("zzz", &partners()), [""; 0]);
        assert_eq!(suggestions("doulbe", &partners()), ["double"]);
        assert_eq!(suggestions("gl0b3x", &partners()), ["Globex"]);
        assert_eq!(suggestions("Acme", &partners()), ["Acme Academy", "Acme Training"]);
    }
}
