//! As typed becomes as meant: flags, environment and config file make one [`Settings`].

use std::path::{Path, PathBuf};
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
    /// What says so, as it is told to the user.
    pub endpoint_source: String,
    /// How patient to be.
    pub options: Options,
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

    /// The key as it may be shown. Fails with [`Kind::Config`] where there is none.
    pub fn shown_key(&self) -> Result<ShownKey<'_>, Error> {
        let sign_in = self.sign_in.as_ref().map_err(Clone::clone)?;
        Ok(match &sign_in.key {
            Key::There(key) => ShownKey::Masked(key.masked()),
            // Its arguments are nobody's business.
            Key::PrintedBy(command) => ShownKey::PrintedBy(command.first().map_or("", String::as_str)),
        })
    }
}

/// What may be shown of a key.
pub enum ShownKey<'a> {
    /// Its end at the most.
    Masked(String),
    /// The program that prints it.
    PrintedBy(&'a str),
}

/// What settings are made of: flags, variables and the config file.
pub struct Sources<'a> {
    args: &'a GlobalArgs,
    env: &'a Environment,
    file: ConfigFile,
}

/// A place that credentials can be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Two variables.
    Environment,
    /// The config file: the profile of that name, or its top level.
    File(Option<String>),
}

/// Credentials that were found somewhere.
pub struct Found {
    /// Where.
    pub place: Place,
    /// Whether they are the ones that commands use.
    pub in_force: bool,
    /// The settings with these credentials, or why they cannot be used.
    pub settings: Result<Settings, Error>,
}

impl<'a> Sources<'a> {
    /// Finds the config file's place, and reads nothing yet.
    pub fn new(args: &'a GlobalArgs, env: &'a Environment) -> Self {
        Sources { args, env, file: ConfigFile::locate(args, env) }
    }

    /// The settings in force. Missing credentials are no failure until they are asked for.
    pub fn settings(&self) -> Result<Settings, Error> {
        self.settings_at(&self.place_in_force()?, &self.file.read()?)
    }

    /// Everywhere that credentials are, be they complete or not.
    ///
    /// Fails with [`Kind::Config`] where the config file cannot be used or has no profile of the name asked for.
    pub fn survey(&self) -> Result<Vec<Found>, Error> {
        let config = self.file.read()?;
        let in_force = self.place_in_force()?;
        self.file.profile(&config, self.profile_name()?.as_deref())?;
        let profiles = config.profile_names().map(|name| Place::File(Some(name.to_owned())));
        let places = [Place::Environment, Place::File(None)].into_iter().chain(profiles);
        let is_wanted = |place: &Place| match place {
            Place::Environment => self.are_in_environment(),
            Place::File(None) => config.profile(None).is_some_and(Profile::has_credentials),
            Place::File(Some(_)) => true,
        };
        let found = places.filter(is_wanted).map(|place| Found {
            in_force: place == in_force,
            settings: self.settings_at(&place, &config),
            place,
        });
        Ok(found.collect())
    }

    /// The config file, and the profile in it (or its top level) that `auth` writes and removes. Fails with
    /// [`Kind::Config`] where there is no place for a file.
    pub fn target(&self) -> Result<(&Path, Option<String>), Error> {
        let path = self.file.path.as_deref().ok_or_else(|| {
            Error::new(Kind::Config, "there is no place for a config file, since HOME is not set")
                .hint("Name one with --config or STRIGO_CONFIG.")
        })?;
        Ok((path, self.profile_name()?))
    }

    /// What the target has already, if it is there.
    pub fn target_profile(&self) -> Result<Option<Profile>, Error> {
        let (path, name) = self.target()?;
        Ok(Config::read(path)?.and_then(|config| config.profile(name.as_deref()).cloned()))
    }

    /// What the target has. Fails with [`Kind::Config`] where it is not there.
    pub fn present_target(&self) -> Result<Profile, Error> {
        let (_, name) = self.target()?;
        self.file.profile(&self.file.read()?, name.as_deref()).cloned()
    }

    /// Where the platform keeps what the tool can do without.
    pub fn cache_dir(&self) -> Option<&Path> {
        self.env.cache_dir()
    }

    /// The endpoint on the command line.
    pub fn endpoint_flag(&self) -> Option<&str> {
        self.args.endpoint.as_deref()
    }

    /// Settings for a pair that is not kept yet; `there` is what the place has that it is to be kept in.
    pub fn settings_for(&self, org_id: &str, key: &ApiKey, source: &str, there: &Profile) -> Result<Settings, Error> {
        let sign_in = SignIn { org_id: org_id.to_owned(), key: Key::There(key.clone()), source: source.to_owned() };
        self.settings_with(Ok(sign_in), there.endpoint.as_deref())
    }

    /// The config file, where the platform or the user has a place for it.
    pub fn config_path(&self) -> Option<&Path> {
        self.file.path.as_deref()
    }

    /// The names of the profiles, each with its organization's ID.
    pub fn profiles(&self) -> Result<Vec<(String, Option<String>)>, Error> {
        let config = self.file.read()?;
        let org_id = |name: &str| config.profile(Some(name)).and_then(|profile| profile.org_id.clone());
        Ok(config.profile_names().map(|name| (name.to_owned(), org_id(name))).collect())
    }

    /// What the user ought to mend before a key is used.
    pub fn warning(&self) -> Option<String> {
        self.config_path().and_then(config::file::exposure)
    }

    /// Whether the environment has a pair, which is before what is in the config file. Fails with [`Kind::Config`] where
    /// it has half of one.
    pub fn environment(&self) -> Result<bool, Error> {
        from_environment(self.env).map(|pair| pair.is_some())
    }

    fn are_in_environment(&self) -> bool {
        self.environment().unwrap_or(true)
    }

    fn place_in_force(&self) -> Result<Place, Error> {
        match &self.args.profile {
            None if self.are_in_environment() => Ok(Place::Environment),
            _ => Ok(Place::File(self.profile_name()?)),
        }
    }

    /// The profile of the config file that is asked for, whether or not credentials come from it.
    fn profile_name(&self) -> Result<Option<String>, Error> {
        match &self.args.profile {
            Some(name) => Ok(Some(name.clone())),
            None => self.env.text("STRIGO_PROFILE"),
        }
    }

    fn settings_at(&self, place: &Place, config: &Config) -> Result<Settings, Error> {
        // The endpoint comes from the file even where the pair does not.
        let name = match place {
            Place::Environment => self.profile_name()?,
            Place::File(name) => name.clone(),
        };
        let profile = self.file.profile(config, name.as_deref())?;
        let sign_in = match place {
            Place::Environment => from_environment(self.env).and_then(|pair| pair.ok_or_else(|| self.file.nothing())),
            Place::File(_) => self.file.sign_in(profile, name.as_deref()),
        };
        self.settings_with(sign_in, profile.endpoint.as_deref())
    }

    fn settings_with(&self, sign_in: Result<SignIn, Error>, endpoint_in_file: Option<&str>) -> Result<Settings, Error> {
        let options = Options {
            timeout: duration(self.args.timeout, "STRIGO_TIMEOUT", self.env, DEFAULT_TIMEOUT)?,
            max_wait: duration(self.args.max_wait, "STRIGO_MAX_WAIT", self.env, DEFAULT_MAX_WAIT)?,
        };
        if options.timeout.is_zero() {
            return Err(Error::new(Kind::Usage, "a timeout of 0 seconds leaves no time for an answer"));
        }
        let (text, source) = match (&self.args.endpoint, self.env.text(ENDPOINT)?, endpoint_in_file) {
            (Some(text), ..) => (text.clone(), "--endpoint".to_owned()),
            (None, Some(text), _) => (text, ENDPOINT.to_owned()),
            (None, None, Some(text)) => (text.to_owned(), self.file.shown()),
            (None, None, None) => (endpoint::DEFAULT.to_owned(), "the default".to_owned()),
        };
        let endpoint = Endpoint::parse(&text, &source)?;
        Ok(Settings { endpoint, endpoint_source: source, options, sign_in })
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

    /// What the file says. Without a file, nothing; one that was asked for by name has to be there.
    fn read(&self) -> Result<Config, Error> {
        let config = self.path.as_deref().map(Config::read).transpose()?.flatten();
        if config.is_none() && self.is_named {
            return Err(Error::new(Kind::Config, format!("the config file {} does not exist", self.shown())));
        }
        Ok(config.unwrap_or_default())
    }

    /// The profile of that name, or the top level.
    fn profile<'a>(&self, config: &'a Config, name: Option<&str>) -> Result<&'a Profile, Error> {
        config.profile(name).ok_or_else(|| {
            let there: Vec<String> = config.profile_names().map(|name| format!("'{name}'")).collect();
            let hint = if there.is_empty() {
                format!("There are no profiles in {}.", self.shown())
            } else {
                format!("The profiles in {} are {}.", self.shown(), there.join(", "))
            };
            Error::new(Kind::Config, format!("there is no profile '{}'", name.unwrap_or_default())).hint(hint)
        })
    }

    /// The pair in a profile. Half a pair is a failure.
    fn sign_in(&self, profile: &Profile, name: Option<&str>) -> Result<SignIn, Error> {
        let place = match name {
            Some(name) => format!("profile '{name}' in {}", self.shown()),
            None => self.shown(),
        };
        let org_id = profile.org_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let wrong = |why: &str, advice: &str| Err(Error::new(Kind::Config, format!("{place} {why}")).hint(advice));
        let key = match (profile.api_key.as_ref().filter(|key| !key.is_empty()), &profile.api_key_command) {
            (Some(_), Some(_)) => return wrong("has both api_key and api_key_command", "Take out one of the two."),
            (Some(key), None) => Some(Key::There(key.clone())),
            (None, command) => command.clone().map(Key::PrintedBy),
        };
        let pair = "The organization ID and the API key are a pair and come from one place: put both there.";
        match (org_id, key) {
            (Some(org_id), Some(key)) => Ok(SignIn { org_id: org_id.to_owned(), key, source: place }),
            (Some(_), None) => wrong("has no api_key and no api_key_command", pair),
            (None, Some(_)) => wrong("has no org_id", pair),
            (None, None) if name.is_some() => wrong("has no org_id and no api_key", pair),
            (None, None) => Err(self.nothing()),
        }
    }

    fn nothing(&self) -> Error {
        Error::new(Kind::Config, "there are no credentials").hint(format!(
            "Run `strigo auth login`, or set {ORG_ID} and {API_KEY}, or put org_id and api_key into {}. An owner of \
             the organization finds both at {WHERE_KEYS_ARE}.",
            self.shown()
        ))
    }
}

const ENDPOINT: &str = "STRIGO_API_ENDPOINT";
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
