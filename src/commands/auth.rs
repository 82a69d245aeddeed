//! `strigo auth`.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::completion;
use crate::api::credentials::{API_KEY_SETTINGS_URL, Credentials};
use crate::api::{Client, calls};
use crate::cli::{AuthCommand, LoginArgs, SwitchArgs};
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::http::ClientOptions;
use crate::http::endpoint::Endpoint;
use crate::http::secret::Secret;
use crate::invitations::journal::JournalLocation;
use crate::output::{Row, RowPrinter, cells_of_fields};
use crate::process::{InputStream, SignalMode, env_vars};
use crate::prompt::Prompt;
use crate::settings::edit::{NewCredentials, remove_credentials, set_credentials, set_default_profile};
use crate::settings::file;
use crate::settings::journal::JournalSetting;
use crate::settings::{CredentialSource, KeySource, Settings, Sources};
use crate::text::escape::escape_unsafe;
use crate::text::format_count;

/// The source of credentials that `auth login` was given.
const ENTERED: &str = "the values you entered";

const NOTHING_SAVED: &str = "nothing was saved";

pub(super) fn run(command: AuthCommand, ctx: Context<'_>) -> Result<()> {
    match command {
        AuthCommand::Login(args) => login(&args, ctx),
        AuthCommand::Status { offline, output } => {
            let rows = ctx.rows(&output)?;
            status(offline, &rows, &ctx)
        }
        AuthCommand::Switch(args) => switch(&args, &ctx),
        AuthCommand::Logout => logout(&ctx),
    }
}

fn login(args: &LoginArgs, mut ctx: Context<'_>) -> Result<()> {
    // The config file is read before the prompts: if it cannot be read, it could not be written either.
    let sources = Sources::load_for_update(ctx.flags, ctx.env)?;
    let path = sources.require_config_path()?;
    let profile = sources.profile_name()?;
    if profile.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Error::new(ErrorKind::Usage, "profile name must not be empty").into());
    }
    let existing = sources.profile(profile.as_deref()).cloned().unwrap_or_default();
    let (org_id, api_key) = prompt_credentials(args, existing.org_id.as_deref(), &mut ctx)?;
    let (endpoint, endpoint_source) = sources.endpoint(existing.endpoint.as_deref())?;
    let credentials = Credentials { org_id, api_key, source: ENTERED.to_owned() };
    credentials.authorization_header()?;
    let verification = match args.no_verify {
        true => "not verified".to_owned(),
        false => {
            let count = count_partners(&endpoint, &sources.client_options()?, &credentials, &ctx);
            let count = count.map_err(not_saved).context("cannot log in")?;
            format!("verified: {}", format_count(count, "partner"))
        }
    };
    let Credentials { org_id, api_key, .. } = &credentials;
    let new_endpoint = ctx.flags.endpoint.as_ref().map(|_| endpoint.to_string());
    let new = NewCredentials { org_id, api_key, endpoint: new_endpoint.as_deref() };
    update_config(path, &ctx, |text| set_credentials(text, profile.as_deref(), &new))
        .map_err(|error| error.with_hint(NOTHING_SAVED))?;
    let reporter = ctx.reporter;
    reporter.note(&format!("logged in to organization '{org_id}' ({verification})"));
    reporter.note(&format!("saved the credentials to {}", sources.describe_location(profile.as_deref())));
    if existing.api_key_command.is_some() {
        reporter.note("replaced api_key_command with the API key");
    }
    if let Some(replaced) = existing.org_id.filter(|id| id != org_id) {
        let hint = "to keep the credentials of several organizations, pass --profile NAME";
        reporter.note(&format!("replaced the credentials of organization '{replaced}'; {hint}"));
    }
    if endpoint_source == env_vars::ENDPOINT {
        let variable = env_vars::ENDPOINT;
        reporter.note(&format!("the endpoint from {variable} ({endpoint}) was not saved; to save it, pass --endpoint"));
    }
    warn_env_override(&sources, &ctx);
    Ok(())
}

/// Adds hints to an error that the check of new credentials returned.
fn not_saved(error: Error) -> Error {
    let hint = "to save the credentials without checking them, pass --no-verify";
    error.with_hint(NOTHING_SAVED).with_hint_for(ErrorKind::Unavailable, hint)
}

/// Changes the config file. Signals are deferred, so that no temporary file with the API key is left behind.
fn update_config(path: &Path, ctx: &Context<'_>, change: impl FnOnce(&str) -> Option<String>) -> Result<(), Error> {
    ctx.signals.set_mode(SignalMode::Deferred);
    let result = file::update(path, change);
    ctx.signals.set_mode(SignalMode::Exit);
    result
}

/// Returns the credentials: from the flags and standard input if they are given there, or else from prompts.
fn prompt_credentials(
    args: &LoginArgs,
    default_org_id: Option<&str>,
    ctx: &mut Context<'_>,
) -> Result<(String, Secret), Error> {
    let stdin = std::mem::replace(&mut ctx.stdin, InputStream::empty());
    let prompt = Prompt::new(stdin, ctx.signals, ctx.reporter);
    let needs_no_prompt = args.org_id.is_some() && args.key_stdin;
    if !prompt.is_interactive() && !needs_no_prompt {
        let missing = match (&args.org_id, args.key_stdin) {
            (None, false) => "organization ID and API key",
            (None, true) => "organization ID",
            (Some(_), _) => "API key",
        };
        return Err(Error::new(ErrorKind::Usage, format!("missing {missing}: cannot prompt without a terminal"))
            .with_hint("pass --org-id and --key-stdin, and pipe the API key to standard input")
            .with_hint("in CI, set STRIGO_ORG_ID and STRIGO_API_KEY instead of logging in"));
    }
    if !needs_no_prompt {
        ctx.reporter.prompt(&format!(
            "An organization owner can find the organization ID and API key at {API_KEY_SETTINGS_URL}.\n"
        ));
    }
    let org_id = match (&args.org_id, default_org_id) {
        (Some(id), _) => id.trim().to_owned(),
        (None, Some(default)) => {
            prompt.input(&format!("Organization ID [{}]: ", escape_unsafe(default)), Some(default))?
        }
        (None, None) => prompt.input("Organization ID: ", None)?,
    };
    let key = match prompt.is_interactive() {
        true => prompt.password("API key (hidden): ")?,
        false => prompt.read_line()?,
    };
    let key = Secret::new(key);
    match (org_id.is_empty(), key.is_empty()) {
        (true, _) => Err(Error::new(ErrorKind::Usage, "organization ID must not be empty")),
        (_, true) => Err(Error::new(ErrorKind::Usage, "no API key on standard input")),
        _ => Ok((org_id, key)),
    }
}

/// Returns the number of partners that the API returns for these credentials.
fn count_partners(
    endpoint: &Endpoint,
    config: &ClientOptions,
    credentials: &Credentials,
    ctx: &Context<'_>,
) -> Result<usize, Error> {
    let client = Client::new(endpoint, credentials, config, ctx.hooks())?;
    Ok(client.send(&calls::list_partners())?.parse()?.len())
}

fn warn_env_override(sources: &Sources<'_>, ctx: &Context<'_>) {
    match sources.has_env_credentials() {
        Ok(false) => {}
        Ok(true) => ctx
            .reporter
            .warn("STRIGO_ORG_ID and STRIGO_API_KEY are set and override the config file, unless --profile is given"),
        Err(incomplete) => ctx
            .reporter
            .warn(&format!("{incomplete}; commands without --profile will fail until both are set or unset")),
    }
}

fn switch(args: &SwitchArgs, ctx: &Context<'_>) -> Result<()> {
    if ctx.flags.profile.is_some() {
        return Err(Error::new(ErrorKind::Usage, "--profile cannot be used with `auth switch`")
            .with_hint("pass the profile as an argument")
            .into());
    }
    let sources = Sources::load(ctx.flags, ctx.env)?;
    let path = sources.require_config_path()?;
    let name = args.default_profile.as_deref();
    let spec = sources.credentials(&CredentialSource::ConfigFile(name.map(str::to_owned)));
    let (location, organization) = match (name, spec) {
        (Some(name), spec) => (format!("profile '{name}'"), format!("organization '{}'", spec?.org_id)),
        (None, Ok(spec)) => ("the top level".to_owned(), format!("organization '{}'", spec.org_id)),
        // This is how a default that no longer exists is removed.
        (None, Err(error)) => ("the top level".to_owned(), error.to_string()),
    };
    update_config(path, ctx, |text| set_default_profile(text, name))?;
    ctx.reporter.note(&format!("switched to {location} of {} ({organization})", path.display()));
    if let Some(selected) = ctx.env.var(env_vars::PROFILE)? {
        ctx.reporter.warn(&format!("{} is set to '{selected}' and overrides the default", env_vars::PROFILE));
    }
    warn_env_override(&sources, ctx);
    Ok(())
}

fn logout(ctx: &Context<'_>) -> Result<()> {
    let sources = Sources::load(ctx.flags, ctx.env)?;
    let path = sources.require_config_path()?;
    let name = sources.profile_name()?;
    let profile = sources.profile(name.as_deref())?;
    let location = sources.describe_location(name.as_deref());
    // An empty profile still has a header, which is removed.
    if name.is_none() && profile.is_empty() {
        return Err(Error::new(ErrorKind::Config, format!("no credentials to remove from {location}"))
            .with_hint("run `strigo auth status` to see what is configured")
            .into());
    }
    update_config(path, ctx, |text| remove_credentials(text, name.as_deref()))?;
    ctx.env.cache_dir.iter().for_each(|dir| completion::clear_cache(dir));
    ctx.reporter.note(&format!("logged out: removed the credentials from {location}"));
    ctx.reporter.note(&match profile.api_key_command {
        Some(_) => "the API key is still stored where api_key_command reads it".to_owned(),
        None => {
            format!("the API key is still valid; an organization owner can replace it at {API_KEY_SETTINGS_URL}")
        }
    });
    if name.is_some() && name.as_deref() == sources.default_profile() {
        ctx.reporter.note("the profile was the default; now the top level of the config file is");
    }
    warn_env_override(&sources, ctx);
    Ok(())
}

/// The status of the credentials of one source. Its fields are the columns, and what only JSON has.
#[derive(Serialize)]
pub(super) struct StatusRow {
    source: &'static str,
    profile: Option<String>,
    active: bool,
    default: bool,
    org_id: Option<String>,
    /// The key, masked, unless a command prints it.
    api_key: Option<String>,
    api_key_source: Option<String>,
    endpoint: Option<String>,
    endpoint_source: Option<String>,
    file: Option<String>,
    /// Where invitations are recorded with these credentials.
    journal: Option<String>,
    journal_source: Option<String>,
    /// Whether the API accepts the credentials, if that is known.
    valid: Option<bool>,
    status: String,
}

impl Row for StatusRow {
    const COLUMNS: &'static [&'static str] = &[
        "SOURCE", "PROFILE", "ACTIVE", "ORG_ID", "API_KEY", "STATUS", "API_KEY_SOURCE", "ENDPOINT", "ENDPOINT_SOURCE",
        "FILE", "DEFAULT", "JOURNAL", "JOURNAL_SOURCE",
    ];
    const DEFAULT: &'static [&'static str] = &["SOURCE", "PROFILE", "ACTIVE", "ORG_ID", "API_KEY", "STATUS"];
    const ID: &'static str = "ORG_ID";

    fn cells(&self) -> Vec<String> {
        let is_from_command = self.api_key.is_none() && self.api_key_source.is_some();
        let cell = |(column, cell): (&&str, String)| match *column == "API_KEY" && is_from_command {
            true => "(command)".to_owned(),
            false => cell,
        };
        Self::COLUMNS.iter().zip(cells_of_fields(self, Self::COLUMNS)).map(cell).collect()
    }
}

fn status(offline: bool, printer: &RowPrinter<StatusRow>, ctx: &Context<'_>) -> Result<()> {
    let sources = Sources::load(ctx.flags, ctx.env)?;
    let active = sources.active()?;
    sources.warning.iter().for_each(|warning| ctx.reporter.warn(warning));
    let (mut rows, mut active_result) = (Vec::new(), None);
    for source in sources.all() {
        let settings = sources.settings(&source);
        let result = check(&settings, offline, ctx);
        rows.push(status_row(&source, source == active, settings.as_ref().ok(), &result, &sources, ctx));
        if source == active {
            active_result = Some(result);
        }
    }
    printer.print_list(&serde_json::to_string(&rows)?, || Ok(rows))?;
    match active_result {
        Some(result) => result.map(drop).context("cannot verify the active credentials"),
        None => Ok(sources.credentials(&active).map(drop)?),
    }
}

/// Returns the number of partners that the API returns, or `None` if it is not asked.
fn check(settings: &Result<Settings, Error>, offline: bool, ctx: &Context<'_>) -> Result<Option<usize>, Error> {
    let settings = settings.as_ref().map_err(Clone::clone)?;
    let credentials = settings.credentials.as_ref().map_err(Clone::clone)?;
    if offline {
        return Ok(None);
    }
    count_partners(&settings.endpoint, &settings.client_options, &credentials.resolve()?, ctx).map(Some)
}

fn status_row(
    source: &CredentialSource,
    active: bool,
    settings: Option<&Settings>,
    result: &Result<Option<usize>, Error>,
    sources: &Sources<'_>,
    ctx: &Context<'_>,
) -> StatusRow {
    let (name, profile, file, variable) = match source {
        CredentialSource::Environment => ("environment", None, None, env_vars::API_KEY),
        CredentialSource::ConfigFile(name) => ("file", name.clone(), sources.config_path(), "api_key"),
    };
    let default = name == "file" && profile.as_deref() == sources.default_profile();
    let credentials = settings.and_then(|settings| settings.credentials.as_ref().ok());
    let (api_key, api_key_source) = match credentials.map(|credentials| &credentials.key) {
        None => (None, None),
        Some(KeySource::Literal(key)) => (Some(key.masked()), Some(variable.to_owned())),
        // The arguments may contain secrets: show only the program.
        Some(KeySource::Command(command)) => {
            (None, Some(format!("api_key_command '{}'", command.first().map_or("", String::as_str))))
        }
    };
    let journal = settings.and_then(|settings| JournalSetting::resolve(None, ctx.env, || Ok(settings)).ok());
    let (valid, status) = match result {
        Ok(None) => (None, "not checked".to_owned()),
        Ok(Some(partners)) => (Some(true), format!("valid ({})", format_count(*partners, "partner"))),
        // An API that cannot be reached says nothing about the credentials.
        Err(error) => ((error.kind() != ErrorKind::Unavailable).then_some(false), error.to_string()),
    };
    StatusRow {
        source: name,
        profile,
        active,
        default,
        org_id: credentials.map(|credentials| credentials.org_id.clone()),
        api_key,
        api_key_source,
        endpoint: settings.map(|settings| settings.endpoint.to_string()),
        endpoint_source: settings.map(|settings| settings.endpoint_source.clone()),
        file: file.map(|path| path.display().to_string()),
        journal: journal.as_ref().map(|journal| match &journal.location {
            JournalLocation::File(path) => path.display().to_string(),
            other => other.to_string(),
        }),
        journal_source: journal.map(|journal| journal.source),
        valid,
        status,
    }
}
