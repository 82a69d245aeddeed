//! What the packages hold.

use std::path::Path;

use toml_edit::DocumentMut;

/// The sources and destinations of the Debian package's files.
fn assets() -> Vec<(String, String)> {
    let manifest: DocumentMut = include_str!("../../Cargo.toml").parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    let text =
        |asset: &toml_edit::Value, at: usize| asset.as_array().unwrap().get(at).unwrap().as_str().unwrap().to_owned();
    assets.iter().map(|asset| (text(asset, 0), text(asset, 1))).collect()
}

#[test]
fn each_file_of_the_debian_package_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (source, _) in assets() {
        let found = glob::glob(root.join(&source).to_str().unwrap()).unwrap().count();
        assert!(found > 0 || source.starts_with("target/"), "{source}");
    }
}

/// By the documentation of bash-completion, zsh and fish.
#[test]
fn the_shells_look_where_the_completions_are() {
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
