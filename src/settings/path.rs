//! Where the config file is.

use std::path::PathBuf;

use crate::cli::GlobalArgs;
use crate::process::{Environment, env_vars};

/// The path of the config file.
pub struct ConfigPath {
    /// The path, unless neither the user nor the platform has one.
    pub path: Option<PathBuf>,
    /// Whether the user named it.
    pub is_explicit: bool,
}

impl ConfigPath {
    /// Locates the file: `--config`, then `STRIGO_CONFIG`, then `config.toml` in the platform's directory for the
    /// configuration of `strigo`.
    pub fn locate(args: &GlobalArgs, env: &Environment) -> Self {
        let explicit = args.config.clone().or_else(|| env.var_os(env_vars::CONFIG).map(PathBuf::from));
        let is_explicit = explicit.is_some();
        let path = explicit.or_else(|| env.config_dir.as_ref().map(|dir| dir.join("config.toml")));
        ConfigPath { path, is_explicit }
    }

    /// Returns the path as it is shown to the user.
    pub fn display(&self) -> String {
        let no_path = || "(no config file: HOME is not set)".to_owned();
        self.path.as_deref().map_or_else(no_path, |path| path.display().to_string())
    }
}
