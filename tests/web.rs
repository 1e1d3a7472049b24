//! The browser's side of the crate, in a browser: the worker's chunks, `solve`, and bad documents.
#![cfg(target_arch = "wasm32")]

#[path = "solver/digest_zoo.rs"]
mod digest_zoo;

use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::narrate::{self, Lane, Subject};
use auxilearn_lab::record::Names;
use auxilearn_lab::sampled;
use auxilearn_lab::seeds;
use auxilearn_lab::web::{Ensemble, SeedRun, Session, Traces, first_experiment, seed_matters, solve};
use js_sys::{Array, Float64Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

fn session(document: &str) -> Session {
    Session::new(document.to_owned(), None).expect("a document that can be run")
}

/// Hands every waiting row to the page's copy, at most `rows` of a lane at once.
fn deliver(session: &mut Session, traces: &mut Traces, rows: usize) {
    while session.has_news() {
        for lane in 0..session.lanes() {
            let chunk = session.take_chunk(lane, rows);
            traces.append(lane, session.stride(lane), &chunk.to_vec());
        }
    }
}

/// Runs to the end in slices whose lengths change, delivering after each.
fn play(session: &mut Session, traces: &mut Traces, slices: &[u32], rows: usize) {
    deliver(session, traces, rows);
    for &slice in slices.iter().cycle() {
        let going = session.advance(f64::from(slice));
        deliver(session, traces, rows);
        if !going {
            return;
        }
    }
}

#[wasm_bindgen_test]
fn a_copy_of_a_copy_has_the_same_digest_and_goes_on_alike() {
    let mut session = session(presets::all()[0].document);
    let metadata = session.metadata().unwrap();
    let mut first = Traces::new(&metadata).unwrap();
    session.advance(700.0);
    deliver(&mut session, &mut first, 64);
    let mut second = Traces::new(&metadata).unwrap();
    for lane in 0..session.lanes() {
        second.append(lane, first.stride(lane), &first.rows(lane));
    }
    play(&mut session, &mut second, &[100_000], 64);
    for lane in 0..session.lanes() {
        assert_eq!(second.digest(lane), session.digest(lane), "lane {lane}");
        let bits = |row: Vec<f64>| row.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(second.row_at(lane, 1e9)), bits(second.last_row(lane)));
        assert_eq!(second.row_at(lane, 5.5)[0], 5.0);
        assert!(second.row_at(lane, -1.0).is_empty());
    }
}

#[wasm_bindgen_test]
fn chunks_assemble_to_the_trace_of_one_shot() {
    for preset in presets::all() {
        let solution: JsValue = solve(preset.document).expect(preset.id).into();
        let lanes: Array = get(&solution, "lanes").unchecked_into();
        for (slices, rows) in [(&[1u32, 7, 400][..], 3), (&[100_000][..], 64)] {
            let mut session = session(preset.document);
            let mut traces = Traces::new(&session.metadata().unwrap()).unwrap();
            play(&mut session, &mut traces, slices, rows);
            for lane in 0..session.lanes() {
                assert_eq!(traces.digest(lane), session.digest(lane), "{}: copy of lane {lane}", preset.id);
                let once = text(&lanes.get(lane as u32), "digest");
                assert_eq!(traces.digest(lane), once, "{}: lane {lane} in slices", preset.id);
            }
        }
    }
}

#[wasm_bindgen_test]
fn traces_have_the_digests_that_native_runs_have() {
    for (name, document) in digest_zoo::documents() {
        let solution: JsValue = solve(&document).expect(&name).into();
        let lanes: Array = get(&solution, "lanes").unchecked_into();
        let found: Vec<String> = lanes.iter().map(|lane| text(&lane, "digest")).collect();
        assert_eq!(found, digest_zoo::recorded(&name), "{name}");
    }
}

#[wasm_bindgen_test]
fn numbers_are_read_as_natively() {
    // -0 keeps its sign, whole numbers may be written with a point, and what overflows is refused.
    let good = presets::all()[0].document;
    assert!(Session::new(good.replacen("\"n_train\": 100", "\"n_train\": 1.0e2", 1), None).is_ok());
    let error = Session::new(good.replacen("\"noise\": 5", "\"noise\": 1e999", 1), None).err();
    assert_eq!(text(&error.expect("refused"), "kind"), "syntax");
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(text(&Session::new(deep, None).err().expect("refused"), "kind"), "syntax");
}

#[wasm_bindgen_test]
fn rewind_gives_the_same_numbers_again() {
    let document = presets::all()[0].document;
    let mut session = session(document);
    let mut traces = Traces::new(&session.metadata().unwrap()).unwrap();
    play(&mut session, &mut traces, &[13], 100);
    let first: Vec<String> = (0..session.lanes()).map(|lane| traces.digest(lane)).collect();
    session.rewind();
    traces.clear();
    assert_eq!((session.step(), traces.step()), (0.0, 0.0));
    play(&mut session, &mut traces, &[500], 100);
    for (lane, digest) in first.iter().enumerate() {
        assert_eq!(&traces.digest(lane), digest, "lane {lane}");
    }
}

#[wasm_bindgen_test]
fn the_page_tells_of_a_run_what_is_told_of_it_natively() {
    let experiment = Experiment::from_json(presets::all()[0].document).unwrap();
    let mut session = session(presets::all()[0].document);
    let mut traces = Traces::new(&session.metadata().unwrap()).unwrap();
    play(&mut session, &mut traces, &[100_000], 64);
    for lane in 0..session.lanes() {
        let status: JsValue = session.status(lane).unwrap().into();
        let count = |name| get(&status, name).as_f64().unwrap();
        traces.set_status(lane, &text(&status, "word"), count("step"), count("indefiniteSteps"));
    }
    let mut runs = experiment.runs().unwrap();
    let lanes: Vec<Lane> = runs
        .iter_mut()
        .map(|run| {
            let status = run.advance(experiment.steps());
            let (label, method, indefinite_steps) = (run.label(), run.method(), run.indefinite_steps());
            Lane { label, method, trace: run.trace(), status, indefinite_steps }
        })
        .collect();
    let problem = experiment.problem_kind();
    let subject = Subject { problem, task_names: &experiment.task_names(), lanes: &lanes };
    assert_eq!(traces.lead(), narrate::lead(&subject));
    assert!(traces.lead().starts_with("Same data, same seed, two ways to weigh two side tasks."));
    assert_eq!(traces.headings(), narrate::headings(&subject));
    let bars = traces.error_bars(true).unwrap();
    for (shown, bar) in bars.iter().zip(narrate::error_bars(&subject, true)) {
        let words = ["label", "value", "status"].map(|name| text(&shown, name));
        assert_eq!(
            (words, get(&shown, "share").as_f64()),
            ([bar.label, bar.value, bar.status], Some(bar.share))
        );
    }
    assert_eq!(bars.length(), 2);
}

#[wasm_bindgen_test]
fn solve_returns_named_columns_of_one_length() {
    let preset = &presets::all()[0];
    let solution: JsValue = solve(preset.document).unwrap().into();
    let lanes: Array = get(&solution, "lanes").unchecked_into();
    assert!(lanes.length() >= 2);
    for lane in lanes.iter() {
        let columns = get(&lane, "columns");
        let step: Float64Array = get(&columns, "step").unchecked_into();
        for name in ["phi_1", "w_1", "loss_train", "loss_test", "alignment_1", "stationarity"] {
            let column: Float64Array = get(&columns, name).unchecked_into();
            assert_eq!(column.length(), step.length(), "{name}");
        }
        let last = step.get_index(step.length() - 1);
        assert_eq!(Some(last), get(&lane, "steps").as_f64());
        assert_ne!(text(&lane, "status"), "running");
    }
}

#[wasm_bindgen_test]
fn the_page_reads_the_same_last_row_and_facts() {
    let mut session = session(presets::all()[0].document);
    let mut traces = Traces::new(&session.metadata().unwrap()).unwrap();
    play(&mut session, &mut traces, &[250], 1000);
    let columns = traces.columns(0);
    let row = traces.last_row(0);
    let phi = columns.iter().position(|name| name == "phi_1").unwrap();
    let facts: JsValue = traces.facts(0).unwrap().into();
    let tasks: Array = get(&facts, "tasks").unchecked_into();
    assert_eq!(get(&tasks.get(0), "phiLast").as_f64(), Some(row[phi]));
    assert_eq!(row.len(), columns.len());
}

#[wasm_bindgen_test]
fn a_seed_replaces_the_documents_own() {
    let document = presets::all()[0].document;
    let seeded = Session::new(document.to_owned(), Some(12345.0)).unwrap();
    assert!(seeded.metadata().unwrap().contains("\"seed\":\"12345\""));
    let again = session(&seeded.document());
    assert_eq!(again.metadata().unwrap(), seeded.metadata().unwrap());
}

#[wasm_bindgen_test]
fn the_first_experiment_is_the_first_that_ships() {
    assert_eq!(first_experiment(), presets::all()[0].document);
}

#[wasm_bindgen_test]
fn a_broken_document_throws_an_error_that_names_the_field() {
    let good = presets::all()[0].document;
    let cases = [
        (good.replacen("\"seed\": 11", "\"seed\": \"seven\"", 1), "shape", "seed"),
        (good.replacen("\"title\"", "\"tittle\"", 1), "shape", "title"),
        (good[..good.len() / 2].to_owned(), "syntax", ""),
        ("x".repeat(10_000_000), "value", ""),
    ];
    for (document, kind, field) in cases {
        let error = Session::new(document.clone(), None).err().expect("refused");
        assert!(error.is_instance_of::<js_sys::Error>());
        assert_eq!(text(&error, "name"), "ExperimentError");
        assert_eq!(text(&error, "kind"), kind, "{}", text(&error, "message"));
        assert!(text(&error, "field").contains(field), "{:?} in {:?}", field, text(&error, "field"));
        assert!(!text(&error, "expected").is_empty() && !text(&error, "found").is_empty());
        assert!(text(&error, "found").chars().count() <= 120);
        assert!(solve(&document).is_err());
    }
}

#[wasm_bindgen_test]
fn random_strings_are_refused_without_a_panic() {
    let good: Vec<char> = presets::all()[0].document.chars().collect();
    let alphabet: Vec<char> = "{}[]\",:0123456789.eE+-\u{0}\u{7f}é\u{1f600}nulltruefals ".chars().collect();
    // A linear congruential generator (Knuth's MMIX): the test must be repeatable.
    let mut state: u64 = 1;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for round in 0..400 {
        let mut document = if round % 4 == 0 { Vec::new() } else { good.clone() };
        for _ in 0..1 + random(12) {
            let at = random(document.len() + 1);
            let until = (at + random(6)).min(document.len());
            let new: Vec<char> = (0..random(6)).map(|_| alphabet[random(alphabet.len())]).collect();
            document.splice(at..until, new);
        }
        // Whatever it is: a session or an error, and a session can take steps.
        if let Ok(mut session) = Session::new(document.iter().collect(), None) {
            session.advance(3.0);
        }
    }
}

#[wasm_bindgen_test]
fn seeds_of_every_preset_are_of_one_shape_here_and_there() {
    for preset in presets::all() {
        let metadata = session(preset.document).metadata().unwrap();
        let mut ensemble = Ensemble::new(&metadata).unwrap();
        let experiment = Experiment::from_json(preset.document).unwrap();
        let mut alike = None;
        for seed in [5, 3] {
            let mut run = SeedRun::new(preset.document, f64::from(seed)).unwrap();
            let mut native = seeds::SeedRun::new(&experiment, u64::try_from(seed).unwrap()).unwrap();
            run.advance(3.0);
            native.advance(3);
            assert_eq!(run.progress(), native.progress(), "{}", preset.id);
            assert!(ensemble.add(f64::from(seed), &run.columns().to_vec()), "{}", preset.id);
            let into = alike.get_or_insert_with(|| sampled::Ensemble::new(native.shape().clone()));
            assert!(into.add(u64::try_from(seed).unwrap(), native.columns()));
        }
        assert_eq!(ensemble.size(), 2);
        assert!(!ensemble.add(4.0, &[1.0]), "not a seed of this experiment");
        let native = alike.unwrap().summary();
        let labels: Vec<String> = native.lanes.iter().map(|lane| lane.label.clone()).collect();
        assert_eq!(ensemble.csv(false), native.csv(&labels, Names::AsWritten), "{}", preset.id);
        let rows = ensemble.ends();
        assert!(rows.length() > 2 && rows.get(0).unchecked_into::<Array>().length() == 8);
        assert!(ensemble.describe().starts_with("2 seeds: "));
        assert_eq!(seed_matters(preset.document).unwrap(), experiment.is_random());
    }
    assert!(SeedRun::new("{", 1.0).is_err() && SeedRun::new(presets::all()[0].document, 1e300).is_err());
}
