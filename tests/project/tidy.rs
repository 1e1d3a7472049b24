//! The house rules that a machine can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` with one of these endings, sorted.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                if entry.file_name().is_none_or(|name| name != "pkg") {
                    folders.push(entry);
                }
            } else if endings.iter().any(|end| entry.extension().is_some_and(|x| x == *end)) {
                found.push(entry);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has files");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The one way through the house: a module may import those before it, never one after it.
const ORDER: &[&str] = &[
    "lang",
    "error",
    "status",
    "trace",
    "series",
    "zero",
    "tagged",
    "elementary",
    "vectors",
    "formula",
    "curvature",
    "loss",
    "family",
    "combination",
    "random",
    "sampling",
    "problem",
    "ihvp",
    "state",
    "outer",
    "constraint",
    "inner",
    "hypergradient",
    "method",
    "run",
    "lanes",
    "facts",
    "events",
    "narrate",
    "record",
    "sampled",
    "experiment",
    "table",
    "seeds",
    "study",
    "bench",
    "chart",
    "exhibit",
    "web",
];

/// What a module must not know although it stands before it.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "chart",
        &[
            "curvature",
            "loss",
            "problem",
            "ihvp",
            "hypergradient",
            "inner",
            "outer",
            "method",
            "run",
            "lanes",
            "facts",
            "experiment",
            "seeds",
            "study",
            "tagged",
        ],
    ),
    ("record", &["problem", "method", "run", "lanes", "experiment", "facts"]),
    ("table", &["problem", "method", "run", "lanes", "trace"]),
    ("trace", &["loss", "problem", "method", "curvature"]),
    ("sampled", &["problem", "method", "run", "lanes", "curvature", "ihvp", "trace"]),
    ("facts", &["problem", "method", "run", "lanes", "experiment"]),
    ("events", &["problem", "method", "run", "lanes", "experiment", "facts"]),
    ("narrate", &["problem", "method", "run", "lanes", "experiment"]),
];

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).expect("a source file");
    let inside = inside.strip_prefix("solver").unwrap_or(inside);
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn no_module_imports_backwards() {
    let place = |module: &str| {
        ORDER.iter().position(|m| *m == module).unwrap_or_else(|| panic!("{module} has no place in ORDER"))
    };
    for path in files("src", &["rs"]) {
        let module = module_of(&path);
        if module == "lib" {
            continue;
        }
        let text = read(&path);
        let imported: BTreeSet<&str> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split("crate::").skip(1))
            .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().expect("a name"))
            .filter(|name| ORDER.contains(name))
            .collect();
        for import in imported {
            let backwards = place(import) > place(&module);
            assert!(!backwards, "{}: {module} imports {import}", path.display());
            let forbidden = FORBIDDEN.iter().any(|(m, list)| *m == module && list.contains(&import));
            assert!(!forbidden, "{}: {module} must not know {import}", path.display());
        }
    }
}

#[test]
fn only_web_knows_the_browser() {
    for path in files("src", &["rs"]).iter().filter(|path| module_of(path) != "web") {
        for name in ["web_sys", "js_sys", "wasm_bindgen"] {
            assert!(!read(path).contains(name), "{} names {name}", path.display());
        }
    }
}

#[test]
fn files_and_functions_stay_short() {
    for path in files("src", &["rs"]).into_iter().chain(files("xtask", &["rs"])).chain(files("www", &["js"]))
    {
        let text = read(&path);
        let lines = text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        let mut start = None;
        for (i, line) in text.lines().enumerate() {
            let code = line.trim_start();
            let indent = line.len() - code.len();
            let opens = ["pub ", "pub(crate) ", "pub(super) ", ""].iter().any(|p| {
                code.strip_prefix(p)
                    .is_some_and(|rest| rest.starts_with("fn ") || rest.starts_with("async fn "))
            });
            if opens && !code.ends_with(';') && start.is_none() {
                start = Some((i, indent));
            }
            if let Some((from, at)) = start {
                if code.starts_with('}') && indent == at {
                    let length = i - from + 1;
                    assert!(length <= 60, "{}:{} has a function of {length} lines", path.display(), from + 1);
                    start = None;
                } else if i == from && code.ends_with('}') {
                    start = None;
                }
            }
        }
    }
}

#[test]
fn nothing_is_left_to_do_later() {
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimplemented", "!"), concat!("#[ig", "nore")];
    for folder in ["src", "tests", "examples", "commands", "xtask", "benches", "www"] {
        for path in files(folder, &["rs", "js", "css"]) {
            let text = read(&path);
            for mark in marks {
                assert!(!text.contains(mark), "{} holds {mark}", path.display());
            }
        }
    }
}

#[test]
fn every_field_of_the_document_is_described() {
    let guide = read(&root().join("docs/experiment.md"));
    let asked = ["need(\"", "get(\"", "tag(\"", "&mut fields, \"", "share_or(\""];
    let mut fields = BTreeSet::new();
    for path in files("src/experiment/read", &["rs"]) {
        let text = read(&path);
        for call in asked {
            let names = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            fields.extend(names.map(str::to_owned));
        }
    }
    assert!(fields.len() > 30, "fields were found: {fields:?}");
    for field in fields {
        assert!(guide.contains(&format!("`{field}`")), "docs/experiment.md lacks `{field}`");
    }
}

#[test]
fn the_documents_in_the_guides_are_valid() {
    let mut checked = 0;
    for guide in ["docs/experiment.md", "README.md"] {
        for block in read(&root().join(guide)).split("```json").skip(1) {
            let text = block.split("```").next().expect("a closed block");
            auxilearn_lab::experiment::Experiment::from_json(text).unwrap_or_else(|e| panic!("{guide}: {e}"));
            checked += 1;
        }
    }
    assert!(checked > 0);
}

#[test]
fn data_ship_with_their_attribution() {
    let text = read(&root().join("data/README.md"));
    for name in ["Horst", "Hill", "Gorman", "CC0"] {
        assert!(text.contains(name));
    }
}

#[test]
fn workflows_name_their_actions_by_hash() {
    for path in files(".github/workflows", &["yml"]) {
        for action in read(&path).lines().filter_map(|line| line.split("uses: ").nth(1)) {
            let hash = action.split(['@', ' ']).nth(1).expect("a version");
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash, "{}: {action}", path.display());
        }
    }
}

#[test]
fn style_sheets_close_what_they_open() {
    for path in files("www", &["css"]) {
        let count = |brace: char| read(&path).chars().filter(|c| *c == brace).count();
        assert_eq!(count('{'), count('}'), "{}", path.display());
    }
}

/// What not every browser has (docs/hosting.md), and how it may be asked for all the same.
const NOT_EVERYWHERE: &[&str] = &[
    "requestIdleCallback(",
    "navigator.connection.",
    "OffscreenCanvas",
    "showOpenFilePicker(",
    "showSaveFilePicker(",
    "scheduler.",
    "document.startViewTransition(",
    "Array.fromAsync(",
    "Iterator.from(",
    "Promise.try(",
    "Promise.withResolvers(",
    "Object.groupBy(",
    "new EyeDropper",
    "CloseWatcher",
];

#[test]
fn scripts_use_what_every_browser_of_2023_has() {
    for path in files("www", &["js"]) {
        let text = read(&path);
        for name in NOT_EVERYWHERE {
            assert!(!text.contains(name), "{} uses {name} without asking for it", path.display());
        }
        let attributes = text.contains("with { type:") || text.contains("assert { type:");
        assert!(!attributes, "{} imports with attributes", path.display());
    }
}
