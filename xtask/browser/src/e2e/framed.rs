//! Saving: in a frame, whose sandbox a page cannot see, and names that spreadsheets would run.

use super::Test;
use super::figures::CATCH;
use super::host::Host;
use super::links::{complete, open_at};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use xtask::cargo::root;

pub const TESTS: &[Test] = &[
    (
        "a_frame_with_the_documented_sandbox_has_everything",
        a_frame_with_the_documented_sandbox_has_everything,
    ),
    ("a_frame_never_says_saved_and_offers_to_copy", a_frame_never_says_saved_and_offers_to_copy),
    ("names_that_spreadsheets_run_are_guarded_in_a_csv", names_that_spreadsheets_run_are_guarded_in_a_csv),
];

/// The tokens of `sandbox` that docs/embed.md names.
fn documented() -> Result<String> {
    let text = fs::read_to_string(root().join("docs/embed.md"))?;
    let (_, rest) = text.split_once("sandbox=\"").context("docs/embed.md has a sandbox")?;
    Ok(rest.split_once('"').context("it ends")?.0.to_owned())
}

/// Frames the site with a sandbox, and waits for its commands.
fn framed(page: &Page, sandbox: &str) -> Result<Host> {
    let host = Host::start(format!(
        "<!doctype html><iframe width=1200 height=1500 sandbox='{sandbox}' src='{}'></iframe>",
        page.site()
    ))?;
    page.set_screen(DESKTOP)?;
    page.visit(&host.origin())?;
    page.in_frame(|| {
        page.wait_for_state("finished")?;
        complete(page)
    })?;
    Ok(host)
}

fn a_frame_with_the_documented_sandbox_has_everything(page: &Page) -> Result<()> {
    let _host = framed(page, &documented()?)?;
    page.in_frame(|| {
        // A dialog of the browser's is allowed, a link to another window is, and a file is handed over.
        let opened: bool = page.eval_as("const w = open('about:blank'); const is = !!w; w?.close(); return is")?;
        ensure!(opened, "links to the whole page open");
        page.eval(CATCH)?;
        page.eval("document.querySelector('[data-action=data]').click()")?;
        page.eval("document.querySelector('[data-action=save-csv]').click()")?;
        page.wait_until("the file", || page.eval_as("return !!window.caught?.blob"))?;
        page.eval("localStorage.setItem('kept', '1')")?;
        page.eval("document.querySelector('dialog:modal [data-action=close-dialog]').click(); document.querySelector('[data-action=new-seed]').click()")?;
        page.wait_for_finished("another run", || Ok(page.text("[data-seed]")? != "11"))
    })?;
    super::faults::forget(page)
}

fn a_frame_never_says_saved_and_offers_to_copy(page: &Page) -> Result<()> {
    let _host = framed(page, "allow-scripts allow-same-origin")?;
    page.in_frame(|| {
        for action in ["save-document", "save-csv", "save-json"] {
            page.eval(&format!("document.querySelector('[data-action=data]').click(); document.querySelector('dialog:modal [data-action={action}]').click()"))?;
            page.wait_until("words", || Ok(page.text("dialog:modal [data-said]")?.contains("Offered for saving")))?;
            let said = page.text("dialog:modal [data-said]")?;
            ensure!(said.contains("allow-downloads") && !said.contains("Saved"), "{said}");
        }
        // Where the clipboard is denied the text is selected.
        page.eval("navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); document.execCommand = () => false; document.querySelector('dialog:modal [data-action=copy-file]').click()")?;
        page.wait_until("the text", || {
            page.eval_as("const f = document.querySelector('dialog:modal [data-file-text]'); return f.value.startsWith('{') && document.activeElement === f && f.selectionEnd - f.selectionStart === f.value.length")
        })?;
        ensure!(page.text("dialog:modal [data-said]")?.contains("Ctrl+C"), "what to do");
        // Charts have no dialog of their own.
        page.eval("document.querySelector('dialog:modal [data-action=close-dialog]').click(); document.querySelector('[data-action=svg]').click()")?;
        page.wait_until("words", || Ok(page.text("[data-dialog=saved]")?.contains("Offered for saving")))?;
        page.eval("document.querySelector('dialog:modal [data-action=copy-file]').click()")?;
        page.wait_until("the picture's text", || page.eval_as("return document.querySelector('dialog:modal [data-file-text]').value.includes('<svg')"))
    })?;
    // What the browser denied stands on the console.
    page.problems().map(drop)?;
    super::faults::forget(page)
}

/// The cells of the lanes' names in the trace that the dialog saves.
fn saved_names(page: &Page, guarded: bool) -> Result<Vec<String>> {
    page.eval("window.caught = undefined; document.querySelector('[data-action=data]').click()")?;
    page.eval(&format!(
        "const box = document.querySelector('dialog:modal [data-control=guard-names]'); if (box.checked !== {guarded}) box.click(); \
         document.querySelector('dialog:modal [data-action=save-csv]').click()"
    ))?;
    page.wait_until("the file", || page.eval_as("return !!window.caught?.blob"))?;
    page.eval_as(
        "const text = await window.caught.blob.text(); \
         return [...new Set(text.split('\\n').slice(1, -1).map((line) => /^(\"(?:[^\"]|\"\")*\"|[^,]*),/.exec(line)[1]))]",
    )
}

fn names_that_spreadsheets_run_are_guarded_in_a_csv(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(root().join("tests/data/formula-names.json"))?)?;
    let labels = ["+cmd|' /C calc'!A0", "@SUM(1)", "-2,5"];
    for (lane, label) in labels.iter().enumerate() {
        document["lanes"][lane]["label"] = json!(label);
    }
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("three steps", || Ok(page.text("[data-steps]")? == "3"))?;
    page.eval(CATCH)?;
    let checked: bool = page.eval_as(
        "document.querySelector('[data-action=data]').click(); return document.querySelector('[data-control=guard-names]').checked",
    )?;
    ensure!(checked, "on to begin with");
    let names = saved_names(page, true)?;
    ensure!(names == ["'+cmd|' /C calc'!A0", "'@SUM(1)", "\"'-2,5\""], "{names:?}");
    let names = saved_names(page, false)?;
    ensure!(
        names == ["+cmd|' /C calc'!A0", "@SUM(1)", "\"-2,5\""],
        "as the native runner writes them: {names:?}"
    );
    Ok(())
}
