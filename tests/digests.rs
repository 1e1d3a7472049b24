//! The same document gives the same bits everywhere: `tests/web.rs` asserts the same file of digests
//! in the browser. After an intended change, `UPDATE_DIGESTS=1 cargo test --test digests` writes it anew.

#[path = "common/agreement.rs"]
mod agreement;
mod digest_zoo;

use auxilearn_lab::experiment::Experiment;

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
            agreement::assert_same(&format!("{name}, lane {lane}"), found, recorded);
        }
    }
}
