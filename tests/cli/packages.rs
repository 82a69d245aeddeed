//! The contents of the Debian package.

use std::path::Path;

use toml_edit::DocumentMut;

/// Returns the source and destination of each file in the Debian package.
fn assets() -> Vec<(String, String)> {
    let manifest: DocumentMut = include_str!("../../Cargo.toml").parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    let text = |asset: &toml_edit::Value, index: usize| {
        asset.as_array().unwrap().get(index).unwrap().as_str().unwrap().to_owned()
    };
    assets.iter().map(|asset| (text(asset, 0), text(asset, 1))).collect()
}

#[test]
fn debian_package_assets_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (source, _) in assets() {
        let count = glob::glob(root.join(&source).to_str().unwrap()).unwrap().count();
        assert!(count > 0 || source.starts_with("target/"), "{source}");
    }
}

/// The directories are those that the documentation of bash-completion, zsh, and fish specifies for packages.
#[test]
fn debian_package_install_paths() {
    let assets = assets();
    for (source, destination) in [
        ("completions/strigo.bash", "usr/share/bash-completion/completions/strigo"),
        ("completions/_strigo", "usr/share/zsh/vendor-completions/_strigo"),
        ("completions/strigo.fish", "usr/share/fish/vendor_completions.d/strigo.fish"),
        ("man/*.1", "usr/share/man/man1/"),
        ("man/*.5", "usr/share/man/man5/"),
        ("target/release/strigo", "usr/bin/"),
    ] {
        assert!(assets.contains(&(source.to_owned(), destination.to_owned())), "{source}");
    }
}
