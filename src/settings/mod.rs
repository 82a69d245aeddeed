//! Resolves command-line flags, environment variables, and the config file into [`Settings`] and credentials.
//!
//! Precedence is flag, variable, config file, default. Credentials differ: an explicit `--profile` overrides credentials in
//! the environment, and the organization ID and the API key always come from the same source.

pub mod config;
pub mod edit;
pub mod file;
mod key_command;
pub mod path;

use std::path::Path;
use std::time::Duration;

use clap::ValueEnum as _;

use crate::api::credentials::{API_KEY_SETTINGS_URL, Credentials};
use crate::cli::{GlobalArgs, parse_duration};
use crate::error::{Error, ErrorKind};
use crate::http::endpoint::{DEFAULT_ENDPOINT, Endpoint, may_contain_credentials};
use crate::http::secret::Secret;
use crate::http::{ClientConfig, DEFAULT_MAX_BODY_LEN, Route};
use crate::output::OutputFormat;
use crate::process::{Environment, env_vars};
use config::{Config, Profile};
use path::ConfigPath;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The variables that set a proxy for `https://`, most important first. `HTTP_PROXY` is for `http://`, which is never
/// proxied.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variables that list the hosts which are reached without a proxy.
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

const DEFAULT_MAX_WAIT: Duration = Duration::from_secs(300);

/// Resolves the output format from flags and variables. `None` depends on whether standard output is a terminal.
///
/// # Errors
///
/// Returns [`ErrorKind::Usage`] if a value is invalid or two flags contradict each other.
pub fn resolve_format(args: &GlobalArgs, env: &Environment) -> Result<Option<OutputFormat>, Error> {
    match (args.json, args.output) {
        (true, None | Some(OutputFormat::Json)) => Ok(Some(OutputFormat::Json)),
        (true, Some(format)) => {
            let format = format!("{format:?}").to_lowercase();
            Err(Error::new(ErrorKind::Usage, format!("--json cannot be used with --output {format}")))
        }
        (false, Some(format)) => Ok(Some(format)),
        (false, None) => {
            let Some(name) = env.var(env_vars::OUTPUT)? else { return Ok(None) };
            OutputFormat::from_str(&name, true).map(Some).map_err(|_| {
                Error::new(ErrorKind::Usage, format!("invalid value '{name}' for {}", env_vars::OUTPUT))
                    .with_hint("possible values: table, tsv, csv, markdown, json")
            })
        }
    }
}

/// The endpoint and the timeouts.
#[derive(Debug)]
pub struct Settings {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The source of the endpoint, as it is shown to the user.
    pub endpoint_source: String,
    /// The timeouts.
    pub client_config: ClientConfig,
}

/// Credentials whose API key may have to be printed by a command first.
#[derive(Debug)]
pub struct CredentialSpec {
    /// The organization ID.
    pub org_id: String,
    /// Where the API key comes from.
    pub key: KeySource,
    /// The source of both, as it is shown to the user.
    pub source: String,
}

/// Where an API key comes from.
#[derive(Debug)]
pub enum KeySource {
    /// The key itself.
    Literal(Secret),
    /// A program that prints the key, and its arguments.
    Command(Vec<String>),
}

impl CredentialSpec {
    /// Returns the credentials, and runs the `api_key_command` if there is one.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the command fails.
    pub fn resolve(&self) -> Result<Credentials, Error> {
        let (api_key, source) = match &self.key {
            KeySource::Literal(key) => (key.clone(), self.source.clone()),
            KeySource::Command(command) => {
                let api_key = key_command::run(command, &self.source, key_command::COMMAND_TIMEOUT)?;
                (api_key, format!("{} (api_key_command)", self.source))
            }
        };
        Ok(Credentials { org_id: self.org_id.clone(), api_key, source })
    }
}

/// A place where credentials are configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialSource {
    /// `STRIGO_ORG_ID` and `STRIGO_API_KEY`.
    Environment,
    /// The profile of this name in the config file, or its top level.
    ConfigFile(Option<String>),
}

/// Resolves settings and credentials from the flags, the variables, and the config file.
pub struct SettingsResolver<'a> {
    args: &'a GlobalArgs,
    env: &'a Environment,
    path: ConfigPath,
    config: Config,
    /// Why the default config file cannot be reached.
    unreachable: Option<String>,
}

impl<'a> SettingsResolver<'a> {
    /// Reads the config file. One that was not named explicitly and cannot be reached counts as missing: in a container,
    /// HOME may be another user's.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if it is invalid, or if it was named explicitly and does not exist.
    pub fn load(args: &'a GlobalArgs, env: &'a Environment) -> Result<Self, Error> {
        let resolver = Self::load_for_update(args, env).or_else(|error| {
            let path = ConfigPath::locate(args, env);
            match !path.is_explicit && path.path.as_deref().is_some_and(file::is_unreachable) {
                true => Ok(SettingsResolver {
                    args,
                    env,
                    path,
                    config: Config::default(),
                    unreachable: Some(error.to_string()),
                }),
                false => Err(error),
            }
        })?;
        match &resolver.path.path {
            Some(path) if resolver.path.is_explicit && !path.exists() => {
                let message = format!("cannot read config file '{}': file not found", path.display());
                Err(Error::new(ErrorKind::Config, message))
            }
            _ => Ok(resolver),
        }
    }

    /// Reads the config file in order to change it: it need not exist.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if it is invalid.
    pub fn load_for_update(args: &'a GlobalArgs, env: &'a Environment) -> Result<Self, Error> {
        let path = ConfigPath::locate(args, env);
        let config = path.path.as_deref().map(Config::read).transpose()?.flatten().unwrap_or_default();
        Ok(SettingsResolver { args, env, path, config, unreachable: None })
    }

    /// Returns the path of the config file, if the platform or the user has one.
    pub fn config_path(&self) -> Option<&Path> {
        self.path.path.as_deref()
    }

    /// Returns the path of the config file. Returns [`ErrorKind::Config`] if it cannot be located.
    pub fn require_config_path(&self) -> Result<&Path, Error> {
        self.config_path().ok_or_else(|| {
            Error::new(ErrorKind::Config, "cannot locate the config file: HOME is not set")
                .with_hint(format!("set its path with --config or {}", env_vars::CONFIG))
        })
    }

    /// Returns the name of the selected profile of the config file, whether or not credentials come from it.
    pub fn profile_name(&self) -> Result<Option<String>, Error> {
        match &self.args.profile {
            Some(name) => Ok(Some(name.clone())),
            None => Ok(self.env.var(env_vars::PROFILE)?.or_else(|| self.default_profile().map(str::to_owned))),
        }
    }

    /// Returns the name of the profile that is used if no other one is selected. Without one, the top level is.
    pub fn default_profile(&self) -> Option<&str> {
        self.config.default_profile()
    }

    /// Returns a profile, or the top level. Returns [`ErrorKind::Config`] if it does not exist.
    pub fn profile(&self, name: Option<&str>) -> Result<&Profile, Error> {
        self.config.profile(name).ok_or_else(|| {
            let existing: Vec<&str> = self.config.profile_names().collect();
            let hint = match &existing[..] {
                [] => format!("no profiles are defined in {}", self.path.display()),
                names => format!("profiles in {}: {}", self.path.display(), names.join(", ")),
            };
            let error = Error::new(ErrorKind::Config, format!("profile '{}' not found", name.unwrap_or_default()));
            let error = error.with_hint(hint);
            match existing[..] {
                _ if name != self.default_profile() => error,
                [] => error.with_hint("it is the default; to use none, run `strigo auth switch --top-level`"),
                _ => error.with_hint("it is the default; to use another one, run `strigo auth switch PROFILE`"),
            }
        })
    }

    /// Describes where a profile, or the top level, is.
    pub fn describe_location(&self, name: Option<&str>) -> String {
        let path = self.path.display();
        name.map_or(path.clone(), |name| format!("profile '{name}' in {path}"))
    }

    /// Returns the names of the profiles, each with its organization ID.
    pub fn profiles(&self) -> Vec<(String, Option<String>)> {
        let org_id = |name: &str| self.config.profile(Some(name)).and_then(|profile| profile.org_id.clone());
        self.config.profile_names().map(|name| (name.to_owned(), org_id(name))).collect()
    }

    /// Returns a warning if other users can read the config file, or if it cannot be reached and there are no other
    /// credentials.
    pub fn config_warning(&self) -> Option<String> {
        match &self.unreachable {
            Some(warning) => Some(warning.clone()).filter(|_| !self.has_env_credentials().unwrap_or(true)),
            None => self.config_path().and_then(file::permissions_warning),
        }
    }

    /// Whether both variables of the credentials are set. Returns [`ErrorKind::Config`] if only one is.
    pub fn has_env_credentials(&self) -> Result<bool, Error> {
        credentials_from_env(self.env).map(|credentials| credentials.is_some())
    }

    /// Returns the source of the credentials that commands use.
    pub fn active_source(&self) -> Result<CredentialSource, Error> {
        match &self.args.profile {
            // A single variable counts: using the config file instead would hide the mistake.
            None if self.has_env_credentials().unwrap_or(true) => Ok(CredentialSource::Environment),
            _ => Ok(CredentialSource::ConfigFile(self.profile_name()?)),
        }
    }

    /// Returns every source that has credentials, complete or not. Returns [`ErrorKind::Config`] if the selected profile
    /// does not exist.
    pub fn discover_sources(&self) -> Result<Vec<CredentialSource>, Error> {
        self.profile(self.profile_name()?.as_deref())?;
        let has_env = self.has_env_credentials().unwrap_or(true);
        let has_top_level = self.profile(None)?.has_credentials();
        let env = has_env.then_some(CredentialSource::Environment);
        let top_level = has_top_level.then_some(CredentialSource::ConfigFile(None));
        let profiles = self.config.profile_names().map(|name| CredentialSource::ConfigFile(Some(name.to_owned())));
        Ok(env.into_iter().chain(top_level).chain(profiles).collect())
    }

    /// Resolves the settings for the credentials of `source`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] or [`ErrorKind::Config`] if a value is invalid or the profile does not exist.
    pub fn settings(&self, source: &CredentialSource) -> Result<Settings, Error> {
        // The endpoint comes from the config file even if the credentials do not.
        let profile = match source {
            CredentialSource::Environment => self.profile(self.profile_name()?.as_deref())?,
            CredentialSource::ConfigFile(name) => self.profile(name.as_deref())?,
        };
        self.settings_with_endpoint(profile.endpoint.as_deref())
    }

    /// Resolves the settings for a profile with this endpoint.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] or [`ErrorKind::Config`] if a value is invalid.
    pub fn settings_with_endpoint(&self, profile_endpoint: Option<&str>) -> Result<Settings, Error> {
        let (text, source) = match (&self.args.endpoint, self.env.var(env_vars::ENDPOINT)?, profile_endpoint) {
            (Some(text), ..) => (text.clone(), "--endpoint".to_owned()),
            (None, Some(text), _) => (text, env_vars::ENDPOINT.to_owned()),
            (None, None, Some(text)) => (text.to_owned(), self.path.display()),
            (None, None, None) => (DEFAULT_ENDPOINT.to_owned(), "default".to_owned()),
        };
        let endpoint = Endpoint::parse(&text).map_err(|reason| endpoint_error(&text, &source, &reason))?;
        let client_config = self.client_config(&endpoint)?;
        Ok(Settings { endpoint, endpoint_source: source, client_config })
    }

    /// Returns the limits of a client of `endpoint`, and how it is reached.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] or [`ErrorKind::Config`] if a value is invalid.
    pub fn client_config(&self, endpoint: &Endpoint) -> Result<ClientConfig, Error> {
        let timeout = self.duration(self.args.timeout, env_vars::TIMEOUT, DEFAULT_TIMEOUT)?;
        let max_wait = self.duration(self.args.max_wait, env_vars::MAX_WAIT, DEFAULT_MAX_WAIT)?;
        if timeout.is_zero() {
            return Err(Error::new(ErrorKind::Usage, "timeout must be greater than 0"));
        }
        let route = self.route_to(endpoint)?;
        Ok(ClientConfig { timeout, max_wait, max_body_len: DEFAULT_MAX_BODY_LEN, route })
    }

    /// Decides whether `endpoint` is reached through a proxy.
    fn route_to(&self, endpoint: &Endpoint) -> Result<Route, Error> {
        let no_proxy = NO_PROXY_VARIABLES.iter().find_map(|name| self.env.var(name).transpose()).transpose()?;
        for variable in PROXY_VARIABLES {
            if let Some(value) = self.env.var(variable)? {
                return Route::through(variable, &value, no_proxy.as_deref().unwrap_or_default(), endpoint);
            }
        }
        Ok(if endpoint.is_https() { Route::System } else { Route::Direct })
    }

    /// Resolves the credentials of `source`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if they are missing or incomplete.
    pub fn credential_spec(&self, source: &CredentialSource) -> Result<CredentialSpec, Error> {
        match source {
            CredentialSource::Environment => credentials_from_env(self.env)?.ok_or_else(missing_credentials),
            CredentialSource::ConfigFile(name) => self.profile_credentials(name.as_deref()),
        }
    }

    fn profile_credentials(&self, name: Option<&str>) -> Result<CredentialSpec, Error> {
        let (profile, source) = (self.profile(name)?, self.describe_location(name));
        let invalid =
            |what: &str, hint: &str| Err(Error::new(ErrorKind::Config, format!("{source} {what}")).with_hint(hint));
        let org_id = profile.org_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let key = match (profile.api_key.as_ref().filter(|key| !key.is_empty()), &profile.api_key_command) {
            (Some(_), Some(_)) => return invalid("sets both api_key and api_key_command", "remove one of them"),
            (Some(key), None) => Some(KeySource::Literal(key.clone())),
            (None, command) => command.clone().map(KeySource::Command),
        };
        let same_place = "set org_id and the API key in the same place";
        match (org_id, key) {
            (Some(org_id), Some(key)) => Ok(CredentialSpec { org_id: org_id.to_owned(), key, source }),
            (Some(_), None) => invalid("is missing api_key or api_key_command", same_place),
            (None, Some(_)) => invalid("is missing org_id", same_place),
            (None, None) if name.is_some() => invalid("is missing org_id and api_key", same_place),
            (None, None) => Err(match self.config.profile_names().collect::<Vec<_>>()[..] {
                [] => missing_credentials(),
                ref names => missing_credentials()
                    .with_hint(format!("profiles in {}: {}", self.path.display(), names.join(", ")))
                    .with_hint("use one with --profile, or by default with `strigo auth switch PROFILE`"),
            }),
        }
    }

    fn duration(&self, flag: Option<Duration>, variable: &str, default: Duration) -> Result<Duration, Error> {
        match (flag, self.env.var(variable)?) {
            (Some(duration), _) => Ok(duration),
            (None, Some(text)) => parse_duration(&text).map_err(|reason| {
                Error::new(ErrorKind::Usage, format!("invalid value '{text}' for {variable}: {reason}"))
            }),
            (None, None) => Ok(default),
        }
    }
}

fn endpoint_error(text: &str, source: &str, reason: &str) -> Error {
    if may_contain_credentials(text) {
        let message = format!("the endpoint from {source} {reason}");
        return Error::new(ErrorKind::Config, message).with_hint(LOGIN_HINT);
    }
    Error::new(ErrorKind::Config, format!("invalid endpoint '{text}' (from {source}): {reason}"))
        .with_hint(format!("use an https:// URL, such as {DEFAULT_ENDPOINT}"))
}

const LOGIN_HINT: &str = "run `strigo auth login`, or set STRIGO_ORG_ID and STRIGO_API_KEY";

fn missing_credentials() -> Error {
    Error::new(ErrorKind::Config, "no credentials found")
        .with_hint(LOGIN_HINT)
        .with_hint(format!("an organization owner can find both at {API_KEY_SETTINGS_URL}"))
}

/// Returns the credentials of the environment. Returns [`ErrorKind::Config`] if only one of the two variables is set.
fn credentials_from_env(env: &Environment) -> Result<Option<CredentialSpec>, Error> {
    use env_vars::{API_KEY, ORG_ID};
    let incomplete = |missing: &str, existing: &str| {
        Err(Error::new(ErrorKind::Config, format!("{existing} is set, but {missing} is not"))
            .with_hint("set both variables, or unset both to use the config file"))
    };
    let api_key = env.var(API_KEY)?.map(Secret::new).filter(|key| !key.is_empty());
    let org_id = env.var(ORG_ID)?.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    match (org_id, api_key) {
        (Some(org_id), Some(api_key)) => {
            let source = format!("{ORG_ID} and {API_KEY}");
            Ok(Some(CredentialSpec { org_id, key: KeySource::Literal(api_key), source }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => incomplete(API_KEY, ORG_ID),
        (None, Some(_)) => incomplete(ORG_ID, API_KEY),
    }
}
