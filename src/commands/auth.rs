//! `strigo auth`.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::completion;
use crate::api::credentials::{API_KEY_SETTINGS_URL, Credentials};
use crate::api::{Client, calls};
use crate::cli::{AuthCommand, LoginArgs, RecordArgs, SwitchArgs};
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::http::secret::Secret;
use crate::output::Row;
use crate::process::{InputStream, SignalMode, env_vars};
use crate::prompt::Prompt;
use crate::report::Report;
use crate::settings::edit::{
    NewCredentials, UnexpectedStructure, remove_credentials, set_credentials, set_default_profile,
};
use crate::settings::file;
use crate::settings::{CredentialSource, CredentialSpec, KeySource, Settings, SettingsResolver};
use crate::text::escape::escape_unsafe;
use crate::text::format_count;

/// The source of credentials that `auth login` was given.
const ENTERED: &str = "the values you entered";

const NOTHING_SAVED: &str = "nothing was saved";

pub(super) fn run(command: AuthCommand, mut ctx: Context<'_>) -> Result<()> {
    match command {
        AuthCommand::Login(args) => login(&args, ctx),
        AuthCommand::Status { offline, output } => status(offline, &output, &mut ctx),
        AuthCommand::Switch(args) => switch(&args, &ctx),
        AuthCommand::Logout => logout(&ctx),
    }
}

fn login(args: &LoginArgs, mut ctx: Context<'_>) -> Result<()> {
    // The config file is read before the prompts: if it cannot be read, it could not be written either.
    let resolver = SettingsResolver::load_for_update(ctx.args, ctx.env)?;
    let path = resolver.require_config_path()?;
    let profile = resolver.profile_name()?;
    if profile.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Error::new(ErrorKind::Usage, "profile name must not be empty").into());
    }
    let existing = resolver.profile(profile.as_deref()).cloned().unwrap_or_default();
    let (org_id, api_key) = prompt_credentials(args, existing.org_id.as_deref(), &mut ctx)?;
    let settings = resolver.settings_with_endpoint(existing.endpoint.as_deref())?;
    let credentials = Credentials { org_id, api_key, source: ENTERED.to_owned() };
    credentials.authorization_header()?;
    let verification = match args.no_verify {
        true => "not verified".to_owned(),
        false => format!("verified: {}", format_count(verify_credentials(&settings, &credentials, &ctx)?, "partner")),
    };
    let Credentials { org_id, api_key, .. } = &credentials;
    let endpoint = ctx.args.endpoint.as_ref().map(|_| settings.endpoint.to_string());
    let new = NewCredentials { org_id, api_key, endpoint: endpoint.as_deref() };
    update_config(path, &ctx, |text| set_credentials(text, profile.as_deref(), &new))
        .map_err(|error| error.with_hint(NOTHING_SAVED))?;
    let reporter = ctx.reporter;
    reporter.note(&format!("logged in to organization '{org_id}' ({verification})"));
    reporter.note(&format!("saved the credentials to {}", resolver.describe_location(profile.as_deref())));
    if existing.api_key_command.is_some() {
        reporter.note("replaced api_key_command with the API key");
    }
    if settings.endpoint_source == env_vars::ENDPOINT {
        let (variable, url) = (env_vars::ENDPOINT, &settings.endpoint);
        reporter.note(&format!("the endpoint from {variable} ({url}) was not saved; to save it, pass --endpoint"));
    }
    warn_env_override(&resolver, &ctx);
    Ok(())
}

/// Changes the config file. Signals are deferred, so that no temporary file with the API key is left behind.
fn update_config(
    path: &Path,
    ctx: &Context<'_>,
    change: impl FnOnce(&str) -> Result<Zeroizing<String>, UnexpectedStructure>,
) -> Result<(), Error> {
    ctx.signals.set_mode(SignalMode::Deferred);
    let result = file::update(path, change);
    ctx.signals.set_mode(SignalMode::Exit);
    result
}

/// Checks credentials before they are saved, and returns the number of partners.
fn verify_credentials(settings: &Settings, credentials: &Credentials, ctx: &Context<'_>) -> Result<usize> {
    let not_saved = |error: Error| {
        let hint = "to save the credentials without checking them, pass --no-verify";
        error.with_hint(NOTHING_SAVED).with_hint_for(ErrorKind::Unavailable, hint)
    };
    count_partners(settings, credentials, ctx).map_err(not_saved).context("cannot log in")
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
    let key = Secret::new(key.to_string());
    match (org_id.is_empty(), key.is_empty()) {
        (true, _) => Err(Error::new(ErrorKind::Usage, "organization ID must not be empty")),
        (_, true) => Err(Error::new(ErrorKind::Usage, "no API key on standard input")),
        _ => Ok((org_id, key)),
    }
}

/// Returns the number of partners that the API returns for these credentials.
fn count_partners(settings: &Settings, credentials: &Credentials, ctx: &Context<'_>) -> Result<usize, Error> {
    let hooks = ctx.hooks();
    let client = Client::new(&settings.endpoint, credentials, &settings.client_config, hooks);
    let partners = client.and_then(|client| client.send(&calls::list_partners()));
    partners.and_then(|partners| Ok(partners.parse()?.len()))
}

fn warn_env_override(resolver: &SettingsResolver<'_>, ctx: &Context<'_>) {
    match resolver.has_env_credentials() {
        Ok(false) => {}
        Ok(true) => ctx.reporter.warn(
            "STRIGO_ORG_ID and STRIGO_API_KEY are set and override the config file; pass --profile to use it anyway",
        ),
        Err(incomplete) => ctx
            .reporter
            .warn(&format!("{incomplete}; commands without --profile will fail until both are set or unset")),
    }
}

fn switch(args: &SwitchArgs, ctx: &Context<'_>) -> Result<()> {
    if ctx.args.profile.is_some() {
        return Err(Error::new(ErrorKind::Usage, "--profile cannot be used with `auth switch`")
            .with_hint("pass the profile as an argument")
            .into());
    }
    let resolver = SettingsResolver::load(ctx.args, ctx.env)?;
    let path = resolver.require_config_path()?;
    let name = args.default_profile.as_deref();
    let spec = resolver.credential_spec(&CredentialSource::ConfigFile(name.map(str::to_owned)));
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
    warn_env_override(&resolver, ctx);
    Ok(())
}

fn logout(ctx: &Context<'_>) -> Result<()> {
    let resolver = SettingsResolver::load(ctx.args, ctx.env)?;
    let path = resolver.require_config_path()?;
    let name = resolver.profile_name()?;
    let profile = resolver.profile(name.as_deref())?;
    let location = resolver.describe_location(name.as_deref());
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
    if name.is_some() && name.as_deref() == resolver.default_profile() {
        ctx.reporter.note("the profile was the default; now the top level of the config file is");
    }
    warn_env_override(&resolver, ctx);
    Ok(())
}

/// Whether credentials work.
enum CheckResult {
    /// The API accepts them.
    Valid {
        /// The number of partners.
        partners: usize,
    },
    NotChecked,
    /// They are incomplete or rejected, or could not be checked.
    Invalid(Error),
}

/// The status of the credentials of one source, as a JSON object. Its keys are the columns in lower case, and `valid`,
/// `partners`, and `error`.
pub(super) struct StatusRow(Map<String, Value>);

impl StatusRow {
    fn text(&self, key: &str) -> &str {
        match self.0.get(key) {
            Some(Value::String(text)) => text,
            Some(Value::Bool(true)) => "yes",
            Some(Value::Bool(false)) => "no",
            _ => "",
        }
    }
}

impl Row for StatusRow {
    const COLUMNS: &'static [&'static str] = &[
        "SOURCE", "PROFILE", "ACTIVE", "ORG_ID", "API_KEY", "STATUS", "API_KEY_SOURCE", "ENDPOINT", "ENDPOINT_SOURCE",
        "FILE", "MODE", "DEFAULT",
    ];
    const DEFAULT: &'static [&'static str] = &["SOURCE", "PROFILE", "ACTIVE", "ORG_ID", "API_KEY", "STATUS"];
    const ID: &'static str = "ORG_ID";

    fn cells(&self) -> Vec<String> {
        Self::COLUMNS.iter().map(|column| self.text(&column.to_lowercase()).to_owned()).collect()
    }
}

fn status(offline: bool, output: &RecordArgs, ctx: &mut Context<'_>) -> Result<()> {
    let printer = ctx.rows(output)?;
    let resolver = SettingsResolver::load(ctx.args, ctx.env)?;
    let sources = resolver.discover_sources()?;
    let active_source = resolver.active_source()?;
    resolver.config_warning().iter().for_each(|warning| ctx.reporter.warn(warning));
    let (mut rows, mut active_result) = (Vec::new(), None);
    for source in &sources {
        let settings = resolver.settings(source);
        let spec = resolver.credential_spec(source);
        let result = check_credentials(&settings, &spec, offline, ctx).unwrap_or_else(CheckResult::Invalid);
        let is_active = *source == active_source;
        rows.push(status_row(source, is_active, settings.ok(), spec.ok(), &result, &resolver)?);
        if is_active {
            active_result = Some(result);
        }
    }
    let raw = serde_json::to_string(&rows.iter().map(|row: &StatusRow| &row.0).collect::<Vec<_>>())?;
    printer.print_list(&raw, || Ok(rows))?;
    match active_result {
        Some(CheckResult::Invalid(error)) => Err(error).context("cannot verify the active credentials"),
        Some(_) => Ok(()),
        None => Ok(resolver.credential_spec(&active_source).map(drop)?),
    }
}

fn check_credentials(
    settings: &Result<Settings, Error>,
    spec: &Result<CredentialSpec, Error>,
    offline: bool,
    ctx: &Context<'_>,
) -> Result<CheckResult, Error> {
    let settings = settings.as_ref().map_err(Clone::clone)?;
    let spec = spec.as_ref().map_err(Clone::clone)?;
    if offline {
        return Ok(CheckResult::NotChecked);
    }
    Ok(CheckResult::Valid { partners: count_partners(settings, &spec.resolve()?, ctx)? })
}

fn status_row(
    source: &CredentialSource,
    is_active: bool,
    settings: Option<Settings>,
    spec: Option<CredentialSpec>,
    result: &CheckResult,
    resolver: &SettingsResolver<'_>,
) -> Result<StatusRow> {
    let is_default =
        matches!(source, CredentialSource::ConfigFile(name) if name.as_deref() == resolver.default_profile());
    let (source, profile, file, variable) = match source {
        CredentialSource::Environment => ("environment", None, None, env_vars::API_KEY),
        CredentialSource::ConfigFile(name) => ("file", name.as_deref(), resolver.config_path(), "api_key"),
    };
    let (api_key, api_key_source) = match spec.as_ref().map(|spec| &spec.key) {
        None => (None, None),
        Some(KeySource::Literal(key)) => (Some(key.masked()), Some(variable.to_owned())),
        // The arguments may contain secrets: show only the program.
        Some(KeySource::Command(command)) => {
            (None, Some(format!("api_key_command '{}'", command.first().map_or("", String::as_str))))
        }
    };
    // An API that cannot be reached says nothing about the credentials.
    let validity = |error: &Error| (error.kind() != ErrorKind::Unavailable).then_some(false);
    let (valid, partners, error, status) = match result {
        CheckResult::Valid { partners } => {
            (Some(true), Some(partners), None, format!("valid ({})", format_count(*partners, "partner")))
        }
        CheckResult::NotChecked => (None, None, None, "not checked".to_owned()),
        CheckResult::Invalid(error) => (validity(error), None, Some(error.clone().into()), error.to_string()),
    };
    let error = error.as_ref().map(|error| serde_json::to_value(Report::new(error).to_json())).transpose()?;
    let settings = settings.map(|settings| (settings.endpoint.to_string(), settings.endpoint_source)).unzip();
    let fields: [(&str, Value); 15] = [
        ("source", source.into()),
        ("profile", profile.into()),
        ("active", is_active.into()),
        ("default", is_default.into()),
        ("org_id", spec.map(|spec| spec.org_id).into()),
        ("api_key", api_key.into()),
        ("api_key_source", api_key_source.into()),
        ("endpoint", settings.0.into()),
        ("endpoint_source", settings.1.into()),
        ("file", file.map(|path| path.display().to_string()).into()),
        ("mode", file.and_then(file::mode).map(|mode| format!("{mode:04o}")).into()),
        ("valid", valid.into()),
        ("partners", partners.copied().into()),
        ("error", error.unwrap_or_default()),
        ("status", status.into()),
    ];
    Ok(StatusRow(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}
