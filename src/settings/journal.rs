//! Where invitations are recorded.

use std::ffi::{OsStr, OsString};

use super::Settings;
use crate::error::{Error, ErrorKind};
use crate::invitations::event::Scope;
use crate::invitations::journal::JournalLocation;
use crate::private_file::{create_private_dir_all, fsync_parent_dir, parent_dir};
use crate::process::{Environment, env_vars};

/// Where invitations are recorded, and where that is set.
#[derive(Debug, Clone)]
pub struct JournalSetting {
    /// The place. It is `Off` by default only if the platform has no directory for state.
    pub location: JournalLocation,
    /// Where the place is set, as it is shown to the user.
    pub source: String,
    /// Whether it is set nowhere.
    pub is_default: bool,
}

impl JournalSetting {
    /// Resolves the place: `--journal`, then `STRIGO_JOURNAL`, then that of the profile from which the credentials come, then a
    /// file of this endpoint and organization below the directory for state.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Usage`] if the place is invalid, and the errors of `settings` and of the credentials, which are
    /// needed only if neither the option nor the variable is set.
    pub fn resolve<'s>(
        typed: Option<&OsStr>,
        env: &Environment,
        settings: impl FnOnce() -> Result<&'s Settings, Error>,
    ) -> Result<Self, Error> {
        if let Some(typed) = typed {
            return Self::parse(typed.to_owned(), "--journal");
        }
        if let Some(typed) = env.var_os(env_vars::JOURNAL) {
            return Self::parse(typed, env_vars::JOURNAL);
        }
        let settings = settings()?;
        if let Some(location) = settings.journal.clone() {
            return Ok(JournalSetting { location, source: settings.journal_source.clone(), is_default: false });
        }
        let org_id = settings.credentials.as_ref().map_err(Clone::clone)?.org_id.clone();
        let scope = Scope { endpoint: settings.endpoint.to_string(), org_id };
        let location = env.state_dir.as_deref().map(|dir| JournalLocation::default_file(dir, &scope));
        Ok(location.map_or_else(Self::off, |location| JournalSetting { location, ..Self::off() }))
    }

    /// Returns that nothing is recorded, and that no place for it is set.
    pub fn off() -> Self {
        JournalSetting { location: JournalLocation::Off, source: "default".to_owned(), is_default: true }
    }

    /// Creates the directory of the default file. If that fails, so does the use of the file.
    pub fn create_dir(&self) {
        if let JournalLocation::File(path) = &self.location
            && self.is_default
        {
            let dir = parent_dir(path);
            let _ = create_private_dir_all(dir).and_then(|()| fsync_parent_dir(dir));
        }
    }

    fn parse(typed: OsString, source: &str) -> Result<Self, Error> {
        let invalid = |reason| {
            let message = format!("invalid journal '{}' (from {source}): {reason}", typed.display());
            Error::new(ErrorKind::Usage, message)
        };
        let location = JournalLocation::parse(typed.clone()).map_err(invalid)?;
        Ok(JournalSetting { location, source: source.to_owned(), is_default: false })
    }
}
