//! What is taken away from the page, and what is brought to it.

use super::native::{self, program};
use super::{DEFAULT, Test, default_document, figures::CATCH, links::open_at};
use crate::page::{Page, digests_in};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use xtask::cargo::{output, root, target_dir};

pub const TESTS: &[Test] = &[
    ("a_table_becomes_an_experiment", a_table_becomes_an_experiment),
    ("tables_are_dropped_and_pasted", tables_are_dropped_and_pasted),
    ("documents_are_loaded_dropped_and_pasted", documents_are_loaded_dropped_and_pasted),
    ("what_is_no_table_is_told_and_the_run_stays", what_is_no_table_is_told_and_the_run_stays),
    ("mistakes_in_a_table_are_told_in_its_dialog", mistakes_in_a_table_are_told_in_its_dialog),
    ("what_a_table_leaves_open_is_asked", what_a_table_leaves_open_is_asked),
    ("the_trace_is_what_the_native_runner_writes", the_trace_is_what_the_native_runner_writes),
    ("the_command_gives_the_same_digests_natively", the_command_gives_the_same_digests_natively),
    ("the_data_are_reached_by_keyboard", the_data_are_reached_by_keyboard),
];

/// Thirty birds: two sizes, a weight, an age, and whose they are.
fn birds() -> String {
    (0..30_i32).fold("wing,\"bill, mm\",mass,age,set\n".to_owned(), |text, i| {
        let (wing, bill) = (f64::from(i * 7 % 11), f64::from(i * 5 % 13));
        let set: &str = ["train", "validation", "test"][usize::try_from(i % 3).unwrap_or_default()];
        text + format!("{wing},{bill},{},{},{set}\n", 2.0 * wing + bill + f64::from(i % 4), wing - bill)
            .as_str()
    })
}

/// Hands a file to the page's element of a selector, or drops it on the page.
pub fn hand(page: &Page, way: &str, name: &str, content: &str) -> Result<()> {
    let make = format!(
        "document.querySelector('[data-message]').textContent = ''; const text = {}; \
         const data = new DataTransfer(); data.items.add(new File([text], {}));",
        json!(content),
        json!(name)
    );
    let act = match way {
        "drop" => "document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))".to_owned(),
        "paste" => "const pasted = new DataTransfer(); pasted.setData('text/plain', text); \
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: pasted, bubbles: true, cancelable: true }))".to_owned(),
        control => format!(
            "document.querySelector('[data-action=data]').click(); const input = document.querySelector('[data-control={control}]'); \
             input.files = data.files; input.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ),
    };
    page.eval(&format!("{make}{act}"))?;
    Ok(())
}

/// Waits for the dialog of a table.
pub fn dialog(page: &Page) -> Result<()> {
    page.wait_until("the columns", || page.eval_as("return !!document.querySelector('[data-dialog=table]')"))
}

/// Makes an experiment of the table in the dialog, with these roles of its columns.
pub fn use_table(page: &Page, roles: &[(usize, &str)]) -> Result<()> {
    dialog(page)?;
    for (column, role) in roles {
        choose(page, &format!("role-{column}"), role)?;
    }
    page.click("use-table").map(drop)
}

/// Chooses in the dialog.
fn choose(page: &Page, control: &str, value: &str) -> Result<()> {
    page.eval(&format!(
        "const e = document.querySelector('[data-dialog=table] [data-control=\"{control}\"]'); \
         if (e.type === 'checkbox') e.checked = {}; else e.value = {}; e.dispatchEvent(new Event('change', {{ bubbles: true }}))",
        value == "on",
        json!(value)
    ))?;
    Ok(())
}

/// Waits for the run of a document that the editor shows.
fn run_of(page: &Page, title: &str) -> Result<Value> {
    page.wait_for_finished(&format!("the run of {title}"), || {
        let message = page.text("[data-message]")?;
        ensure!(message.is_empty(), "{message}");
        Ok(shown(page).is_ok_and(|document| document["title"] == title))
    })?;
    shown(page)
}

fn shown(page: &Page) -> Result<Value> {
    let text: String = page.eval_as("return document.querySelector('[data-document]').value")?;
    Ok(serde_json::from_str(&text)?)
}

fn a_table_becomes_an_experiment(page: &Page) -> Result<()> {
    open_at(page, "")?;
    hand(page, "load-table", "birds.csv", &birds())?;
    dialog(page)?;
    let text = page.text("[data-dialog=table]")?;
    ensure!(text.contains("birds.csv: 30 lines, 5 columns, cut by commas."), "{text}");
    // The column of sets is found.
    let split: String = page.eval_as("return document.querySelector('[data-control=split-by]').value")?;
    ensure!(split == "4", "split by column {split}");
    for (column, role) in [(0, "input"), (1, "input"), (2, "main"), (3, "auxiliary"), (4, "")] {
        choose(page, &format!("role-{column}"), role)?;
    }
    choose(page, "standardise", "off")?;
    page.click("use-table")?;
    let document = run_of(page, "birds")?;
    let data = &document["problem"]["data"];
    ensure!(data["train"]["main"].as_array().map(Vec::len) == Some(10), "a third is the training set");
    ensure!(data["train"]["x"][1] == json!([10, 2]) && data["names"] == json!(["age"]), "{data}");
    // The page and the native runner agree about it.
    let file = target_dir().join("e2e-birds.json");
    fs::write(&file, document.to_string())?;
    let native = digests_in(&output(program("solve")?.arg("--digest").arg(&file))?);
    ensure!(native == page.digests()?, "natively {native:?}");
    // It is gone back from as from any other change.
    page.eval("document.querySelector('[role=toolbar] [data-action=undo]').click()")?;
    page.wait_for_finished("the experiment before", || Ok(page.text("[data-seed]")? == "11"))
}

fn tables_are_dropped_and_pasted(page: &Page) -> Result<()> {
    open_at(page, "")?;
    for (way, name, text) in [
        ("drop", "dropped", format!("\u{feff}{}", birds().replace('\n', "\r\n"))),
        ("paste", "What was pasted", birds().replace("\"bill, mm\"", "bill").replace(',', "\t")),
    ] {
        hand(page, way, &format!("{name}.csv"), &text)?;
        dialog(page)?;
        page.click("use-table")?;
        run_of(page, name)?;
    }
    Ok(())
}

fn documents_are_loaded_dropped_and_pasted(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let mut document = default_document()?;
    for (i, way) in ["load-document", "drop", "paste"].into_iter().enumerate() {
        document["title"] = json!(way);
        document["seed"] = json!(i);
        hand(page, way, "experiment.json", &document.to_string())?;
        ensure!(run_of(page, way)? == document, "{way} gives the document");
    }
    // What was taken away comes back the same.
    page.eval(CATCH)?;
    page.click("data")?;
    page.click("save-document")?;
    let saved: String = page.eval_as("return await window.caught.blob.text()")?;
    ensure!(serde_json::from_str::<Value>(&saved)? == document, "what is saved is what was pasted");
    page.click("close-dialog")?;
    // Pasted into a text it is text.
    page.eval("document.querySelector('[data-editor]').open = true; document.querySelector('[data-document]').focus()")?;
    page.eval(&format!(
        "const pasted = new DataTransfer(); pasted.setData('text/plain', {}); \
         document.activeElement.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: pasted, bubbles: true }}))",
        json!(default_document()?.to_string())
    ))?;
    ensure!(shown(page)? == document && page.state()? == "finished", "the run stays");
    Ok(())
}

fn what_is_no_table_is_told_and_the_run_stays(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let digests = page.digests()?;
    let cases = [
        ("'ragged.csv', ['a,b\\n1,2\\n3\\n']", "ragged.csv: Line 3: 1 cells, where the first line has 2."),
        ("'empty.csv', ['']", "The table is empty."),
        ("'picture.png', [new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 1, 2, 3])]", "binary file"),
        ("'large.csv', [new Uint8Array(1.5e8)]", "large.csv has 150.0 MB; at most 100.0 MB can be read."),
        ("'large.json', [new Uint8Array(5e7)]", "large.json has 50.0 MB; at most 5.0 MB can be read."),
        ("'old.json', [new Uint8Array([123, 233, 125])]", "old.json could not be read as text in UTF-8."),
    ];
    for (file, said) in cases {
        page.eval(&format!(
            "document.querySelector('[data-message]').textContent = ''; const make = (name, parts) => new File(parts, name); \
             const data = new DataTransfer(); data.items.add(make({file})); \
             document.body.dispatchEvent(new DragEvent('drop', {{ dataTransfer: data, bubbles: true, cancelable: true }}))"
        ))?;
        page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
        let message = page.text("[data-message]")?;
        ensure!(
            message.contains(said) && message.contains("What is shown stays as it is."),
            "{file}: {message}"
        );
        ensure!(page.digests()? == digests && page.state()? == "finished", "{file} changed the run");
        ensure!(
            !page.eval_as::<bool>("return !!document.querySelector('dialog')")?,
            "{file} opened a dialog"
        );
    }
    Ok(())
}

fn what_a_table_leaves_open_is_asked(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let lines = (0..40).map(|i| format!("{i};{};{}\n", i % 7, 700 + i)).collect::<String>();
    hand(page, "drop", "rents.csv", &format!("a;b;rent\n1;2;1.250\n{lines}"))?;
    dialog(page)?;
    let text = page.text("[data-question=decimal]")?;
    ensure!(text.contains("Line 2, column 3, “rent”") && text.contains("1.25 or 1250"), "{text}");
    page.click("use-table")?;
    ensure!(page.text("[data-table-wrong]")?.contains("1.25 or 1250"), "it is not used before");
    choose(page, "question-0", ",")?;
    page.wait_until("the answer", || {
        page.eval_as("return !document.querySelector('[data-question]') && !!document.querySelector('[data-table-made] p')")
    })?;
    ensure!(page.text("[data-table-made]")?.contains("Training set: 16 lines"), "sizes are said");
    choose(page, "standardise", "off")?;
    page.click("use-table")?;
    let document = run_of(page, "rents")?;
    let sets = document["problem"]["data"].to_string();
    ensure!(sets.contains("1250") && !sets.contains("1.25"), "{sets}");
    // Bytes in another encoding: the likeliest is said, and can be changed.
    page.eval(
        "const bytes = new Uint8Array([0xbc, 0xdb, 0xb8, 0xf1, 44, 98, 44, 121, 10, ...new TextEncoder().encode('1,2,3\\n2,3,5\\n4,1,2\\n5,2,1\\n')]); \
         const data = new DataTransfer(); data.items.add(new File([bytes], 'other.csv')); \
         document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))",
    )?;
    page.wait_until("the names", || Ok(page.text("[data-dialog=table] .roles")?.contains("价格")))?;
    ensure!(page.text("[data-table-written] summary")?.contains("gb18030"), "the encoding is said");
    choose(page, "encoding", "windows-1252")?;
    page.wait_until("other names", || Ok(page.text("[data-dialog=table] .roles")?.contains("¼Û¸ñ")))
}

fn mistakes_in_a_table_are_told_in_its_dialog(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let digests = page.digests()?;
    let text = "<img src=x onerror='window.harmed=1'>,b,y,z\n1,2,3,4\n2,,5,6\n3,4,oops,8\n4,5,6,7\n7,1,2,2\n";
    hand(page, "drop", "<b>bold</b>.csv", text)?;
    dialog(page)?;
    for (column, role) in [(0, "input"), (1, "input"), (2, "main"), (3, "auxiliary")] {
        choose(page, &format!("role-{column}"), role)?;
    }
    let wrong = |page: &Page| -> Result<String> {
        page.click("use-table")?;
        page.text("[data-table-wrong]")
    };
    let said = wrong(page)?;
    ensure!(said == "Line 4, column 3, “y”: expected a number, found “oops”.", "{said}");
    choose(page, "role-2", "")?;
    let said = wrong(page)?;
    ensure!(said == "Choose one column as main target.", "{said}");
    choose(page, "role-3", "main")?;
    choose(page, "role-1", "auxiliary")?;
    let said = wrong(page)?;
    ensure!(
        said == "Line 3, column 2, “b”: no value. Fill it in, or choose to leave out lines without a value.",
        "{said}"
    );
    ensure!(page.digests()? == digests, "the run stays");
    choose(page, "skip-missing", "on")?;
    page.click("use-table")?;
    run_of(page, "<b>bold</b>")?;
    let harmed: bool =
        page.eval_as("return !!window.harmed || !!document.querySelector('main img, main b.bold')")?;
    ensure!(!harmed, "names are text");
    Ok(())
}

/// Saves by a button of the dialog: the file's name and text.
pub fn saved(page: &Page, action: &str) -> Result<(String, String)> {
    page.eval("window.caught = undefined")?;
    page.click(action)?;
    page.wait_until("a file", || page.eval_as("return !!window.caught?.name"))?;
    page.eval_as("return [window.caught.name, await window.caught.blob.text()]")
}

fn the_trace_is_what_the_native_runner_writes(page: &Page) -> Result<()> {
    for preset in ["noisy-main", "approximations"] {
        open_at(page, &format!("#preset={preset}"))?;
        page.wait_for_state("finished")?;
        page.eval(CATCH)?;
        page.click("data")?;
        let file = format!("www/experiments/{preset}.json");
        let (name, csv) = saved(page, "save-csv")?;
        let native = output(program("solve")?.arg(&file))?;
        ensure!(name.starts_with(&format!("auxilearn-trace-{preset}-seed")), "{name}");
        ensure!(csv == native, "{preset}: {} bytes here, {} natively", csv.len(), native.len());
        let (_, text) = saved(page, "save-json")?;
        let native = output(program("solve")?.arg(&file).arg("--json"))?;
        // JavaScript reads both to the last bit, and knows no whole numbers beside others.
        let same: bool = page.eval_as(&format!(
            "const sort = (v) => Array.isArray(v) ? v.map(sort) : v && typeof v === 'object' ? \
               Object.fromEntries(Object.keys(v).sort().map((k) => [k, sort(v[k])])) : v; \
             const [a, b] = [{}, await window.caught.blob.text()].map((text) => JSON.stringify(sort(JSON.parse(text)))); \
             return a === b",
            json!(native)
        ))?;
        ensure!(same, "{preset}: the JSON differs from the native runner's");
        let read: Value = serde_json::from_str(&text)?;
        ensure!(
            read["document"]["seed"] == read["seed"] && read["version"].is_string(),
            "it has its parameters"
        );
    }
    Ok(())
}

fn the_command_gives_the_same_digests_natively(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let before = page.digests()?;
    let mut document = default_document()?;
    document["title"] = json!("it's $HOME `id` \"quoted\" !! \\ \u{4e2d}\u{6587} EXPERIMENT");
    document["seed"] = json!(12);
    let text = serde_json::to_string_pretty(&document)?.replace('\n', "\r\n").replace("  ", "\t");
    page.apply_document(&text)?;
    page.wait_for_finished("another run", || Ok(page.digests()? != before))?;
    page.click("data")?;
    let command: String = page.eval_as("return document.querySelector('[data-command]').value")?;
    let rest = command.strip_prefix(native::SOLVE).with_context(|| command.clone())?;
    ensure!(rest.starts_with(" --digest - <<'EXPERIMENT'\n"), "{command}");
    ensure!(!command.contains(['\t', '\r', '!']), "nothing that a shell would act on");
    let script = target_dir().join("e2e-command.sh");
    fs::write(&script, format!("'{}'{rest}", native::path("solve")?.display()))?;
    let ran = output(Command::new("sh").arg(&script).current_dir(root())).context("the command in sh")?;
    ensure!(digests_in(&ran) == page.digests()?, "{ran}");
    Ok(())
}

fn the_data_are_reached_by_keyboard(page: &Page) -> Result<()> {
    open_at(page, "")?;
    page.tab_to("data")?;
    page.press(thirtyfour::Key::Enter)?;
    page.wait_until("the dialog", || page.eval_as("return !!document.querySelector('[data-dialog=data]')"))?;
    for action in ["save-csv", "save-json", "copy-command"] {
        page.tab_to(action)?;
    }
    page.press(thirtyfour::Key::Escape)?;
    let focused: String = page.eval_as("return document.activeElement.dataset.action ?? ''")?;
    ensure!(focused == "data" && DEFAULT.ends_with("noisy-main.json"), "the focus is back at {focused:?}");
    Ok(())
}
