//! From a `<PARTNER>` as typed to a partner's ID.

use crate::api::types::Partner;
use crate::error::{Error, Kind};

/// How many of the nearest names are worth showing.
const MOST_NAMES: usize = 3;

/// How alike two names must be to be near (Jaro-Winkler: 0 for nothing in common, 1 for the same).
const NEAR: f64 = 0.8;

/// How many slips of the fingers a name may be away to be near all the same, if it is twice as long at least.
const SLIPS: usize = 2;

/// A partner as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    /// An ID: `id:…`, or an argument that has the form of one.
    Id {
        /// The ID.
        id: &'a str,
        /// Whether it is one only by its form.
        is_guessed: bool,
    },
    /// A name: `name:…`.
    Name(&'a str),
    /// An ID that has not the usual form, or a name.
    Either(&'a str),
}

impl<'a> Wanted<'a> {
    /// Reads an argument. Fails with [`Kind::Usage`] where it can be no partner.
    pub(super) fn read(text: &'a str) -> Result<Self, Error> {
        let wanted = if let Some(id) = text.strip_prefix("id:") {
            Wanted::Id { id, is_guessed: false }
        } else if let Some(name) = text.strip_prefix("name:") {
            Wanted::Name(name)
        } else if has_form_of_id(text) {
            Wanted::Id { id: text, is_guessed: true }
        } else {
            Wanted::Either(text)
        };
        match wanted {
            Wanted::Id { id: "", .. } | Wanted::Name("") | Wanted::Either("") => {
                Err(Error::new(Kind::Usage, "the partner's ID or name is empty")
                    .hint("`strigo partners list` shows the partners."))
            }
            wanted => Ok(wanted),
        }
    }

    /// Adds to a failure about this partner what helps to name it better.
    pub(super) fn explain(self, error: Error) -> Error {
        match self {
            Wanted::Id { id, is_guessed: true } => error.hint_where(Kind::NotFound, || {
                format!("It was taken for an ID, by its form. If it is a partner's name, write name:{id}.")
            }),
            _ => error.hint_where(Kind::NotFound, || "`strigo partners list` shows the partners.".to_owned()),
        }
    }
}

/// Finds the ID of a partner among all partners, and checks one that was given.
///
/// Fails with [`Kind::NotFound`] and the nearest names where there is no such partner, and with [`Kind::Usage`] where
/// several have the name.
pub(super) fn find<'p>(wanted: Wanted<'p>, partners: &'p [Partner<'_>]) -> Result<&'p str, Error> {
    let has_id = |id: &str| partners.iter().any(|partner| partner.id.as_str() == id);
    match wanted {
        Wanted::Id { id, .. } | Wanted::Either(id) if has_id(id) => Ok(id),
        Wanted::Id { .. } => Err(wanted.explain(Error::new(Kind::NotFound, "no partner has that ID"))),
        Wanted::Name(name) | Wanted::Either(name) => match one_named(name, partners)? {
            Some(at) => Ok(partners[at].id.as_str()),
            None => Err(nobody_named(name, partners)),
        },
    }
}

/// Whether this looks like the IDs seen so far. It decides how many requests are made, never which partner is meant.
pub(super) fn has_form_of_id(text: &str) -> bool {
    text.len() == 17 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The only partner of that name, or `None`. Fails with [`Kind::Usage`] where there are several.
pub(super) fn one_named(name: &str, partners: &[Partner<'_>]) -> Result<Option<usize>, Error> {
    let mut named = partners.iter().enumerate().filter(|(_, partner)| partner.name.as_str() == name);
    let first = named.next().map(|(at, _)| at);
    let ids: Vec<&str> = first.into_iter().chain(named.map(|(at, _)| at)).map(|at| partners[at].id.as_str()).collect();
    if ids.len() < 2 {
        return Ok(first);
    }
    Err(Error::new(Kind::Usage, format!("{} partners are named '{name}': {}", ids.len(), ids.join(", ")))
        .hint("Say which one by its ID. Nothing was done."))
}

fn nobody_named(name: &str, partners: &[Partner<'_>]) -> Error {
    let near = nearest(name, partners);
    let hint = if near.is_empty() {
        "`strigo partners list` shows the partners.".to_owned()
    } else {
        let names: Vec<String> = near.iter().map(|name| format!("'{name}'")).collect();
        format!("Did you mean {}? `strigo partners list` shows all.", names.join(" or "))
    };
    Error::new(Kind::NotFound, "no partner has that name").hint(hint)
}

/// The names most like `name`, whatever their case, the nearest first.
fn nearest<'p>(name: &str, partners: &'p [Partner<'_>]) -> Vec<&'p str> {
    let wanted = name.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let slips = strsim::osa_distance(&wanted, &name);
        let is_slip = slips <= SLIPS && slips * 2 <= wanted.chars().count();
        let likeness = strsim::jaro_winkler(&wanted, &name);
        (is_slip || likeness >= NEAR).then_some(likeness)
    };
    let mut near: Vec<(f64, &str)> =
        partners.iter().map(|partner| partner.name.as_str()).filter_map(|name| Some((likeness(name)?, name))).collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().map(|(_, name)| name).take(MOST_NAMES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[{"id":"1","name":"Acme Training"},{"id":"2","name":"Acme Academy"},
        {"id":"3","name":"twin"},{"id":"4","name":"twin"},{"id":"5","name":"Globex"}]"#;

    fn partners() -> Vec<Partner<'static>> {
        serde_json::from_str(LIST).unwrap()
    }

    #[test]
    fn an_argument_says_what_it_is() {
        let id = |id, is_guessed| Wanted::Id { id, is_guessed };
        assert_eq!(Wanted::read("yCoaiix2pRjxMjCn7").unwrap(), id("yCoaiix2pRjxMjCn7", true));
        assert_eq!(Wanted::read("id:x").unwrap(), id("x", false));
        assert_eq!(Wanted::read("name:yCoaiix2pRjxMjCn7").unwrap(), Wanted::Name("yCoaiix2pRjxMjCn7"));
        assert_eq!(Wanted::read("name:id:x").unwrap(), Wanted::Name("id:x"));
        assert_eq!(Wanted::read("Acme").unwrap(), Wanted::Either("Acme"));
        assert_eq!(Wanted::read("yCoaiix2pRjxMjCn_").unwrap(), Wanted::Either("yCoaiix2pRjxMjCn_"));
        for text in ["", "id:", "name:"] {
            assert_eq!(Wanted::read(text).unwrap_err().kind(), Kind::Usage);
        }
    }

    #[test]
    fn names_are_exact_and_twins_are_told_apart_by_id() {
        assert_eq!(one_named("Globex", &partners()).unwrap(), Some(4));
        assert_eq!(one_named("globex", &partners()).unwrap(), None);
        let error = one_named("twin", &partners()).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.to_string().ends_with("3, 4"), "{error}");
    }

    #[test]
    fn the_nearest_names_are_offered() {
        assert_eq!(nearest("acme trainin", &partners()), ["Acme Training"]);
        assert_eq!(nearest("GLOBEX", &partners()), ["Globex"]);
        assert_eq!(nearest("zzz", &partners()), [""; 0]);
        assert_eq!(nearest("twni", &partners()), ["twin"]);
        assert_eq!(nearest("gl0b3x", &partners()), ["Globex"]);
        assert_eq!(nearest("Acme", &partners()), ["Acme Academy", "Acme Training"]);
    }
}
