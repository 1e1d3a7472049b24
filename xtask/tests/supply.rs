//! What the project is made of: every package is under a licence that `deny.toml` allows and from crates.io, every
//! direct dependency has a reason and no features by default, and `docs/dependencies.md` says so.
//!
//! After an intended change, `UPDATE_DEPENDENCIES=1 cargo test -p xtask --test supply` writes that page anew.

use cargo_metadata::{Dependency, DependencyKind, Metadata, Package};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Value};
use xtask::cargo::root;
use xtask::packages;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
const GUIDE: &str = "docs/dependencies.md";
const TABLE: &str = "| dependency | version | features | why it is there |\n|---|---|---|---|\n";

fn metadata() -> Metadata {
    packages::all().expect("a current Cargo.lock")
}

fn parsed(path: &Path) -> DocumentMut {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Strings of a list in `deny.toml`.
fn listed(section: &str, key: &str) -> BTreeSet<String> {
    let deny = parsed(&root().join("deny.toml"));
    let list = deny[section][key].as_array().expect("a list");
    list.iter().map(|value| value.as_str().expect("a text").to_owned()).collect()
}

/// Whether a list of licences permits an expression.
fn permitted(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression =
        spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX).expect("an expression of SPDX");
    expression.evaluate(|wanted| allowed.contains(&wanted.to_string()))
}

#[test]
fn every_package_is_under_a_licence_that_is_allowed() {
    let allowed = listed("licenses", "allow");
    let mut packages = 0;
    for package in metadata().packages {
        let licence = package.license.as_deref().unwrap_or("");
        assert!(permitted(licence, &allowed), "{} {}: {licence:?}", package.name, package.version);
        packages += 1;
    }
    assert!(packages > 100, "{packages} packages");
    assert!(!permitted("GPL-3.0-only", &allowed) && permitted("GPL-3.0-only OR MIT", &allowed));
    assert!(!permitted("GPL-3.0-only AND MIT", &allowed));
}

#[test]
fn no_licence_is_allowed_in_vain() {
    let metadata = metadata();
    let all = listed("licenses", "allow");
    for licence in &all {
        let mut without = all.clone();
        without.remove(licence);
        let needed = |package: &Package| !permitted(package.license.as_deref().unwrap_or(""), &without);
        assert!(metadata.packages.iter().any(needed), "deny.toml allows {licence}, which nobody needs");
    }
}

#[test]
fn every_package_is_ours_or_from_the_registry() {
    for package in metadata().packages {
        match &package.source {
            None => assert!(package.manifest_path.starts_with(root()), "{}", package.manifest_path),
            Some(source) => assert_eq!(source.repr, REGISTRY, "{}", package.name),
        }
    }
}

/// Our own packages, the site's first.
fn ours(metadata: &Metadata) -> Vec<&Package> {
    let mut ours: Vec<&Package> =
        metadata.packages.iter().filter(|package| package.source.is_none()).collect();
    ours.sort_by_key(|package| {
        (package.name.starts_with("xtask"), package.name != "auxilearn-lab", package.name.to_string())
    });
    ours
}

/// What a manifest says behind a dependency.
fn reason(package: &Package, dependency: &Dependency) -> Option<String> {
    let manifest = parsed(package.manifest_path.as_std_path());
    let item = item(manifest.as_item(), dependency)?;
    let said = comment(item);
    let shared = item.get("workspace").is_some();
    if said.is_some() || !shared {
        return said;
    }
    let workspace = parsed(&root().join("Cargo.toml"));
    let workspace = workspace.as_item().get("workspace")?.get("dependencies")?.get(&dependency.name)?.clone();
    comment(&workspace)
}

/// Where a manifest asks for a dependency.
fn item<'a>(manifest: &'a Item, dependency: &Dependency) -> Option<&'a Item> {
    let table = match dependency.kind {
        DependencyKind::Development => "dev-dependencies",
        DependencyKind::Build => "build-dependencies",
        _ => "dependencies",
    };
    let place = match &dependency.target {
        Some(target) => manifest.get("target")?.get(target.to_string())?,
        None => manifest,
    };
    place.get(table)?.get(&dependency.name)
}

/// The comment at the end of an item's line.
fn comment(item: &Item) -> Option<String> {
    let value = match item {
        Item::Value(Value::InlineTable(table)) if table.is_dotted() => table.iter().last()?.1.clone(),
        Item::Value(value) => value.clone(),
        Item::Table(table) => table.iter().last()?.1.as_value()?.clone(),
        _ => return None,
    };
    let said = value.decor().suffix()?.as_str()?.trim().strip_prefix('#')?.trim().to_owned();
    (!said.is_empty()).then_some(said)
}

/// Whether a dependency is asked for with features that its package has by default, though there are some.
fn takes_defaults(metadata: &Metadata, dependency: &Dependency) -> bool {
    let has = |package: &&Package| {
        package.name == dependency.name
            && dependency.req.matches(&package.version)
            && package.source.is_some()
    };
    let defaults =
        |package: &Package| package.features.get("default").is_some_and(|features| !features.is_empty());
    dependency.uses_default_features && metadata.packages.iter().find(has).is_some_and(defaults)
}

#[test]
fn every_dependency_has_a_reason_and_no_features_by_default() {
    let metadata = metadata();
    for package in ours(&metadata) {
        for dependency in &package.dependencies {
            let name = format!("{} of {}", dependency.name, package.name);
            assert!(reason(package, dependency).is_some(), "{name} has no comment that says why it is there");
            assert!(
                !takes_defaults(&metadata, dependency),
                "{name} names the features it needs, not the default ones"
            );
        }
    }
}

/// Rust sources of a package.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let other = entry.join("Cargo.toml").exists() || entry.ends_with("target");
        if entry.is_dir() && !other {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            found.push(entry);
        }
    }
    found
}

#[test]
fn every_dependency_is_used() {
    let metadata = metadata();
    for package in ours(&metadata) {
        let folder = package.manifest_path.parent().expect("a folder").as_std_path();
        // A package of problems lends them from the tests.
        let lent =
            if package.name == "instructions" { sources(&root().join("tests/solver")) } else { Vec::new() };
        let text: String = sources(folder)
            .into_iter()
            .chain(lent)
            .map(|path| fs::read_to_string(path).expect("text"))
            .collect();
        for dependency in &package.dependencies {
            let name = dependency.name.replace('-', "_");
            let used = [format!("{name}::"), format!("use {name}")]
                .iter()
                .any(|named| text.contains(named.as_str()));
            assert!(used, "{} does not use {}", package.name, dependency.name);
        }
    }
}

fn rows(package: &Package) -> String {
    let mut rows = String::new();
    let optional = if package.name.starts_with("auxilearn") { "complete program" } else { "optional" };
    let mut dependencies: Vec<&Dependency> = package.dependencies.iter().collect();
    dependencies
        .sort_by_key(|dependency| (dependency.kind == DependencyKind::Development, dependency.name.clone()));
    for dependency in dependencies {
        let mut when = Vec::new();
        when.extend(dependency.optional.then(|| optional.to_owned()));
        when.extend((dependency.kind == DependencyKind::Development).then(|| "tests".to_owned()));
        when.extend(dependency.target.as_ref().map(|target| match target.to_string().contains("not(") {
            true => "native".to_owned(),
            false => "WebAssembly".to_owned(),
        }));
        let when = if when.is_empty() { String::new() } else { format!(" ({})", when.join(", ")) };
        let version = if dependency.path.is_some() { "ours".to_owned() } else { dependency.req.to_string() };
        let features = if dependency.features.is_empty() {
            "none".to_owned()
        } else {
            format!("`{}`", dependency.features.join("`, `"))
        };
        let why = reason(package, dependency).unwrap_or_default();
        let _ = writeln!(rows, "| {}{when} | {version} | {features} | {why} |", dependency.name);
    }
    rows
}

#[test]
fn the_guide_lists_every_dependency() {
    let metadata = metadata();
    let path = root().join(GUIDE);
    let guide = fs::read_to_string(&path).expect(GUIDE);
    let (head, _) = guide.split_once("\n## ").expect("a heading");
    let mut expected = head.to_owned();
    for package in ours(&metadata) {
        let what = package.description.as_deref().unwrap_or_default();
        let _ = write!(expected, "\n## {}\n\n{what}\n\n{TABLE}{}", package.name, rows(package));
    }
    if std::env::var_os("UPDATE_DEPENDENCIES").is_some() {
        fs::write(path, expected).expect("the page can be written");
        return;
    }
    assert!(
        guide == expected,
        "{GUIDE} is not current: UPDATE_DEPENDENCIES=1 cargo test -p xtask --test supply"
    );
}

#[test]
fn workflows_may_do_little_and_name_their_actions_by_hash() {
    let folder = root().join(".github/workflows");
    for entry in fs::read_dir(folder).expect("workflows") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        let name = path.display();
        assert!(text.contains("\npermissions:\n  contents: read\n"), "{name} may write");
        for action in text.lines().filter_map(|line| line.split("uses: ").nth(1)) {
            let (_, version) =
                action.split_once('@').unwrap_or_else(|| panic!("{name}: {action} has no version"));
            let (hash, said) =
                version.split_once(" # ").unwrap_or_else(|| panic!("{name}: {action} says no version"));
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash && said.starts_with('v'), "{name}: {action} is no hash with its version");
        }
    }
}

#[test]
fn ci_builds_what_the_lock_file_says() {
    let aliases = parsed(&root().join(".cargo/config.toml"));
    assert!(
        aliases["alias"]["xtask"].as_str().is_some_and(|alias| alias.contains(" --locked ")),
        "{aliases:?}"
    );
    let mut commands = 0;
    for file in [".ci/run", ".github/workflows/ci.yml", ".github/workflows/pages.yml"] {
        let text = fs::read_to_string(root().join(file)).expect(file);
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && line.contains("cargo "))
        {
            assert!(line.contains(" --locked ") || line.contains("cargo xtask "), "{file}: {line}");
            commands += 1;
        }
    }
    assert!(commands > 2, "{commands} commands");
    let ignored = fs::read_to_string(root().join(".gitignore")).expect(".gitignore");
    assert!(root().join("Cargo.lock").exists() && !ignored.contains("Cargo.lock"), "Cargo.lock is committed");
}
