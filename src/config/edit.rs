//! The config file's text, changed where it has to be. What a person has put there stays: comments, order, spacing and
//! the other profiles.

use std::ops::Range;

use secrecy::zeroize::Zeroizing;
use toml_edit::{Document, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::api::credentials::ApiKey;
use crate::error::{Error, Kind};

/// What a profile holds of one's own.
const OWN_KEYS: [&str; 4] = ["org_id", "api_key", "api_key_command", "endpoint"];

/// What is put into a profile.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// The organization's ID.
    pub org_id: &'a str,
    /// The organization's API key; it takes the place of a command that prints one.
    pub api_key: &'a ApiKey,
    /// The endpoint; without one, what is there stays.
    pub endpoint: Option<&'a str>,
}

/// `text` with this in the profile of that name, or at the top level. Fails with [`Kind::Config`] where `text` is not
/// TOML, or something else stands where the profile would.
pub fn store(text: &str, profile: Option<&str>, sign_in: &SignIn<'_>) -> Result<Zeroizing<String>, Error> {
    let has_crlf = text.contains("\r\n");
    let (mark, text) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => (BYTE_ORDER_MARK, text),
        None => ("", text),
    };
    let text = without(text, profile, &["api_key_command"])?;
    let mut document: DocumentMut = text.parse().map_err(|_| not_toml())?;
    // What is put where nothing is has no place among comments that would be pushed aside: it is written by itself.
    let is_new = profile.is_none() && !OWN_KEYS.iter().any(|key| document.contains_key(key));
    let rest = is_new.then(|| std::mem::take(&mut document));
    let table = table_for(&mut document, profile).ok_or_else(not_toml)?;
    put(table, "org_id", sign_in.org_id);
    put(table, "api_key", sign_in.api_key.expose());
    if let Some(endpoint) = sign_in.endpoint {
        put(table, "endpoint", endpoint);
    }
    let new = Zeroizing::new(match rest {
        None => format!("{mark}{document}"),
        // Only comments: they are a heading.
        Some(rest) if rest.is_empty() => {
            let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{mark}{}{newline}{document}", *text)
        }
        // Values come before the first table, in TOML.
        Some(_) => format!("{mark}{document}\n{}", text.trim_start_matches(['\r', '\n'])),
    });
    Ok(if has_crlf { Zeroizing::new(new.replace("\r\n", "\n").replace('\n', "\r\n")) } else { new })
}

/// What some editors put before a text in UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// `text` without the values of the profile of that name, or of the top level. Fails with [`Kind::Config`] where `text`
/// is not TOML.
pub fn remove(text: &str, profile: Option<&str>) -> Result<Zeroizing<String>, Error> {
    without(text, profile, &OWN_KEYS)
}

fn not_toml() -> Error {
    Error::new(Kind::Config, "the config file is not as it should be")
}

/// The table of a profile, made if need be, as the file writes its profiles.
fn table_for<'a>(document: &'a mut DocumentMut, profile: Option<&str>) -> Option<&'a mut dyn TableLike> {
    let top = document.as_table_mut();
    let Some(name) = profile else { return Some(top) };
    let profiles = top.entry("profiles").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let is_inline = profiles.is_inline_table();
    let new = || match is_inline {
        true => Item::Value(Value::InlineTable(InlineTable::new())),
        false => Item::Table(Table::new()),
    };
    profiles.as_table_like_mut()?.entry(name).or_insert_with(new).as_table_like_mut()
}

/// Sets a value; where there is one already, what stands around it stays.
fn put(table: &mut dyn TableLike, key: &str, text: &str) {
    let mut new = Value::from(text);
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            new.decor_mut().clone_from(old.decor());
            *old = new;
        }
        None => drop(table.insert(key, Item::Value(new))),
    }
}

/// What is in the place of a profile, or the whole document.
fn find<'a>(document: &'a Document<&str>, profile: Option<&str>) -> Option<&'a Item> {
    match profile {
        None => Some(document.as_item()),
        Some(name) => document.get("profiles")?.as_table_like()?.get(name),
    }
}

/// `text` without these keys of a profile; without all of them, the profile's own header goes too. The lines are cut
/// out of the text, so that no comment above them is lost with them.
fn without(text: &str, profile: Option<&str>, keys: &[&str]) -> Result<Zeroizing<String>, Error> {
    let document = Document::parse(text).map_err(|_| not_toml())?;
    let place = find(&document, profile);
    if let (Some(Item::Value(_)), Some(name)) = (place, profile) {
        return without_inline(text, name, keys);
    }
    let Some(table) = place.and_then(Item::as_table) else { return Ok(Zeroizing::new(text.to_owned())) };
    let mut cuts: Vec<Range<usize>> = keys.iter().filter_map(|key| lines_of(text, table, key)).collect();
    if profile.is_some()
        && keys == OWN_KEYS
        && let Some(span) = table.span().filter(|_| !table.is_dotted() && !table.is_implicit())
    {
        let header = whole_lines(text, span.start..span.start + 1);
        cuts.push(header.start - blank_before(&text[..header.start])..header.end);
    }
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut from = 0;
    for cut in cuts {
        kept.push_str(&text[from..cut.start.max(from)]);
        from = cut.end.max(from);
    }
    kept.push_str(&text[from..]);
    Ok(kept)
}

/// The lines that a key and its value take.
fn lines_of(text: &str, table: &Table, key: &str) -> Option<Range<usize>> {
    let (key, item) = table.get_key_value(key)?;
    Some(whole_lines(text, key.span()?.start..item.span()?.end))
}

fn whole_lines(text: &str, part: Range<usize>) -> Range<usize> {
    let start = text[..part.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[part.end..].find('\n').map_or(text.len(), |at| part.end + at + 1);
    start..end
}

/// The length in bytes of the blank lines at the end of `text`.
fn blank_before(text: &str) -> usize {
    let content = text.trim_end();
    let rest = &text[content.len()..];
    // The first newline ends the last line that is not blank.
    if content.is_empty() { rest.len() } else { rest.find('\n').map_or(0, |at| rest.len() - at - 1) }
}

/// Profiles within one line: there are no comments that could be lost.
fn without_inline(text: &str, profile: &str, keys: &[&str]) -> Result<Zeroizing<String>, Error> {
    let mut document: DocumentMut = text.parse().map_err(|_| not_toml())?;
    let profiles = document.get_mut("profiles").and_then(Item::as_table_like_mut).ok_or_else(not_toml)?;
    if keys == OWN_KEYS {
        profiles.remove(profile);
    } else if let Some(table) = profiles.get_mut(profile).and_then(Item::as_table_like_mut) {
        keys.iter().for_each(|key| drop(table.remove(key)));
    }
    Ok(Zeroizing::new(document.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Profile};
    use super::*;
    use proptest::prelude::*;

    fn stored(text: &str, profile: Option<&str>) -> String {
        let api_key = ApiKey::new("new-key".to_owned());
        let sign_in = SignIn { org_id: "newOrg", api_key: &api_key, endpoint: None };
        store(text, profile, &sign_in).unwrap().to_string()
    }

    fn removed(text: &str, profile: Option<&str>) -> String {
        remove(text, profile).unwrap().to_string()
    }

    fn profile(text: &str, name: Option<&str>) -> Option<Profile> {
        Config::parse(text, &"test").unwrap().profile(name).cloned()
    }

    const LONG: &str = "\
# Ours, since 2024.

# production
org_id = 'old' # theirs
api_key   = \"old\"  # rotated in May

[profiles.\"a.b\"] # odd
  # from ops
  org_id = 'ab'
  api_key_command = [
    \"pass\", # ours
    \"show\",
  ]

[profiles.last]
org_id = 'last'
api_key = 'last-key'
# the end";

    #[test]
    fn values_are_replaced_where_they_stand() {
        let expected = LONG
            .replace("'old' # theirs", "\"newOrg\" # theirs")
            .replace("\"old\"  # rotated", "\"new-key\"  # rotated");
        assert_eq!(stored(LONG, None), expected);
    }

    #[test]
    fn a_key_takes_the_place_of_a_command_and_comments_stay() {
        let text = stored(LONG, Some("a.b"));
        let part =
            "[profiles.\"a.b\"] # odd\n  # from ops\n  org_id = \"newOrg\"\napi_key = \"new-key\"\n\n[profiles.last]\n";
        assert!(text.contains(part), "{text}");
    }

    #[test]
    fn a_new_profile_gets_a_section_of_its_own() {
        let text = stored("org_id = 'a'\n", Some("x y"));
        assert_eq!(text, "org_id = 'a'\n\n[profiles.\"x y\"]\norg_id = \"newOrg\"\napi_key = \"new-key\"\n");
        assert_eq!(removed(&text, Some("x y")), "org_id = 'a'\n");
        let text = stored("profiles = { a = { org_id = 'a' } }\n", Some("b"));
        assert_eq!(profile(&text, Some("b")).unwrap().org_id.unwrap(), "newOrg");
        assert_eq!(profile(&text, Some("a")).unwrap().org_id.unwrap(), "a");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn an_empty_file_and_one_of_comments_get_the_values_at_their_end() {
        let values = "org_id = \"newOrg\"\napi_key = \"new-key\"\n";
        assert_eq!(stored("", None), values);
        assert_eq!(stored("# mine\n\n", None), format!("# mine\n\n{values}"));
        assert_eq!(stored("# mine", None), format!("# mine\n{values}"));
        assert_eq!(removed(&format!("# mine\n{values}"), None), "# mine\n");
        let text = stored("[profiles.x]\norg_id = 'x'\n", None);
        assert_eq!(text, format!("{values}\n[profiles.x]\norg_id = 'x'\n"));
    }

    #[test]
    fn a_file_of_another_editor_stays_as_that_has_it() {
        let text = stored("\u{feff}# mine\r\norg_id = 'a'\r\n\r\n[profiles.x]\r\norg_id = 'x'\r\n", None);
        let expected =
            "\u{feff}# mine\r\norg_id = \"newOrg\"\r\napi_key = \"new-key\"\r\n\r\n[profiles.x]\r\norg_id = 'x'\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn removing_takes_the_values_and_nothing_else() {
        let text = removed(LONG, None);
        assert!(text.starts_with("# Ours, since 2024.\n\n# production\n\n[profiles.\"a.b\"] # odd\n"), "{text}");
        let text = removed(LONG, Some("a.b"));
        assert!(text.contains("# rotated in May\n  # from ops\n\n[profiles.last]\n"), "{text}");
        let text = removed(LONG, Some("last"));
        assert!(text.ends_with("  ]\n# the end"), "{text}");
        assert_eq!(removed(LONG, Some("other")), LONG);
        assert_eq!(removed("[profiles.x]\n", None), "[profiles.x]\n");
        assert_eq!(removed("[profiles.x]\n", Some("x")), "");
    }

    #[test]
    fn other_ways_to_write_profiles_are_understood() {
        for text in [
            "profiles.x.org_id = 'x'\nprofiles.x.api_key = 'k'\nprofiles.y.org_id = 'y'\n",
            "[profiles]\nx.org_id = 'x'\nx.api_key = 'k'\ny.org_id = 'y'\n",
            "[profiles]\nx = { org_id = 'x', api_key_command = ['c'] }\ny = { org_id = 'y' }\n",
            "profiles = { x = { org_id = 'x' }, y = { org_id = 'y' } }\n",
            "[profiles.x]\r\norg_id = 'x'\r\napi_key_command = ['c']\r\n[profiles.y]\r\norg_id = 'y'\r\n",
        ] {
            let new = stored(text, Some("x"));
            let x = profile(&new, Some("x")).unwrap();
            assert!(x.api_key.is_some() && x.api_key_command.is_none(), "{new}");
            assert_eq!(x.org_id.unwrap(), "newOrg");
            for text in [text, &new] {
                let gone = removed(text, Some("x"));
                assert!(profile(&gone, Some("x")).is_none(), "{gone}");
                assert_eq!(profile(&gone, Some("y")).unwrap().org_id.unwrap(), "y");
            }
        }
    }

    /// Files as people write them: comments, values and profiles in many orders.
    fn files() -> impl Strategy<Value = String> {
        let comment =
            prop::option::of("# [a-z =\\[\\]\"']{0,12}").prop_map(|c| c.map(|c| c + "\n").unwrap_or_default());
        let blank = prop::sample::select(vec!["", "\n", "\n\n"]);
        let value = (comment.clone(), prop::option::of("[a-z]{1,5}"), "[ ]{0,2}", prop::option::of(" # [a-z]{0,5}"));
        let line =
            |key: &'static str, (comment, value, space, note): (String, Option<String>, String, Option<String>)| {
                let line = value.map(|value| format!("{space}{key}{space} = '{value}'{}\n", note.unwrap_or_default()));
                comment + &line.unwrap_or_default()
            };
        let values = (value.clone(), value.clone(), value)
            .prop_map(move |(a, b, c)| line("org_id", a) + &line("api_key", b) + &line("endpoint", c));
        let (before, of) = (comment.clone(), values.clone());
        let section = move |name: &'static str| {
            (blank.clone(), before.clone(), of.clone())
                .prop_map(move |(blank, comment, values)| format!("{blank}{comment}[profiles.{name}]\n{values}"))
        };
        let sections = prop::sample::subsequence(vec!["a", "b", "c"], 0..=3)
            .prop_flat_map(move |names| names.into_iter().map(section.clone()).collect::<Vec<_>>());
        (values.clone(), sections, comment.clone()).prop_map(|(top, sections, end)| top + &sections.concat() + &end)
    }

    fn comments(text: &str) -> Vec<String> {
        let whole = |line: &&str| line.starts_with('#');
        text.lines().map(str::trim).filter(whole).map(str::to_owned).collect()
    }

    fn others(text: &str, but: Option<&str>) -> Vec<String> {
        let names = [None, Some("a"), Some("b"), Some("c")];
        names.iter().filter(|name| **name != but).map(|name| format!("{:?}", profile(text, *name))).collect()
    }

    proptest! {
        #[test]
        fn whatever_is_stored_or_removed_the_rest_stays(
            text in files(),
            name in prop::sample::select(vec![None, Some("a"), Some("b")]),
        ) {
            let new = stored(&text, name);
            let is_new = profile(&new, name).unwrap();
            prop_assert_eq!(is_new.org_id.as_deref(), Some("newOrg"));
            prop_assert!(is_new.api_key.is_some());
            prop_assert_eq!(others(&new, name), others(&text, name), "{}", new);
            prop_assert_eq!(comments(&new), comments(&text), "{}", new);
            let gone = removed(&new, name);
            prop_assert_eq!(others(&gone, name), others(&text, name), "{}", gone);
            prop_assert_eq!(comments(&gone), comments(&text), "{}", gone);
            prop_assert_eq!(removed(&gone, name), gone);
        }
    }
}
