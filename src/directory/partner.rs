//! Partner specifications: resolves a `<PARTNER>` argument to a partner ID.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use crate::api::types::Partner;
use crate::error::{Error, ErrorKind};
use crate::text::invisible::{describe_difference, fold_invisible};

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

/// The number of names that are compared exactly.
const MAX_COMPARED_NAMES: usize = 10_000;

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
    /// The first partner of each name.
    by_name: HashMap<&'p str, usize>,
    /// All partners of the names that several have.
    by_shared_name: HashMap<&'p str, Vec<usize>>,
    /// Those whose name has parts that cannot be seen, by the name without these; only needed if a name is not found.
    by_visible_name: OnceCell<HashMap<String, Vec<usize>>>,
    /// How often similar names are still searched for, which compares all names.
    searches_left: Cell<usize>,
}

impl<'p> PartnerIndex<'p> {
    pub(crate) fn new(partners: &'p [Partner]) -> Self {
        let mut by_name: HashMap<&str, usize> = HashMap::with_capacity(partners.len());
        let mut by_shared_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, partner) in partners.iter().enumerate() {
            let first = *by_name.entry(&partner.name).or_insert(index);
            if first != index {
                by_shared_name.entry(&partner.name).or_insert_with(|| vec![first]).push(index);
            }
        }
        PartnerIndex {
            partners,
            ids: partners.iter().map(|partner| &*partner.id).collect(),
            by_name,
            by_shared_name,
            by_visible_name: OnceCell::new(),
            searches_left: Cell::new(MAX_SEARCHES),
        }
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

    /// Returns the index of the only partner with this name or, if there is none, of the only one whose name looks the same.
    /// Returns [`ErrorKind::Usage`], without a hint, if there are several.
    pub(crate) fn find_by_visible_name(&self, name: &str) -> Result<Option<usize>, Error> {
        match self.find_by_name(name)? {
            Some(index) => Ok(Some(index)),
            None => self.single(name, &self.look_alikes(name)),
        }
    }

    fn find_by_name(&self, name: &str) -> Result<Option<usize>, Error> {
        self.single(name, self.with_name(name))
    }

    fn with_name(&self, name: &str) -> &[usize] {
        let shared = self.by_shared_name.get(name).map(Vec::as_slice);
        shared.or_else(|| self.by_name.get(name).map(std::slice::from_ref)).unwrap_or_default()
    }

    fn single(&self, name: &str, indexes: &[usize]) -> Result<Option<usize>, Error> {
        if indexes.len() < 2 {
            return Ok(indexes.first().copied());
        }
        let ids: Vec<&str> = indexes.iter().map(|index| &*self.partners[*index].id).collect();
        Err(Error::new(ErrorKind::Usage, format!("{} partners are named '{name}': {}", ids.len(), ids.join(", "))))
    }

    /// Returns the partners whose name differs from `name` at most in ways that cannot be seen.
    fn look_alikes(&self, name: &str) -> Vec<usize> {
        let by_visible_name = self.by_visible_name.get_or_init(|| {
            let mut by_visible_name: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, partner) in self.partners.iter().enumerate() {
                let visible_name = fold_invisible(&partner.name);
                if visible_name != partner.name {
                    by_visible_name.entry(visible_name.into_owned()).or_default().push(index);
                }
            }
            by_visible_name
        });
        let visible_name = fold_invisible(name);
        let hidden = by_visible_name.get(&*visible_name).map_or(&[][..], Vec::as_slice);
        self.with_name(&visible_name).iter().chain(hidden).copied().collect()
    }

    fn not_found(&self, name: &str) -> Error {
        let look_alikes = self.look_alikes(name);
        if !look_alikes.is_empty() {
            let error = Error::new(ErrorKind::NotFound, "no partner with exactly that name");
            return look_alikes.iter().map(|index| &self.partners[*index]).fold(error, |error, partner| {
                let difference = describe_difference(name, &partner.name);
                error.with_hint(format!("partner {} has that name {difference}; pass its ID", partner.id))
            });
        }
        let error = Error::new(ErrorKind::NotFound, "no partner with that name");
        let searches_left = self.searches_left.get();
        self.searches_left.set(searches_left.saturating_sub(1));
        let names = if searches_left > 0 { suggestions(name, self.partners) } else { Vec::new() };
        let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        match names.is_empty() {
            true => error.with_hint(LIST_PARTNERS),
            false => error.with_hint(format!("did you mean {}?", join_or(&names))).with_hint(LIST_PARTNERS),
        }
    }
}

/// Returns a warning for each partner but `except_id` whose name a person could mistake for `name`: it is the same, or
/// differs only in case or in ways that cannot be seen.
pub(crate) fn same_name_warnings(name: &str, except_id: Option<&str>, partners: &[Partner]) -> Vec<String> {
    let fold = |name: &str| fold_invisible(name).to_lowercase();
    let wanted = fold(name);
    let others = partners.iter().filter(|partner| Some(&*partner.id) != except_id && fold(&partner.name) == wanted);
    let describe = |partner: &Partner| match partner.name == name {
        true => format!("partner {} has the same name", partner.id),
        false => format!("partner {} has a similar name: '{}'", partner.id, partner.name),
    };
    others.map(describe).take(MAX_SUGGESTIONS).collect()
}

/// Joins alternatives as prose: `a`, `a or b`, or `a, b, or c`.
fn join_or(names: &[String]) -> String {
    match names {
        [first, second] => format!("{first} or {second}"),
        [others @ .., last] if !others.is_empty() => format!("{}, or {last}", others.join(", ")),
        _ => names.join(""),
    }
}

/// Returns the names that are most similar to `name`, ignoring case, the most similar first.
fn suggestions<'p>(name: &str, partners: &'p [Partner]) -> Vec<&'p str> {
    if name.len() > MAX_COMPARED_LEN {
        return Vec::new();
    }
    let candidates = preselect(name, partners);
    let name = name.to_lowercase();
    let similarity = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let edit_distance = strsim::osa_distance(&name, &candidate);
        let is_typo = edit_distance <= MAX_EDIT_DISTANCE && edit_distance * 2 <= name.chars().count();
        let similarity = strsim::jaro_winkler(&name, &candidate);
        (is_typo || similarity >= MIN_SIMILARITY).then_some(similarity)
    };
    let mut similar: Vec<(f64, &str)> =
        candidates.into_iter().filter_map(|name| Some((similarity(name)?, name))).collect();
    similar.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    similar.dedup_by_key(|(_, name)| *name);
    similar.into_iter().map(|(_, name)| name).take(MAX_SUGGESTIONS).collect()
}

/// Returns the names that share the most characters with `name`, and all of them if there are not too many: comparing names
/// exactly takes a hundred times as long as this.
fn preselect<'p>(name: &str, partners: &'p [Partner]) -> Vec<&'p str> {
    let short_names = partners.iter().map(|partner| &*partner.name).filter(|name| name.len() <= MAX_COMPARED_LEN);
    if partners.len() <= MAX_COMPARED_NAMES {
        return short_names.collect();
    }
    let wanted = character_set(name);
    let difference =
        |other: &str| (wanted ^ character_set(other)).count_ones() as usize + other.len().abs_diff(name.len());
    let mut candidates: Vec<(usize, &str)> = short_names.map(|name| (difference(name), name)).collect();
    if candidates.len() > MAX_COMPARED_NAMES {
        candidates.select_nth_unstable_by_key(MAX_COMPARED_NAMES, |(difference, _)| *difference);
        candidates.truncate(MAX_COMPARED_NAMES);
    }
    candidates.into_iter().map(|(_, name)| name).collect()
}

/// Returns which characters a name has, ignoring the case of ASCII letters, as a set of 64.
fn character_set(name: &str) -> u64 {
    name.bytes().fold(0, |set, byte| set | 1 << (byte.to_ascii_lowercase() % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
            ("Acme Inc", "partner 1 has that name with U+00A0 (no-break space) instead of U+0020 (space); pass its ID"),
            ("Café", "partner 2 has that name with U+0065 U+0301 instead of U+00E9; pass its ID"),
            ("A  B ", "partner 3 has that name without U+0020 (space); pass its ID"),
        ] {
            let error = resolve(name).unwrap_err();
            assert_eq!((error.kind(), error.hints()[0].as_str()), (ErrorKind::NotFound, hint));
            assert_eq!(error.to_string(), "no partner with exactly that name");
        }
        assert_eq!(resolve("Cafe\u{301}").unwrap(), "2");
        assert_eq!(index.find_by_visible_name("acme inc").unwrap(), None);
        assert_eq!(index.find_by_visible_name("Acme Inc").unwrap(), Some(0));
        assert_eq!(index.find_by_visible_name("A B ").unwrap(), Some(3));
        assert_eq!(index.find_by_visible_name("A B").unwrap_err().to_string(), "2 partners are named 'A B': 3, 4");
    }

    #[test]
    fn suggestions_are_found_among_many() {
        let names = (0..MAX_COMPARED_NAMES * 3).map(|n| format!("Partner company {n}"));
        let json: Vec<_> =
            names.chain(["Glöbex Training".to_owned()]).map(|name| json!({"id": "1", "name": name})).collect();
        let json = serde_json::Value::from(json).to_string();
        let partners: Vec<Partner> = serde_json::from_str(&json).unwrap();
        assert_eq!(suggestions("Glöbex Trainnig", &partners), ["Glöbex Training"]);
        assert_eq!(suggestions("partner compny 7777", &partners)[0], "Partner company 7777");
    }

    #[test]
    fn alternatives_are_joined_as_prose() {
        let join = |names: &[&str]| join_or(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!([join(&[]), join(&["a"]), join(&["a", "b"])], ["", "a", "a or b"]);
        assert_eq!(join(&["a", "b", "c"]), "a, b, or c");
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
