//! The same document gives the same bits everywhere: `tests/web.rs` asserts the same file of digests
//! in the browser. After an intended change, `UPDATE_DIGESTS=1 cargo test --test solver digests` writes it anew.

use auxilearn_lab::experiment::Experiment;

use crate::agreement::note;
use crate::digest_zoo;

fn digests(document: &str) -> Vec<String> {
    let experiment = Experiment::from_json(document).expect("valid");
    let runs = experiment.runs().expect("finite data");
    runs.into_iter()
        .map(|mut run| {
            run.advance(u64::MAX);
            run.trace().digest()
        })
        .collect()
}

/// Asserts that two texts, such as digests, are the same.
#[track_caller]
fn assert_same(what: &str, found: &str, expected: &str) {
    let ok = found == expected;
    note(what, expected, found, f64::from(u8::from(!ok)), 0.0, ok);
    assert!(ok, "{what}: found {found}, expected {expected}");
}

#[test]
fn native_traces_have_the_recorded_digests() {
    if std::env::var_os("UPDATE_DIGESTS").is_some() {
        let lines = digest_zoo::documents().into_iter().flat_map(|(name, document)| {
            let digests = digests(&document).into_iter().enumerate();
            digests.map(|(lane, digest)| format!("{name} {lane} {digest}\n")).collect::<Vec<_>>()
        });
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/digests.txt");
        std::fs::write(path, lines.collect::<String>()).expect("the file can be written");
        return;
    }
    for (name, document) in digest_zoo::documents() {
        let (found, recorded) = (digests(&document), digest_zoo::recorded(&name));
        assert_eq!(found.len(), recorded.len(), "{name}: a recorded digest for each lane");
        for (lane, (found, recorded)) in found.iter().zip(recorded).enumerate() {
            assert_same(&format!("{name}, lane {lane}"), found, recorded);
        }
    }
}
