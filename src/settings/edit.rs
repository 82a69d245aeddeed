//! Edits of the config file's text, which keep what the user has written: comments, order, spacing, other profiles. A
//! comment above a removed key goes with it.

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::config::{DEFAULT_PROFILE_KEY, Profile};
use crate::http::secret::Secret;

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

/// Sets the credentials of a profile, or of the top level, in `text`. Returns `None` if `text` is no config file.
pub fn set_credentials(text: &str, profile: Option<&str>, new: &NewCredentials<'_>) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let table = profile_table(&mut document, profile)?;
    set_value(table, "org_id", new.org_id);
    set_value(table, "api_key", new.api_key.expose());
    table.remove("api_key_command");
    if let Some(endpoint) = new.endpoint {
        set_value(table, "endpoint", endpoint);
    }
    Some(document.to_string())
}

/// Sets the name of the default profile in `text`, or removes it, so that the top level is the default. Returns `None` if
/// `text` is not TOML.
pub fn set_default_profile(text: &str, name: Option<&str>) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    match name {
        Some(name) => set_value(document.as_table_mut(), DEFAULT_PROFILE_KEY, name),
        None => drop(document.remove(DEFAULT_PROFILE_KEY)),
    }
    Some(document.to_string())
}

/// Removes a profile, or the credentials of the top level, from `text`. A removed profile is no longer the default. Returns
/// `None` if `text` is not TOML.
pub fn remove_credentials(text: &str, profile: Option<&str>) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let Some(name) = profile else {
        Profile::KEYS.iter().for_each(|key| drop(document.remove(key)));
        return Some(document.to_string());
    };
    if let Some(profiles) = document.get_mut("profiles").and_then(Item::as_table_like_mut) {
        profiles.remove(name);
    }
    if document.get(DEFAULT_PROFILE_KEY).and_then(Item::as_str) == Some(name) {
        document.remove(DEFAULT_PROFILE_KEY);
    }
    Some(document.to_string())
}

/// Returns the table of a profile. A missing one is created in the style of the file's other profiles.
fn profile_table<'a>(document: &'a mut DocumentMut, profile: Option<&str>) -> Option<&'a mut dyn TableLike> {
    let top_level = document.as_table_mut();
    let Some(name) = profile else { return Some(top_level) };
    let profiles = top_level.entry("profiles").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let new_table = match profiles {
        Item::Value(_) => Item::Value(Value::InlineTable(InlineTable::new())),
        _ => Item::Table(Table::new()),
    };
    profiles.as_table_like_mut()?.entry(name).or_insert(new_table).as_table_like_mut()
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
        assert_eq!(stored("# mine\n\n", None), format!("{values}# mine\n\n"));
        let text = stored("[profiles.x]\norg_id = 'x'\n", None);
        assert_eq!(text, format!("{values}[profiles.x]\norg_id = 'x'\n"));
    }

    #[test]
    fn default_profile_is_set_in_place_and_removed() {
        let set = |text: &str, name| set_default_profile(text, name).unwrap().to_string();
        assert_eq!(set("", Some("x")), "default_profile = \"x\"\n");
        let text = set("# mine\n\n[profiles.x] # odd\norg_id = 'x'\n", Some("x"));
        assert_eq!(text, "default_profile = \"x\"\n# mine\n\n[profiles.x] # odd\norg_id = 'x'\n");
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
    fn set_credentials_keeps_values_in_file_with_mixed_line_ends() {
        let text = "org_id = 'a'\r\nendpoint = \"\"\"x\ny\r\nz\"\"\"\r\n[profiles.x]\r\n";
        let new = stored(text, Some("x"));
        assert_eq!(profile(&new, None).unwrap().endpoint, profile(text, None).unwrap().endpoint, "{new:?}");
        assert_eq!(profile(&new, Some("x")).unwrap().org_id.unwrap(), "newOrg");
    }

    #[test]
    fn remove_credentials_keeps_other_content() {
        let text = removed(LONG, None);
        assert!(text.contains("[profiles.\"a.b\"] # odd\n"), "{text}");
        let text = removed(LONG, Some("a.b"));
        assert!(text.contains("\n\n[profiles.last]\n") && !text.contains("a.b"), "{text}");
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
            prop_assert_eq!(removed(&gone, name), gone);
            let switched = set_default_profile(&text, Some("a")).unwrap();
            prop_assert_eq!(others(&switched, Some("none")), others(&text, Some("none")), "{}", switched);
            prop_assert_eq!(comments(&switched), comments(&text), "{}", switched);
            let config = Config::parse(&switched, &"test").unwrap();
            prop_assert_eq!(config.default_profile(), Some("a"));
        }
    }
}
