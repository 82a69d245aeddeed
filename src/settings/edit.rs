//! Edits of the config file's text, which keep what the user has written: comments, order, spacing, other profiles.
//!
//! toml_edit writes values. It is not used to remove them, because it would also remove the comments above them: the lines
//! of a key are cut out of the text by their spans. It is not used to add the first top-level keys either, because it would
//! move the comments at the start of the file. A byte order mark and CRLF, which toml_edit does not keep, are added again.
//!
//! Invariant (a property test checks it): after setting or removing credentials of one profile, all comments and all other
//! profiles are unchanged.

use std::ops::Range;

use toml_edit::{Document, DocumentMut, InlineTable, Item, Table, TableLike, Value};
use zeroize::Zeroizing;

use super::config::{DEFAULT_PROFILE_KEY, Profile};
use crate::http::secret::Secret;

/// The text cannot be edited, because its structure is not that of a config file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnexpectedStructure;

/// The credentials to save.
#[derive(Debug)]
pub struct NewCredentials<'a> {
    /// The organization ID.
    pub org_id: &'a str,
    /// The API key, which replaces an `api_key_command`.
    pub api_key: &'a Secret,
    /// The endpoint; `None` keeps the one that is there.
    pub endpoint: Option<&'a str>,
}

/// Sets the credentials of a profile, or of the top level, in `text`.
///
/// # Errors
///
/// Returns [`UnexpectedStructure`] if `text` is not TOML or has another structure than a config file.
pub fn set_credentials(
    text: &str,
    profile: Option<&str>,
    new: &NewCredentials<'_>,
) -> Result<Zeroizing<String>, UnexpectedStructure> {
    set_values(text, profile, &["api_key_command"], |table| {
        set_value(table, "org_id", new.org_id);
        set_value(table, "api_key", new.api_key.expose());
        if let Some(endpoint) = new.endpoint {
            set_value(table, "endpoint", endpoint);
        }
    })
}

/// Sets the name of the default profile in `text`, or removes it, so that the top level is the default.
///
/// # Errors
///
/// Returns [`UnexpectedStructure`] if `text` is not TOML.
pub fn set_default_profile(text: &str, name: Option<&str>) -> Result<Zeroizing<String>, UnexpectedStructure> {
    match name {
        Some(name) => set_values(text, None, &[], |table| set_value(table, DEFAULT_PROFILE_KEY, name)),
        None => remove_keys(text, None, &[DEFAULT_PROFILE_KEY]),
    }
}

/// Removes keys of a profile, or of the top level, and lets `set` set others.
fn set_values(
    text: &str,
    profile: Option<&str>,
    removed_keys: &[&str],
    set: impl FnOnce(&mut dyn TableLike),
) -> Result<Zeroizing<String>, UnexpectedStructure> {
    // If only some lines end in CRLF, a value of several lines may have both, and would be changed.
    let is_crlf = text.contains("\r\n") && text.matches('\n').count() == text.matches("\r\n").count();
    let (mark, text) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => (BYTE_ORDER_MARK, text),
        None => ("", text),
    };
    let text = remove_keys(text, profile, removed_keys)?;
    let mut document: DocumentMut = text.parse().map_err(|_| UnexpectedStructure)?;
    // New top-level keys are rendered separately and inserted as text; see the module's documentation.
    let mut top_level_keys = Profile::KEYS.iter().chain([&DEFAULT_PROFILE_KEY]);
    let is_first = profile.is_none() && !top_level_keys.any(|key| document.contains_key(key));
    let rest = is_first.then(|| std::mem::take(&mut document));
    set(profile_table_mut(&mut document, profile).ok_or(UnexpectedStructure)?);
    let new = Zeroizing::new(match rest {
        None => format!("{mark}{document}"),
        // A file of comments: they are its heading.
        Some(rest) if rest.is_empty() => {
            let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{mark}{}{newline}{document}", *text)
        }
        // In TOML, top-level keys come before the first table.
        Some(_) => format!("{mark}{document}\n{}", text.trim_start_matches(['\r', '\n'])),
    });
    Ok(if is_crlf { Zeroizing::new(new.replace("\r\n", "\n").replace('\n', "\r\n")) } else { new })
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Removes a profile, or the credentials of the top level, from `text`. A removed profile is no longer the default.
///
/// # Errors
///
/// Returns [`UnexpectedStructure`] if `text` is not TOML.
pub fn remove_credentials(text: &str, profile: Option<&str>) -> Result<Zeroizing<String>, UnexpectedStructure> {
    let text = remove_keys(text, profile, &Profile::KEYS)?;
    let document = Document::parse(&**text).map_err(|_| UnexpectedStructure)?;
    let default_profile = document.get(DEFAULT_PROFILE_KEY).and_then(Item::as_str);
    if profile.is_some() && default_profile == profile { set_default_profile(&text, None) } else { Ok(text) }
}

/// Returns the table of a profile. A missing one is created in the style of the file's other profiles.
fn profile_table_mut<'a>(document: &'a mut DocumentMut, profile: Option<&str>) -> Option<&'a mut dyn TableLike> {
    let top_level = document.as_table_mut();
    let Some(name) = profile else { return Some(top_level) };
    let profiles = top_level.entry("profiles").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let is_inline = profiles.is_inline_table();
    let new_table = || match is_inline {
        true => Item::Value(Value::InlineTable(InlineTable::new())),
        false => Item::Table(Table::new()),
    };
    profiles.as_table_like_mut()?.entry(name).or_insert_with(new_table).as_table_like_mut()
}

/// Sets a value, and keeps the spacing and the comment of an existing one.
fn set_value(table: &mut dyn TableLike, key: &str, text: &str) {
    let mut new = Value::from(text);
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            new.decor_mut().clone_from(old.decor());
            *old = new;
        }
        None => drop(table.insert(key, Item::Value(new))),
    }
}

fn profile_item<'a>(document: &'a Document<&str>, profile: Option<&str>) -> Option<&'a Item> {
    match profile {
        None => Some(document.as_item()),
        Some(name) => document.get("profiles")?.as_table_like()?.get(name),
    }
}

/// Cuts the lines of `keys` out of a profile, or out of the top level. A profile that loses all keys loses its header too.
fn remove_keys(text: &str, profile: Option<&str>, keys: &[&str]) -> Result<Zeroizing<String>, UnexpectedStructure> {
    let document = Document::parse(text).map_err(|_| UnexpectedStructure)?;
    let item = profile_item(&document, profile);
    if let (Some(Item::Value(_)), Some(name)) = (item, profile) {
        return remove_inline_keys(text, name, keys);
    }
    let Some(table) = item.and_then(Item::as_table) else { return Ok(Zeroizing::new(text.to_owned())) };
    let mut removed_ranges: Vec<Range<usize>> =
        keys.iter().filter_map(|key| key_value_lines(text, table, key)).collect();
    if profile.is_some()
        && keys == Profile::KEYS
        && let Some(span) = table.span().filter(|_| !table.is_dotted() && !table.is_implicit())
    {
        let header = expand_to_lines(text, span.start..span.start + 1);
        removed_ranges.push(header.start - trailing_blank_len(&text[..header.start])..header.end);
    }
    removed_ranges.sort_by_key(|range| range.start);
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut from = 0;
    for range in removed_ranges {
        kept.push_str(&text[from..range.start.max(from)]);
        from = range.end.max(from);
    }
    kept.push_str(&text[from..]);
    Ok(kept)
}

fn key_value_lines(text: &str, table: &Table, key: &str) -> Option<Range<usize>> {
    let (key, item) = table.get_key_value(key)?;
    Some(expand_to_lines(text, key.span()?.start..item.span()?.end))
}

fn expand_to_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |index| index + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |index| range.end + index + 1);
    start..end
}

/// Returns the length in bytes of the blank lines at the end of `text`.
fn trailing_blank_len(text: &str) -> usize {
    let content = text.trim_end();
    let rest = &text[content.len()..];
    // The first newline ends the last line that is not blank.
    if content.is_empty() { rest.len() } else { rest.find('\n').map_or(0, |index| rest.len() - index - 1) }
}

/// Removes `keys` from a profile that is an inline table, which contains no comments.
fn remove_inline_keys(text: &str, profile: &str, keys: &[&str]) -> Result<Zeroizing<String>, UnexpectedStructure> {
    let mut document: DocumentMut = text.parse().map_err(|_| UnexpectedStructure)?;
    let profiles = document.get_mut("profiles").and_then(Item::as_table_like_mut).ok_or(UnexpectedStructure)?;
    if keys == Profile::KEYS {
        profiles.remove(profile);
    } else if let Some(table) = profiles.get_mut(profile).and_then(Item::as_table_like_mut) {
        keys.iter().for_each(|key| drop(table.remove(key)));
    }
    Ok(Zeroizing::new(document.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::config::Config;
    use super::*;
    use proptest::prelude::*;

    fn stored(text: &str, profile: Option<&str>) -> String {
        let api_key = Secret::new("new-key".to_owned());
        let new = NewCredentials { org_id: "newOrg", api_key: &api_key, endpoint: None };
        set_credentials(text, profile, &new).unwrap().to_string()
    }

    fn removed(text: &str, profile: Option<&str>) -> String {
        remove_credentials(text, profile).unwrap().to_string()
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
    fn set_credentials_replaces_values_in_place() {
        let expected = LONG
            .replace("'old' # theirs", "\"newOrg\" # theirs")
            .replace("\"old\"  # rotated", "\"new-key\"  # rotated");
        assert_eq!(stored(LONG, None), expected);
    }

    #[test]
    fn set_credentials_replaces_key_command() {
        let text = stored(LONG, Some("a.b"));
        let part =
            "[profiles.\"a.b\"] # odd\n  # from ops\n  org_id = \"newOrg\"\napi_key = \"new-key\"\n\n[profiles.last]\n";
        assert!(text.contains(part), "{text}");
    }

    #[test]
    fn set_credentials_adds_profile_table() {
        let text = stored("org_id = 'a'\n", Some("x y"));
        assert_eq!(text, "org_id = 'a'\n\n[profiles.\"x y\"]\norg_id = \"newOrg\"\napi_key = \"new-key\"\n");
        assert_eq!(removed(&text, Some("x y")), "org_id = 'a'\n");
        let text = stored("profiles = { a = { org_id = 'a' } }\n", Some("b"));
        assert_eq!(profile(&text, Some("b")).unwrap().org_id.unwrap(), "newOrg");
        assert_eq!(profile(&text, Some("a")).unwrap().org_id.unwrap(), "a");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn set_credentials_in_file_without_values() {
        let values = "org_id = \"newOrg\"\napi_key = \"new-key\"\n";
        assert_eq!(stored("", None), values);
        assert_eq!(stored("# mine\n\n", None), format!("# mine\n\n{values}"));
        assert_eq!(stored("# mine", None), format!("# mine\n{values}"));
        assert_eq!(removed(&format!("# mine\n{values}"), None), "# mine\n");
        let text = stored("[profiles.x]\norg_id = 'x'\n", None);
        assert_eq!(text, format!("{values}\n[profiles.x]\norg_id = 'x'\n"));
    }

    #[test]
    fn default_profile_is_set_in_place_and_removed() {
        let set = |text: &str, name| set_default_profile(text, name).unwrap().to_string();
        assert_eq!(set("", Some("x")), "default_profile = \"x\"\n");
        let text = set("# mine\n\n[profiles.x] # odd\norg_id = 'x'\n", Some("x"));
        assert_eq!(text, "default_profile = \"x\"\n\n# mine\n\n[profiles.x] # odd\norg_id = 'x'\n");
        assert_eq!(set(LONG, Some("a.b")).replace("default_profile = \"a.b\"\n", ""), LONG);
        let text = "default_profile = 'x' # for now\norg_id = 'a'\n\n[profiles.x]\n";
        assert_eq!(set(text, Some("y")), text.replace("'x' #", "\"y\" #"));
        assert_eq!(set(text, None), "org_id = 'a'\n\n[profiles.x]\n");
        assert_eq!(set(LONG, None), LONG);
        assert_eq!(removed(text, Some("x")), "org_id = 'a'\n");
        assert_eq!(removed(text, Some("y")), text);
        assert_eq!(removed(text, None), "default_profile = 'x' # for now\n\n[profiles.x]\n");
        assert!(stored("default_profile = 'x'\n", None).starts_with("default_profile = 'x'\norg_id"));
    }

    #[test]
    fn set_credentials_keeps_bom_and_crlf() {
        let text = stored("\u{feff}# mine\r\norg_id = 'a'\r\n\r\n[profiles.x]\r\norg_id = 'x'\r\n", None);
        let expected =
            "\u{feff}# mine\r\norg_id = \"newOrg\"\r\napi_key = \"new-key\"\r\n\r\n[profiles.x]\r\norg_id = 'x'\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn set_credentials_keeps_values_in_file_with_mixed_line_ends() {
        let text = "org_id = 'a'\r\nendpoint = \"\"\"x\ny\r\nz\"\"\"\r\n[profiles.x]\r\n";
        let new = stored(text, Some("x"));
        assert_eq!(profile(&new, None).unwrap().endpoint, profile(text, None).unwrap().endpoint, "{new:?}");
        assert_eq!(profile(&new, Some("x")).unwrap().org_id.unwrap(), "newOrg");
    }

    #[test]
    fn remove_credentials_keeps_other_content() {
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
    fn edit_supports_all_toml_table_styles() {
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
        fn edit_preserves_comments_and_other_profiles(
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
            let switched = set_default_profile(&text, Some("a")).unwrap();
            prop_assert_eq!(others(&switched, Some("none")), others(&text, Some("none")), "{}", *switched);
            prop_assert_eq!(comments(&switched), comments(&text), "{}", *switched);
            let config = Config::parse(&switched, &"test").unwrap();
            prop_assert_eq!(config.default_profile(), Some("a"));
        }
    }
}
