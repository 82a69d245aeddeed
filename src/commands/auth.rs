//! `strigo auth`.

use std::path::Path;

use anyhow::{Context as _, Result};
use secrecy::zeroize::Zeroizing;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Surroundings, complete, tell};
use crate::api::calls;
use crate::api::credentials::{ApiKey, WHERE_KEYS_ARE};
use crate::api::{self, Client, Event};
use crate::cli::{AuthCommand, LoginArgs};
use crate::config::{edit, file};
use crate::error::{Error, Kind, Report};
use crate::output::{Output, Record};
use crate::prompt::Prompt;
use crate::settings::{Found, Place, Settings, ShownKey};
use crate::text::escape::visible;

pub(super) fn run(command: AuthCommand, output: Output, around: Surroundings<'_>) -> Result<()> {
    match command {
        AuthCommand::Login(args) => login(&args, around),
        AuthCommand::Status { offline } => status(offline, output, &around),
        AuthCommand::Logout => logout(&around),
    }
}

fn login(args: &LoginArgs, mut around: Surroundings<'_>) -> Result<()> {
    let (path, profile) = around.sources.target()?;
    let path = path.to_owned();
    if profile.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Error::new(Kind::Usage, "a profile's name cannot be empty").into());
    }
    // Before anything is asked: a file that cannot be read could not be written either.
    let before = around.sources.target_profile()?.unwrap_or_default();
    let (org_id, key) = ask(args, before.org_id.as_deref(), &mut around)?;
    let settings = around.sources.settings_for(&org_id, &key, "what auth login was given", &before)?;
    settings.credentials()?.authorization()?;
    let checked = match args.no_verify {
        true => "it was not tried on the API".to_owned(),
        false => format!("the API takes it and shows {}", partners(verify(&settings, &around)?)),
    };
    let endpoint = around.sources.endpoint_flag().map(|_| settings.endpoint.to_string());
    let new = edit::SignIn { org_id: &org_id, api_key: &key, endpoint: endpoint.as_deref() };
    update(&path, &around, |text| edit::store(text, profile.as_deref(), &new))?;
    let notes = around.notes;
    notes.note(&format!("Signed in to organization '{org_id}': {checked}."));
    notes.note(&format!("The pair is saved {}, which only you can read.", in_words(&path, profile.as_deref())));
    if before.api_key_command.is_some() {
        notes.note("The api_key_command that was there is gone, since the key is there now.");
    }
    if settings.endpoint_source == "STRIGO_API_ENDPOINT" {
        notes.note(&format!(
            "The endpoint {} comes from STRIGO_API_ENDPOINT and is not saved: give it with --endpoint for that.",
            settings.endpoint
        ));
    }
    warn_of_environment(&around);
    Ok(())
}

/// Changes the config file. A signal waits until that is done, so that no half of it, with a key, is left behind.
fn update(
    path: &Path,
    around: &Surroundings<'_>,
    change: impl FnOnce(&str) -> Result<Zeroizing<String>, Error>,
) -> Result<(), Error> {
    around.interrupts.hold();
    let updated = file::update(path, change);
    around.interrupts.release();
    updated
}

/// The number of partners that the API shows, before anything is saved.
fn verify(settings: &Settings, around: &Surroundings<'_>) -> Result<usize> {
    let unsaved = |error: Error| {
        let error = error.and_hint("Nothing was saved.");
        error.hint_where(Kind::Unavailable, || "With --no-verify the pair is saved without being tried.".to_owned())
    };
    check(settings, around).map_err(unsaved).context("cannot sign in")
}

/// The pair: from flags and stdin as far as they have it, and from the person for the rest.
fn ask(args: &LoginArgs, usual: Option<&str>, around: &mut Surroundings<'_>) -> Result<(String, ApiKey), Error> {
    let Surroundings { notes, interrupts, .. } = *around;
    let stdin = std::mem::replace(&mut around.stdin, crate::process::Input::empty());
    let prompt = Prompt::new(stdin, interrupts, notes);
    let can_do_without = args.org_id.is_some() && args.key_stdin;
    if !prompt.has_person() && !can_do_without {
        let missing = match (&args.org_id, args.key_stdin) {
            (None, false) => "the organization ID and the API key are",
            (None, true) => "the organization ID is",
            (Some(_), _) => "the API key is",
        };
        let message = format!("{missing} missing, and without a terminal nobody can be asked");
        return Err(Error::new(Kind::Usage, message).hint(
            "Give the ID with --org-id and the key on stdin with --key-stdin. A job needs no login: it can have both in \
             STRIGO_ORG_ID and STRIGO_API_KEY.",
        ));
    }
    if !can_do_without {
        notes.question(&format!("An owner of the organization finds its ID and its API key at {WHERE_KEYS_ARE}.\n"));
    }
    let org_id = match (&args.org_id, usual) {
        (Some(id), _) => id.trim().to_owned(),
        (None, Some(usual)) => prompt.ask(&format!("Organization ID [{}]: ", visible(usual)), Some(usual))?,
        (None, None) => prompt.ask("Organization ID: ", None)?,
    };
    let key = match prompt.has_person() {
        true => prompt.ask_unseen("API key (it is not shown): ")?,
        false => prompt.read_piped()?,
    };
    let key = ApiKey::new(key.to_string());
    match (org_id.is_empty(), key.is_empty()) {
        (true, _) => Err(Error::new(Kind::Usage, "the organization ID is empty")),
        (_, true) => Err(Error::new(Kind::Usage, "stdin has no key in its first line")),
        _ => Ok((org_id, key)),
    }
}

/// How many partners the API shows to this pair.
fn check(settings: &Settings, around: &Surroundings<'_>) -> Result<usize, Error> {
    let watch = |event: &Event<'_>| tell(around.notes, event);
    let Surroundings { clock, interrupts, .. } = *around;
    let around = api::Surroundings { watch: &watch, clock, interrupts };
    let client = Client::new(&settings.endpoint, &settings.credentials()?, settings.options, around)?;
    Ok(client.send(&calls::list_partners())?.get()?.len())
}

fn partners(count: usize) -> String {
    format!("{count} partner{}", if count == 1 { "" } else { "s" })
}

/// The place in the config file that a profile has, or the top level.
fn in_words(path: &Path, profile: Option<&str>) -> String {
    match profile {
        None => format!("at the top level of {}", path.display()),
        Some(name) => format!("in profile '{name}' of {}", path.display()),
    }
}

fn warn_of_environment(around: &Surroundings<'_>) {
    let what = match around.sources.environment() {
        Ok(false) => return,
        Ok(true) => "STRIGO_ORG_ID and STRIGO_API_KEY are set, and come".to_owned(),
        Err(half) => format!("{half}, and that comes"),
    };
    around.notes.warning(&format!("{what} before the config file unless --profile is given."));
}

fn logout(around: &Surroundings<'_>) -> Result<()> {
    let (path, profile) = around.sources.target()?;
    let before = around.sources.present_target()?;
    let place = in_words(path, profile.as_deref());
    // A profile without values has a header, which goes too.
    if profile.is_none() && before.is_empty() {
        return Err(Error::new(Kind::Config, format!("there is nothing to be removed {place}"))
            .hint("`strigo auth status` shows what there is.")
            .into());
    }
    update(path, around, |text| edit::remove(text, profile.as_deref()))?;
    around.sources.cache_dir().into_iter().for_each(complete::forget);
    let notes = around.notes;
    notes.note(&format!("Signed out: what was {place} is removed."));
    notes.note(&match before.api_key_command {
        Some(_) => "The key is still where its api_key_command found it.".to_owned(),
        None => format!("The key itself goes on working, until an owner replaces it at {WHERE_KEYS_ARE}."),
    });
    warn_of_environment(around);
    Ok(())
}

/// Where a pair is and what becomes of it.
#[derive(Serialize)]
struct Status {
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    in_force: bool,
    org_id: Option<String>,
    /// Masked.
    api_key: Option<String>,
    key_from: Option<String>,
    endpoint: Option<String>,
    endpoint_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The file's permissions, in octal.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
    /// Whether the API takes the pair; nothing where it was not asked.
    works: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partners: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Box<RawValue>>,
    /// In words, for people.
    #[serde(skip)]
    outcome: String,
}

impl Record for Status {
    const COLUMNS: &'static [&'static str] = &[
        "SOURCE",
        "PROFILE",
        "IN_FORCE",
        "ORG_ID",
        "API_KEY",
        "KEY_FROM",
        "ENDPOINT",
        "ENDPOINT_FROM",
        "FILE",
        "MODE",
        "STATUS",
    ];

    fn id(&self) -> &str {
        text(&self.org_id)
    }

    fn cells(&self) -> impl AsRef<[&str]> {
        [
            self.source,
            text(&self.profile),
            if self.in_force { "yes" } else { "no" },
            text(&self.org_id),
            text(&self.api_key),
            text(&self.key_from),
            text(&self.endpoint),
            text(&self.endpoint_from),
            text(&self.file),
            text(&self.mode),
            &self.outcome,
        ]
    }
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

fn status(offline: bool, mut output: Output, around: &Surroundings<'_>) -> Result<()> {
    let sources = around.sources;
    let found = sources.survey()?;
    sources.warning().iter().for_each(|warning| around.notes.warning(warning));
    let mut in_force = None;
    let mut rows = Vec::new();
    for found in found {
        let outcome = outcome(&found, offline, around);
        rows.push(row(&found, &outcome, sources.config_path()));
        if found.in_force {
            in_force = Some(outcome);
        }
    }
    show(rows, &mut output)?;
    output.flush()?;
    match in_force {
        Some(outcome) => outcome.map(drop).context("the credentials in force do not work"),
        // Says that there are none.
        None => Ok(sources.settings()?.org_id().map(drop)?),
    }
}

/// The number of partners that the API shows, or nothing where it is not asked.
fn outcome(found: &Found, offline: bool, around: &Surroundings<'_>) -> Result<Option<usize>, Error> {
    let settings = found.settings.as_ref().map_err(Clone::clone)?;
    settings.org_id()?;
    if offline { Ok(None) } else { check(settings, around).map(Some) }
}

fn row(found: &Found, outcome: &Result<Option<usize>, Error>, config: Option<&Path>) -> Status {
    let settings = found.settings.as_ref().ok();
    let (api_key, key_from) = match (settings.and_then(|settings| settings.shown_key().ok()), &found.place) {
        (Some(ShownKey::Masked(key)), Place::Environment) => (Some(key), Some("STRIGO_API_KEY".to_owned())),
        (Some(ShownKey::Masked(key)), Place::File(_)) => (Some(key), Some("api_key".to_owned())),
        (Some(ShownKey::PrintedBy(program)), _) => (None, Some(format!("api_key_command '{program}'"))),
        (None, _) => (None, None),
    };
    let (source, profile) = match &found.place {
        Place::Environment => ("environment", None),
        Place::File(name) => ("file", name.clone()),
    };
    let config = config.filter(|_| found.place != Place::Environment);
    let report = |error: &Error| anyhow::Error::from(error.clone());
    Status {
        source,
        profile,
        in_force: found.in_force,
        org_id: settings.and_then(|settings| settings.org_id().ok()).map(str::to_owned),
        api_key,
        key_from,
        endpoint: settings.map(|settings| settings.endpoint.to_string()),
        endpoint_from: settings.map(|settings| settings.endpoint_source.clone()),
        file: config.map(|path| path.display().to_string()),
        mode: config.and_then(file::mode).map(|mode| format!("{mode:04o}")),
        works: outcome.as_ref().map_or(Some(false), |count| count.map(|_| true)),
        partners: outcome.as_ref().ok().copied().flatten(),
        error: outcome
            .as_ref()
            .err()
            .and_then(|error| serde_json::value::to_raw_value(&Report::new(&report(error)).body()).ok()),
        outcome: match outcome {
            Ok(Some(count)) => format!("works: the API shows {}", partners(*count)),
            Ok(None) => "not tried".to_owned(),
            Err(error) => error.to_string(),
        },
    }
}

/// A table would be too wide for any terminal, so that people get a paragraph for each place.
fn show(rows: Vec<Status>, output: &mut Output) -> Result<()> {
    if !output.is_table() {
        let raw = serde_json::to_string(&rows)?;
        return Ok(output.list(&raw, rows)?);
    }
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            output.line("")?;
        }
        for line in paragraph(row) {
            output.line(&visible(&line))?;
        }
    }
    Ok(())
}

fn paragraph(row: &Status) -> Vec<String> {
    let name = match (row.source, &row.profile) {
        ("environment", _) => "environment".to_owned(),
        (_, None) => "top level of the config file".to_owned(),
        (_, Some(name)) => format!("profile '{name}'"),
    };
    let mut lines = vec![format!("{name}{}", if row.in_force { " (in force)" } else { "" })];
    let mut add = |label: &str, value: String| lines.push(format!("  {label:<13} {value}"));
    if let Some(id) = &row.org_id {
        add("organization", id.clone());
    }
    match (&row.api_key, &row.key_from) {
        (Some(key), Some(from)) => add("API key", format!("{key} ({from})")),
        (None, Some(from)) => add("API key", format!("by {from}")),
        _ => {}
    }
    if let (Some(endpoint), Some(from)) = (&row.endpoint, &row.endpoint_from) {
        add("endpoint", format!("{endpoint} ({from})"));
    }
    if let Some(file) = &row.file {
        let mode = row.mode.as_ref().map(|mode| format!(" (mode {mode})")).unwrap_or_default();
        add("file", format!("{file}{mode}"));
    }
    add("status", row.outcome.clone());
    lines
}
