//! Messages between the page and one that frames it, and the package without the page.

use super::{Test, default_document, host::Host};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use xtask::cargo::root;

pub const TESTS: &[Test] = &[
    ("the_documented_host_drives_the_page", the_documented_host_drives_the_page),
    ("the_page_around_loads_and_reads", the_page_around_loads_and_reads),
    ("hostile_messages_are_refused_or_ignored", hostile_messages_are_refused_or_ignored),
    ("the_readers_data_stay_with_the_reader", the_readers_data_stay_with_the_reader),
    ("without_a_frame_messages_do_nothing", without_a_frame_messages_do_nothing),
    ("the_package_runs_without_the_page", the_package_runs_without_the_page),
];

/// The first block of code of a language in a document of `docs/`.
fn example(document: &str, language: &str) -> Result<String> {
    let text = fs::read_to_string(root().join("docs").join(document))?;
    let fence = format!("\n```{language}\n");
    let start = text.find(&fence).with_context(|| format!("{document} has {language}"))? + fence.len();
    let length = text[start..].find("\n```").context("a block ends")?;
    Ok(text[start..start + length].to_owned())
}

/// Opens the host page of the documentation around the site, and waits until it has heard that the page is ready.
fn around(page: &Page) -> Result<Host> {
    let html = example("embed.md", "html")?.replace("https://example.org/lab/", page.site());
    let log =
        "<script>window.heard = []; addEventListener('message', ({ data }) => heard.push(data));</script>";
    let host = Host::start(html.replace("<iframe", &format!("{log}<iframe")))?;
    page.set_screen(DESKTOP)?;
    page.visit(&host.origin())?;
    page.wait_until("the height", || page.eval_as("return heard.some(({ event }) => event === 'height')"))?;
    Ok(host)
}

/// Sends a command in the host's own way: the value of its answer, or the code of its error as text.
fn ask(page: &Page, command: &str, fields: &Value) -> Result<Value> {
    page.eval(&format!("return ask({}, {fields}).catch((error) => error.code)", json!(command)))
}

fn the_documented_host_drives_the_page(page: &Page) -> Result<()> {
    let _host = around(page)?;
    // The frame is as high as the page in it.
    let [given, needed]: [f64; 2] = [
        page.eval_as("return document.getElementById('lab').clientHeight")?,
        page.in_frame(|| page.eval_as("return document.body.getBoundingClientRect().height"))?,
    ];
    ensure!((given - needed).abs() <= 1.0, "{given} px for {needed} px");
    page.eval("document.getElementById('again').click()")?;
    page.wait_until("steps in words", || Ok(page.text("#said")?.starts_with("step ")))?;
    ask(page, "load", &json!({ "preset": "sign-flip" }))?;
    page.wait_until("the end in words", || Ok(page.text("#said")?.starts_with("finished: ")))?;
    page.eval("document.getElementById('other').click()")?;
    page.wait_until("another experiment", || {
        Ok(ask(page, "get", &json!({}))?["state"]["preset"] == "noisy-main")
    })?;
    let state = ask(page, "get", &json!({}))?;
    ensure!(state["state"]["seed"] == "7", "{state}");
    Ok(())
}

fn the_page_around_loads_and_reads(page: &Page) -> Result<()> {
    let _host = around(page)?;
    let mut document = default_document()?;
    document["steps"] = json!(40);
    document["title"] = json!("Forty <b>steps</b>");
    let state = ask(page, "load", &json!({ "document": document }))?;
    ensure!(state["steps"] == 40 && state["title"] == "Forty <b>steps</b>", "{state}");
    page.wait_until("the end", || Ok(ask(page, "get", &json!({}))?["state"]["phase"] == "finished"))?;
    // Arrays of numbers come as they are, not as text.
    let trace: Value = page.eval(
        "return ask('get', { what: ['trace', 'digests', 'document'] }).then(({ trace, digests, document }) => \
         [trace[1].columns.phi_1 instanceof Float64Array, [...trace[1].columns.step].slice(-1)[0], trace[1].columns.phi_1.length, digests, JSON.parse(document).steps])",
    )?;
    let digests = page.in_frame(|| page.digests())?;
    ensure!(trace == json!([true, 40, 41, digests, 40]), "{trace} {digests:?}");
    ensure!(ask(page, "seek", &json!({ "step": 10 }))?["cursor"] == 10);
    ensure!(ask(page, "seek", &json!({ "step": 41 }))? == "range");
    ensure!(ask(page, "seek", &json!({ "step": null }))?["cursor"].is_null());
    ensure!(ask(page, "step", &json!({}))? == "over");
    ask(page, "rewind", &json!({}))?;
    page.wait_until("the start", || Ok(ask(page, "get", &json!({}))?["state"]["phase"] == "ready"))?;
    ask(page, "step", &json!({}))?;
    page.wait_until("one step", || Ok(ask(page, "get", &json!({}))?["state"]["step"] == 1))?;
    ask(page, "play", &json!({}))?;
    page.wait_until("the end again", || Ok(ask(page, "get", &json!({}))?["state"]["phase"] == "finished"))?;
    // A document that cannot be run says why, and the run shown stays.
    document["lanes"] = json!([]);
    ensure!(ask(page, "load", &json!({ "document": document }))? == "refused");
    ensure!(
        page.eval(
            "return heard.some(({ event, message }) => event === 'error' && message.includes('lanes'))"
        )? == true
    );
    ensure!(ask(page, "get", &json!({}))?["state"]["steps"] == 40);
    Ok(())
}

fn hostile_messages_are_refused_or_ignored(page: &Page) -> Result<()> {
    let _host = around(page)?;
    let before = page.in_frame(|| page.digests())?;
    for (code, message) in [
        ("version", json!({ "auxilearn": 2, "command": "play" })),
        ("command", json!({ "auxilearn": 1, "command": "constructor" })),
        ("command", json!({ "auxilearn": 1, "command": "__proto__" })),
        ("command", json!({ "auxilearn": 1, "command": ["play"] })),
        ("command", json!({ "auxilearn": 1 })),
        ("field", json!({ "auxilearn": 1, "command": "play", "rate": 3 })),
        ("field", json!({ "auxilearn": 1, "command": "step", "part": "x' onload='alert(1)" })),
        ("field", json!({ "auxilearn": 1, "command": "seek", "step": -1 })),
        ("field", json!({ "auxilearn": 1, "command": "seek", "step": "1e400" })),
        ("field", json!({ "auxilearn": 1, "command": "get", "what": ["state", "cookies"] })),
        ("field", json!({ "auxilearn": 1, "command": "get", "what": "state" })),
        ("field", json!({ "auxilearn": 1, "command": "load" })),
        ("field", json!({ "auxilearn": 1, "command": "load", "preset": "a", "document": "{}" })),
        ("field", json!({ "auxilearn": 1, "command": "load", "document": [1] })),
        ("field", json!({ "auxilearn": 1, "command": "load", "preset": "noisy-main", "seed": 1.5 })),
        ("preset", json!({ "auxilearn": 1, "command": "load", "preset": "../../secret" })),
        ("refused", json!({ "auxilearn": 1, "command": "load", "document": "<img src=x onerror=alert(1)>" })),
    ] {
        let mut sent = message.clone();
        sent["id"] = json!("hostile");
        let answer = page.eval(&format!(
            "return new Promise((done) => {{ const hear = ({{ data }}) => data.answer === 'hostile' && (removeEventListener('message', hear), done(data)); \
             addEventListener('message', hear); frame.contentWindow.postMessage({sent}, lab) }})"
        ))?;
        ensure!(answer["ok"] == false && answer["error"]["code"] == code, "{message}: {answer}");
    }
    ensure!(ask(page, "load", &json!({ "document": "x".repeat(9_000_000) }))? == "size");
    let circle: String =
        page.eval_as("const o = {}; o.o = o; return ask('load', { document: o }).catch(({ code }) => code)")?;
    ensure!(circle == "field", "{circle}");
    // What does not look like a message, or comes from another frame, is not even answered.
    let answers: u32 = page.eval_as(
        "heard.length = 0; for (const m of [null, 1, 'play', [], {}, { command: 'play' }]) frame.contentWindow.postMessage(m, lab); \
         const sibling = document.createElement('iframe'); \
         sibling.srcdoc = `<script>parent.frames[0].postMessage({ auxilearn: 1, id: 1, command: 'load', preset: 'sinusoid' }, '*')<\\/script>`; \
         document.body.append(sibling); \
         await new Promise((done) => { sibling.onload = done }); \
         await ask('get', { what: ['state'] }); \
         return heard.length - 1",
    )?;
    ensure!(answers == 0, "{answers} answers");
    ensure!(page.in_frame(|| page.digests())? == before, "the run is as it was");
    Ok(())
}

fn the_readers_data_stay_with_the_reader(page: &Page) -> Result<()> {
    let _host = around(page)?;
    let mut document = default_document()?;
    document["steps"] = json!(20);
    document["problem"]["data"] = json!({
        "source": "inline",
        "train": { "x": [[1, 0], [0, 1], [1, 1]], "main": [1, 2, 3], "aux": [[1, 2, 3], [3, 2, 1]] },
        "aux_set": { "x": [[2, 1]], "main": [4] },
        "test": { "x": [[1, 3]], "main": [7] },
    });
    let what = json!({ "what": ["digests", "document", "trace"] });
    ask(page, "load", &json!({ "document": document }))?;
    ensure!(ask(page, "get", &what)?["digests"].is_array(), "what the page around gave, it may read");
    document["problem"]["data"]["train"]["main"] = json!([10, 20, 30]);
    document["title"] = json!("My own numbers");
    page.in_frame(|| {
        page.eval("delete document.documentElement.dataset.embed")?;
        page.apply_document(&format!("\u{feff}{document}"))
    })?;
    page.wait_until("the reader's run", || Ok(ask(page, "get", &json!({}))?["state"]["title"].is_null()))?;
    for what in ["digests", "document", "trace"] {
        ensure!(ask(page, "get", &json!({ "what": [what] }))? == "private", "{what}");
    }
    ensure!(ask(page, "get", &json!({}))?["state"]["lanes"] == json!([]));
    ensure!(page.eval("return JSON.stringify(heard).includes('My own numbers')")? == false);
    Ok(())
}

fn without_a_frame_messages_do_nothing(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.wait_for_features()?;
    let before = page.digests()?;
    page.eval(
        "window.heard = []; addEventListener('message', ({ data }) => heard.push(data)); \
        postMessage({ auxilearn: 1, id: 1, command: 'load', preset: 'sign-flip' }, '*')",
    )?;
    page.settle()?;
    let heard: u32 = page.eval_as("return heard.length")?;
    ensure!(heard == 1 && page.digests()? == before && page.state()? == "finished", "{heard} messages");
    Ok(())
}

fn the_package_runs_without_the_page(page: &Page) -> Result<()> {
    let code = example("javascript.md", "js")?;
    let imported = code.replace(
        r#"import init, { solve } from "./www/pkg/auxilearn_lab.js";"#,
        r#"const { default: init, solve } = await import(new URL("./www/pkg/auxilearn_lab.js", location.href));"#,
    );
    ensure!(imported != code, "the example imports the package");
    page.open(DESKTOP)?;
    let shown = page.digests()?;
    let body = format!(
        "return (async () => {{ {imported}\nreturn {{ lines, digests: lanes.map(({{ digest }}) => digest) }} }})()"
    );
    let found = page.eval(&body)?;
    ensure!(found["digests"] == json!(shown), "{found} is not {shown:?}");
    ensure!(
        found["lines"][1]
            .as_str()
            .is_some_and(|line| line.starts_with("AuxiLearn: finished after 1500 steps")),
        "{found}"
    );
    // The types name what the example uses.
    let types: String = page.eval_as("return fetch('www/pkg/auxilearn_lab.d.ts').then((r) => r.text())")?;
    for name in [
        "export function solve(document: string): Solution",
        "digest: string",
        "columns: Record<string, Float64Array>",
    ] {
        ensure!(types.contains(name), "the types lack {name}");
    }
    Ok(())
}
