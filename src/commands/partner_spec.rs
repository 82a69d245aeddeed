//! Partner specifications: resolves a `<PARTNER>` argument to a partner ID.

use super::hints::LIST_PARTNERS;
use crate::api::types::Partner;
use crate::error::{Error, ErrorKind};
use crate::text::invisible::{describe_difference, fold_invisible};

/// The most similar names that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// The similarity (Jaro-Winkler, from 0 to 1) from which a name is suggested.
const MIN_SIMILARITY: f64 = 0.8;

/// The length in bytes from which a name is not compared with others: it is a text.
const MAX_COMPARED_LEN: usize = 1000;

/// The edit distance up to which a name is suggested, if the name is at least twice as long.
const MAX_EDIT_DISTANCE: usize = 2;

/// A partner as the user specified it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartnerSpec<'a> {
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
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
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
    pub(super) fn add_hint(self, error: Error) -> Error {
        match self {
            _ if error.kind() != ErrorKind::NotFound => error,
            PartnerSpec::InferredId(id) => {
                error.with_hint(format!("'{id}' looks like an ID; to look it up by name, use name:{id}"))
            }
            _ => error.with_hint(LIST_PARTNERS),
        }
    }

    /// Returns the ID of the partner among all partners.
    ///
    /// Returns [`ErrorKind::NotFound`] with similar names if there is no such partner, and [`ErrorKind::Usage`] if several
    /// have the name.
    pub(super) fn resolve<'p>(self, partners: &'p [Partner<'_>]) -> Result<&'p str, Error>
    where
        'a: 'p,
    {
        let has_id = |id: &str| partners.iter().any(|partner| partner.id == id);
        match self {
            PartnerSpec::Id(id) | PartnerSpec::InferredId(id) | PartnerSpec::IdOrName(id) if has_id(id) => Ok(id),
            PartnerSpec::Id(_) | PartnerSpec::InferredId(_) => {
                Err(self.add_hint(Error::new(ErrorKind::NotFound, "no partner with that ID")))
            }
            PartnerSpec::Name(name) | PartnerSpec::IdOrName(name) => match find_by_name(name, partners) {
                Err(error) => Err(error.with_hint("pass the ID of the one you mean; nothing was changed")),
                Ok(Some(index)) => Ok(&partners[index].id),
                Ok(None) => Err(not_found(name, partners)),
            },
        }
    }
}

/// Whether this looks like the IDs seen so far. It only decides how many requests are sent, never which partner is meant.
pub(super) fn looks_like_id(text: &str) -> bool {
    text.len() == 17 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns the index of the only partner with this name. Returns [`ErrorKind::Usage`], without a hint, if there are several.
fn find_by_name(name: &str, partners: &[Partner<'_>]) -> Result<Option<usize>, Error> {
    single(name, find_indexes(partners, |partner| partner.name == name), partners)
}

/// Like [`find_by_name`], but if no partner has the name, finds the one whose name looks the same.
pub(super) fn find_by_visible_name(name: &str, partners: &[Partner<'_>]) -> Result<Option<usize>, Error> {
    match find_by_name(name, partners)? {
        Some(index) => Ok(Some(index)),
        None => single(name, find_look_alikes(name, partners), partners),
    }
}

/// Returns the indexes of the partners whose name differs from `name` at most in ways that cannot be seen.
fn find_look_alikes(name: &str, partners: &[Partner<'_>]) -> Vec<usize> {
    let folded = fold_invisible(name);
    find_indexes(partners, |partner| fold_invisible(&partner.name) == folded)
}

fn find_indexes(partners: &[Partner<'_>], matches: impl Fn(&Partner<'_>) -> bool) -> Vec<usize> {
    (0..partners.len()).filter(|index| matches(&partners[*index])).collect()
}

fn single(name: &str, indexes: Vec<usize>, partners: &[Partner<'_>]) -> Result<Option<usize>, Error> {
    if indexes.len() < 2 {
        return Ok(indexes.first().copied());
    }
    let ids: Vec<&str> = indexes.iter().map(|index| &*partners[*index].id).collect();
    Err(Error::new(ErrorKind::Usage, format!("{} partners are named '{name}': {}", ids.len(), ids.join(", "))))
}

fn not_found(name: &str, partners: &[Partner<'_>]) -> Error {
    let look_alikes = find_look_alikes(name, partners);
    if !look_alikes.is_empty() {
        let error = Error::new(ErrorKind::NotFound, "no partner with exactly that name");
        return look_alikes.into_iter().map(|index| &partners[index]).fold(error, |error, partner| {
            let difference = describe_difference(name, &partner.name);
            error.with_hint(format!("partner {} has that name {difference}; pass its ID", partner.id))
        });
    }
    let error = Error::new(ErrorKind::NotFound, "no partner with that name");
    let names: Vec<String> = suggestions(name, partners).iter().map(|name| format!("'{name}'")).collect();
    match names.is_empty() {
        true => error.with_hint(LIST_PARTNERS),
        false => error.with_hint(format!("did you mean {}?", join_or(&names))).with_hint(LIST_PARTNERS),
    }
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
fn suggestions<'p>(name: &str, partners: &'p [Partner<'_>]) -> Vec<&'p str> {
    if name.len() > MAX_COMPARED_LEN {
        return Vec::new();
    }
    let name = name.to_lowercase();
    let similarity = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let edit_distance = strsim::osa_distance(&name, &candidate);
        let is_typo = edit_distance <= MAX_EDIT_DISTANCE && edit_distance * 2 <= name.chars().count();
        let similarity = strsim::jaro_winkler(&name, &candidate);
        (is_typo || similarity >= MIN_SIMILARITY).then_some(similarity)
    };
    let candidates = partners.iter().map(|partner| &*partner.name);
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

    fn partners() -> Vec<Partner<'static>> {
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
        assert_eq!(find_by_name("Globex", &partners()).unwrap(), Some(4));
        assert_eq!(find_by_name("globex", &partners()).unwrap(), None);
        let error = find_by_name("double", &partners()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().ends_with("3, 4"), "{error}");
    }

    #[test]
    fn names_that_look_the_same_are_distinguished() {
        let partners: Vec<Partner<'_>> = serde_json::from_str(
            r#"[{"id":"1","name":"Acme\u00a0Inc"},{"id":"2","name":"Cafe\u0301"},{"id":"3","name":"A  B"},{"id":"4","name":"A B "}]"#,
        )
        .unwrap();
        let resolve = |name: &'static str| PartnerSpec::parse(name).unwrap().resolve(&partners).map(str::to_owned);
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
        assert_eq!(find_by_visible_name("acme inc", &partners).unwrap(), None);
        assert_eq!(find_by_visible_name("Acme Inc", &partners).unwrap(), Some(0));
        assert_eq!(find_by_visible_name("A B ", &partners).unwrap(), Some(3));
        assert_eq!(find_by_visible_name("A B", &partners).unwrap_err().to_string(), "2 partners are named 'A B': 3, 4");
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
