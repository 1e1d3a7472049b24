//! The packages that the site is made of, as `cargo metadata` tells them.

use crate::cargo::{PACKAGE, cargo, output};
use crate::target::WASM;
use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId, TargetKind};
use std::collections::BTreeSet;

/// The packages whose code is in the page's WebAssembly.
/// Macros run at build time and are none of them.
///
/// # Errors
/// If `Cargo.lock` is missing or not current, or cargo cannot be asked.
pub fn shipped() -> Result<Vec<Package>> {
    let text =
        output(&mut cargo(["metadata", "--locked", "--format-version", "1", "--filter-platform", WASM]))
            .context("Cargo.lock is not current (`cargo update --workspace` makes it so)")?;
    let metadata: Metadata = MetadataCommand::parse(text)?;
    let resolve = metadata.resolve.as_ref().context("cargo resolves the packages")?;
    let root = metadata.packages.iter().find(|package| package.name == PACKAGE).context("our own package")?;
    let (mut found, mut next) = (BTreeSet::new(), vec![&root.id]);
    while let Some(id) = next.pop() {
        if !found.insert(id) || is_macro(&metadata[id]) {
            continue;
        }
        let node = resolve.nodes.iter().find(|node| node.id == *id).context("a package is resolved")?;
        let linked = node
            .deps
            .iter()
            .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        next.extend(linked.map(|dep| &dep.pkg));
    }
    let shipped = |id: &&&PackageId| !is_macro(&metadata[**id]);
    Ok(found.iter().filter(shipped).map(|id| metadata[*id].clone()).collect())
}

fn is_macro(package: &Package) -> bool {
    package.targets.iter().any(|target| target.kind.contains(&TargetKind::ProcMacro))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_shipped_and_what_only_builds_is_not() {
        let shipped = shipped().unwrap();
        let has = |name: &str| shipped.iter().any(|package| package.name == name);
        for name in ["nalgebra", "plotters", "winnow", "csv", "wasm-bindgen"] {
            assert!(has(name), "{name}");
        }
        for name in ["serde_derive", "syn", "proptest", "rayon", "brotli"] {
            assert!(!has(name), "{name}");
        }
    }
}
