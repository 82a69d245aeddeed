//! As typed becomes as meant: flags, environment and config file make one [`Settings`].

use std::path::PathBuf;
use std::time::Duration;

use crate::api::Options;
use crate::api::credentials::{ApiKey, Credentials, WHERE_KEYS_ARE};
use crate::api::endpoint::{self, Endpoint};
use crate::cli::{ColorChoice, Format, GlobalArgs, seconds};
use crate::config::{self, Config, FILE_NAME, Profile};
use crate::error::{Error, Kind};
use crate::key_command;
use crate::process::Environment;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_MAX_WAIT: Duration = Duration::from_secs(300);

/// How to show things: known before anything else can fail.
#[derive(Debug, Clone, Copy)]
pub struct Display {
    /// The format asked for; without one, it depends on where the output goes.
    pub format: Option<Format>,
    /// IDs only.
    pub quiet: bool,
    /// Each request and answer on stderr.
    pub verbose: bool,
    /// Whether to colour.
    pub color: ColorChoice,
}

impl Display {
    /// Reads flags and variables. Fails with [`Kind::Usage`] where they contradict each other or make no sense.
    pub fn resolve(args: &GlobalArgs, env: &Environment) -> Result<Self, Error> {
        let format = match (args.json, args.format) {
            (true, None | Some(Format::Json)) => Some(Format::Json),
            (true, Some(_)) => return Err(Error::new(Kind::Usage, "--json and --format ask for different formats")),
            (false, Some(format)) => Some(format),
            (false, None) => env.text("STRIGO_FORMAT")?.map(|name| format_named(&name)).transpose()?,
        };
        let color = args.color.unwrap_or_default();
        Ok(Display { format, quiet: args.quiet, verbose: args.verbose, color })
    }
}

fn format_named(name: &str) -> Result<Format, Error> {
    clap::ValueEnum::from_str(name, true).map_err(|_| {
        Error::new(Kind::Usage, format!("STRIGO_FORMAT is '{name}', which is no format"))
            .hint("The formats are table, tsv, csv and json.")
    })
}

/// Where the API is, who asks and how patiently.
#[derive(Debug)]
pub struct Settings {
    /// Where the API is.
    pub endpoint: Endpoint,
    /// How patient to be.
    pub options: Options,
    /// What the user ought to mend.
    pub warnings: Vec<String>,
    sign_in: Result<SignIn, Error>,
}

/// Credentials as they were found: the key may have to be asked for.
#[derive(Debug)]
struct SignIn {
    org_id: String,
    key: Key,
    source: String,
}

#[derive(Debug)]
enum Key {
    There(ApiKey),
    /// The program and its arguments.
    PrintedBy(Vec<String>),
}

impl Settings {
    /// Reads flags, variables and the config file. Missing credentials are no failure until they are asked for.
    pub fn resolve(args: &GlobalArgs, env: &Environment) -> Result<Self, Error> {
        let file = ConfigFile::locate(args, env);
        let asked = args.profile.as_deref();
        let named = match asked {
            Some(name) => Some(name.to_owned()),
            None => env.text("STRIGO_PROFILE")?,
        };
        let profile = file.profile(named.as_deref())?;
        let endpoint = endpoint_of(args, env, &profile, &file)?;
        let from_env = if asked.is_some() { Ok(None) } else { from_environment(env) };
        let sign_in = from_env.and_then(|found| match found {
            Some(sign_in) => Ok(sign_in),
            None => from_profile(profile, named.as_deref(), &file),
        });
        let options = Options {
            timeout: duration(args.timeout, "STRIGO_TIMEOUT", env, DEFAULT_TIMEOUT)?,
            max_wait: duration(args.max_wait, "STRIGO_MAX_WAIT", env, DEFAULT_MAX_WAIT)?,
        };
        if options.timeout.is_zero() {
            return Err(Error::new(Kind::Usage, "a timeout of 0 seconds leaves no time for an answer"));
        }
        let warnings = file.path.as_deref().and_then(config::exposure).into_iter().collect();
        Ok(Settings { endpoint, options, warnings, sign_in })
    }

    /// The organization that asks. Fails with [`Kind::Config`] where nothing says so.
    pub fn org_id(&self) -> Result<&str, Error> {
        self.sign_in.as_ref().map(|sign_in| sign_in.org_id.as_str()).map_err(Clone::clone)
    }

    /// Who asks; runs the command that prints the key, where there is one. Fails with [`Kind::Config`] where nothing
    /// says so.
    pub fn credentials(&self) -> Result<Credentials, Error> {
        let SignIn { org_id, key, source } = self.sign_in.as_ref().map_err(Clone::clone)?;
        let (api_key, source) = match key {
            Key::There(key) => (key.clone(), source.clone()),
            Key::PrintedBy(command) => {
                (key_command::run(command, source, key_command::LONGEST)?, format!("{source} (by its api_key_command)"))
            }
        };
        Ok(Credentials { org_id: org_id.clone(), api_key, source })
    }
}

fn duration(flag: Option<Duration>, variable: &str, env: &Environment, default: Duration) -> Result<Duration, Error> {
    match (flag, env.text(variable)?) {
        (Some(duration), _) => Ok(duration),
        (None, Some(text)) => {
            seconds(&text).map_err(|why| Error::new(Kind::Usage, format!("{variable} is '{text}': {why}")))
        }
        (None, None) => Ok(default),
    }
}

/// The config file's place, and whether it was asked for by name.
struct ConfigFile {
    path: Option<PathBuf>,
    is_named: bool,
}

impl ConfigFile {
    fn locate(args: &GlobalArgs, env: &Environment) -> Self {
        let named = args.config.clone().or_else(|| env.os("STRIGO_CONFIG").map(PathBuf::from));
        ConfigFile {
            is_named: named.is_some(),
            path: named.or_else(|| env.config_dir().map(|dir| dir.join(FILE_NAME))),
        }
    }

    fn shown(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "(no place for it: HOME is not set)".to_owned(),
        }
    }

    /// The profile of that name, or the top level. Without a file, the top level is empty.
    fn profile(&self, name: Option<&str>) -> Result<Profile, Error> {
        let config = match &self.path {
            Some(path) => Config::read(path)?,
            None => None,
        };
        if config.is_none() && self.is_named {
            return Err(Error::new(Kind::Config, format!("the config file {} does not exist", self.shown())));
        }
        let config = config.unwrap_or_default();
        let there: Vec<String> = config.profile_names().map(|name| format!("'{name}'")).collect();
        config.profile(name).ok_or_else(|| {
            let name = name.unwrap_or_default();
            let hint = if there.is_empty() {
                format!("There are no profiles in {}.", self.shown())
            } else {
                format!("The profiles in {} are {}.", self.shown(), there.join(", "))
            };
            Error::new(Kind::Config, format!("there is no profile '{name}'")).hint(hint)
        })
    }
}

fn endpoint_of(args: &GlobalArgs, env: &Environment, profile: &Profile, file: &ConfigFile) -> Result<Endpoint, Error> {
    if let Some(text) = &args.endpoint {
        return Endpoint::parse(text, "--endpoint");
    }
    if let Some(text) = env.text("STRIGO_API_ENDPOINT")? {
        return Endpoint::parse(&text, "STRIGO_API_ENDPOINT");
    }
    match &profile.endpoint {
        Some(text) => Endpoint::parse(text, &file.shown()),
        None => Endpoint::parse(endpoint::DEFAULT, "the default"),
    }
}

const ORG_ID: &str = "STRIGO_ORG_ID";
const API_KEY: &str = "STRIGO_API_KEY";

/// The pair from the environment: both, or neither. Half a pair is a failure, whatever else is there.
fn from_environment(env: &Environment) -> Result<Option<SignIn>, Error> {
    let half = |missing: &str, there: &str| {
        Err(Error::new(Kind::Config, format!("{there} is set, but {missing} is not"))
            .hint("The organization ID and the API key are a pair and come from one place: set both, or neither."))
    };
    let api_key = env.text(API_KEY)?.map(ApiKey::new).filter(|key| !key.is_empty());
    let org_id = env.text(ORG_ID)?.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    match (org_id, api_key) {
        (Some(org_id), Some(api_key)) => {
            Ok(Some(SignIn { org_id, key: Key::There(api_key), source: format!("{ORG_ID} and {API_KEY}") }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => half(API_KEY, ORG_ID),
        (None, Some(_)) => half(ORG_ID, API_KEY),
    }
}

fn from_profile(profile: Profile, name: Option<&str>, file: &ConfigFile) -> Result<SignIn, Error> {
    let place = match name {
        Some(name) => format!("profile '{name}' in {}", file.shown()),
        None => file.shown(),
    };
    let org_id = profile.org_id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    let wrong = |why: &str, advice: &str| Err(Error::new(Kind::Config, format!("{place} {why}")).hint(advice));
    let key = match (profile.api_key.filter(|key| !key.is_empty()), profile.api_key_command) {
        (Some(_), Some(_)) => return wrong("has both api_key and api_key_command", "Take out one of the two."),
        (Some(key), None) => Some(Key::There(key)),
        (None, command) => command.map(Key::PrintedBy),
    };
    let pair = "The organization ID and the API key are a pair and come from one place: put both there.";
    match (org_id, key) {
        (Some(org_id), Some(key)) => Ok(SignIn { org_id, key, source: place }),
        (Some(_), None) => wrong("has no api_key and no api_key_command", pair),
        (None, Some(_)) => wrong("has no org_id", pair),
        (None, None) if name.is_some() => wrong("has no org_id and no api_key", pair),
        (None, None) => Err(Error::new(Kind::Config, "there are no credentials").hint(format!(
            "Set {ORG_ID} and {API_KEY}, or put org_id and api_key into {place}. An owner of the organization finds \
             both at {WHERE_KEYS_ARE}."
        ))),
    }
}
