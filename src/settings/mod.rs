//! Resolves flags, environment variables, and the config file into [`Settings`], once.
//!
//! Precedence is flag, variable, config file, default. Credentials differ: an explicit `--profile` overrides credentials in
//! the environment, and the organization ID and the API key always come from the same source. A key goes only where it
//! belongs: of all profiles, only the one with the credentials can set the endpoint.

pub mod config;
pub mod edit;
pub mod file;
pub mod journal;
mod key_command;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::api::credentials::{API_KEY_SETTINGS_URL, Credentials};
use crate::error::{Error, ErrorKind};
use crate::http::ClientOptions;
use crate::http::endpoint::{DEFAULT_ENDPOINT, Endpoint, may_contain_credentials};
use crate::http::proxy::Proxy;
use crate::http::secret::Secret;
use crate::invitations::journal::JournalLocation;
use crate::private_file::parent_dir;
use crate::process::{Environment, env_vars};
use crate::text::parse_duration;
use config::{Config, Profile};
use file::ConfigPath;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

const DEFAULT_MAX_WAIT: Duration = Duration::from_secs(300);

/// What the command line says about settings.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The name of the profile.
    pub profile: Option<String>,
    /// The path of the config file.
    pub config: Option<PathBuf>,
    /// The base URL of the API.
    pub endpoint: Option<String>,
    /// The longest time for one request.
    pub timeout: Option<Duration>,
    /// The longest total wait of a call.
    pub max_wait: Option<Duration>,
}

/// What a command needs to call the API.
#[derive(Debug)]
pub struct Settings {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The source of the endpoint, as it is shown to the user.
    pub endpoint_source: String,
    /// The limits of a client, and how it reaches the API.
    pub client_options: ClientOptions,
    /// Where invitations are recorded, if the profile from which the credentials come says so.
    pub journal: Option<JournalLocation>,
    /// The source of the journal, as it is shown to the user.
    pub journal_source: String,
    /// The profile that has a journal which is not used, because the credentials come from the environment.
    pub unused_journal: Option<String>,
    /// The credentials. A dry run needs none, so that missing ones are an error only if they are used.
    pub credentials: Result<CredentialSpec, Error>,
    /// What the user should know about the config file.
    pub config_warning: Option<String>,
}

/// Resolves the settings of a command.
///
/// # Errors
///
/// Returns [`ErrorKind::Usage`] or [`ErrorKind::Config`] if a value or the config file is invalid, or if the profile does not
/// exist.
pub fn resolve(flags: &Flags, env: &Environment) -> Result<Settings, Error> {
    let sources = Sources::load(flags, env)?;
    sources.settings(&sources.active()?)
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
    /// The profile, if they are those of one.
    pub profile: Option<String>,
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
                (key_command::run(command, &self.source)?, format!("{} (api_key_command)", self.source))
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

/// All places where credentials are configured, for `auth` and for completion. Other commands [`resolve`] the active one.
pub struct Sources<'a> {
    flags: &'a Flags,
    env: &'a Environment,
    path: ConfigPath,
    config: Config,
    /// What the user should know about the config file, if credentials come from it.
    pub warning: Option<String>,
}

impl<'a> Sources<'a> {
    /// Reads the config file. One that was not named explicitly and cannot be reached counts as missing: in a container,
    /// HOME may be another user's.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if it is invalid, or if it was named explicitly and does not exist.
    pub fn load(flags: &'a Flags, env: &'a Environment) -> Result<Self, Error> {
        let path = ConfigPath::locate(flags, env);
        let Some(file) = &path.path else { return Self::load_for_update(flags, env) };
        let (config, warning) = match Config::read(file) {
            Err(error) if !path.is_explicit && file::is_unreachable(file) => (None, Some(error.to_string())),
            Ok(None) if path.is_explicit => return Err(file::config_error(file, "cannot read", ": file not found")),
            config => (config?, file::permissions_warning(file)),
        };
        Ok(Sources { flags, env, path, config: config.unwrap_or_default(), warning })
    }

    /// Reads the config file in order to change it: it need not exist.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if it is invalid.
    pub fn load_for_update(flags: &'a Flags, env: &'a Environment) -> Result<Self, Error> {
        let path = ConfigPath::locate(flags, env);
        let config = path.path.as_deref().map(Config::read).transpose()?.flatten().unwrap_or_default();
        Ok(Sources { flags, env, path, config, warning: None })
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
        match &self.flags.profile {
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
            let error = Error::new(ErrorKind::Config, format!("profile '{}' not found", name.unwrap_or_default()));
            let error = error.with_hint(self.list_profiles());
            match name == self.default_profile() {
                true => error
                    .with_hint("it is the default; to use another one, run `strigo auth switch PROFILE`")
                    .with_hint("to use none, run `strigo auth switch --top-level`"),
                false => error,
            }
        })
    }

    fn list_profiles(&self) -> String {
        match &self.config.profile_names().collect::<Vec<_>>()[..] {
            [] => format!("no profiles are defined in {}", self.path.display()),
            names => format!("profiles in {}: {}", self.path.display(), names.join(", ")),
        }
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

    /// Whether both variables of the credentials are set. Returns [`ErrorKind::Config`] if only one is.
    pub fn has_env_credentials(&self) -> Result<bool, Error> {
        credentials_from_env(self.env).map(|credentials| credentials.is_some())
    }

    /// Returns the source of the credentials that commands use.
    pub fn active(&self) -> Result<CredentialSource, Error> {
        match &self.flags.profile {
            // A single variable counts: using the config file instead would hide the mistake.
            None if self.has_env_credentials().unwrap_or(true) => Ok(CredentialSource::Environment),
            _ => Ok(CredentialSource::ConfigFile(self.profile_name()?)),
        }
    }

    /// Returns every source that has credentials, complete or not.
    pub fn all(&self) -> Vec<CredentialSource> {
        let env = self.has_env_credentials().unwrap_or(true).then_some(CredentialSource::Environment);
        let has_top_level = self.config.profile(None).is_some_and(Profile::has_credentials);
        let top_level = has_top_level.then_some(CredentialSource::ConfigFile(None));
        let profiles = self.config.profile_names().map(|name| CredentialSource::ConfigFile(Some(name.to_owned())));
        env.into_iter().chain(top_level).chain(profiles).collect()
    }

    /// Resolves the settings for the credentials of `source`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] or [`ErrorKind::Config`] if a value is invalid or the profile does not exist.
    pub fn settings(&self, source: &CredentialSource) -> Result<Settings, Error> {
        let (name, profile) = match source {
            CredentialSource::Environment => (None, None),
            CredentialSource::ConfigFile(name) => (name.as_deref(), Some(self.profile(name.as_deref())?)),
        };
        let (endpoint, endpoint_source) = self.endpoint(profile.and_then(|profile| profile.endpoint.as_deref()))?;
        let journal = profile.and_then(|profile| profile.journal.clone());
        let selected = self.profile_name().unwrap_or_default();
        let has_journal = self.config.profile(selected.as_deref()).is_some_and(|profile| profile.journal.is_some());
        let dir = self.config_path().map_or(Path::new(""), parent_dir);
        Ok(Settings {
            endpoint,
            endpoint_source,
            client_options: self.client_options()?,
            journal: journal.map(|location| location.relative_to(dir)),
            journal_source: self.describe_location(name),
            unused_journal: (profile.is_none() && has_journal).then(|| self.describe_location(selected.as_deref())),
            credentials: self.credentials(source),
            config_warning: profile.and_then(|_| self.warning.clone()),
        })
    }

    /// Returns the endpoint for credentials of a profile with this endpoint, and its source.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if it is invalid.
    pub fn endpoint(&self, of_profile: Option<&str>) -> Result<(Endpoint, String), Error> {
        let (text, source) = match (&self.flags.endpoint, self.env.var(env_vars::ENDPOINT)?, of_profile) {
            (Some(text), ..) => (text.clone(), "--endpoint".to_owned()),
            (None, Some(text), _) => (text, env_vars::ENDPOINT.to_owned()),
            (None, None, Some(text)) => (text.to_owned(), self.path.display()),
            (None, None, None) => (DEFAULT_ENDPOINT.to_owned(), "default".to_owned()),
        };
        let endpoint = Endpoint::parse(&text).map_err(|reason| endpoint_error(&text, &source, &reason))?;
        Ok((endpoint, source))
    }

    /// Returns the limits of a client, and the proxy.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] or [`ErrorKind::Config`] if a value is invalid.
    pub fn client_options(&self) -> Result<ClientOptions, Error> {
        let timeout = self.duration(self.flags.timeout, env_vars::TIMEOUT, DEFAULT_TIMEOUT)?;
        let max_wait = self.duration(self.flags.max_wait, env_vars::MAX_WAIT, DEFAULT_MAX_WAIT)?;
        if timeout.is_zero() {
            return Err(Error::new(ErrorKind::Usage, "timeout must be greater than 0"));
        }
        let proxy = Proxy::from_env(self.env)?;
        Ok(ClientOptions { timeout, max_wait, proxy, ca_variable: "SSL_CERT_FILE", ca_bundle: None })
    }

    /// Returns the credentials of `source`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if they are missing or incomplete.
    pub fn credentials(&self, source: &CredentialSource) -> Result<CredentialSpec, Error> {
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
            (None, Some(_)) if self.env.var(env_vars::IN_API_KEY_COMMAND)?.is_some() => {
                let hint = "let the command call another program, or name a profile that has an api_key";
                return invalid("has an api_key_command, which an api_key_command must not need", hint);
            }
            (None, command) => command.clone().map(KeySource::Command),
        };
        let same_place = "set org_id and the API key in the same place";
        match (org_id, key) {
            (Some(org_id), Some(key)) => {
                let profile = name.map(str::to_owned);
                Ok(CredentialSpec { org_id: org_id.to_owned(), key, source, profile })
            }
            (Some(_), None) => invalid("is missing api_key or api_key_command", same_place),
            (None, Some(_)) => invalid("is missing org_id", same_place),
            (None, None) if name.is_some() => invalid("is missing org_id and api_key", same_place),
            (None, None) if self.config.profile_names().next().is_none() => Err(missing_credentials()),
            (None, None) => Err(missing_credentials()
                .with_hint(self.list_profiles())
                .with_hint("use one with --profile, or by default with `strigo auth switch PROFILE`")),
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
    match (env.var(ORG_ID)?, api_key) {
        (Some(org_id), Some(api_key)) => {
            let source = format!("{ORG_ID} and {API_KEY}");
            Ok(Some(CredentialSpec { org_id, key: KeySource::Literal(api_key), source, profile: None }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => incomplete(API_KEY, ORG_ID),
        (None, Some(_)) => incomplete(ORG_ID, API_KEY),
    }
}
