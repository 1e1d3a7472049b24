//! What axe-core finds, in every mode of the page: nothing.

use super::{Test, access::unfold, data, documents::ends, lessons::wait_for_lesson, panel::enter};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

pub const TESTS: &[Test] = &[
    ("axe_finds_nothing_in_any_theme", axe_finds_nothing_in_any_theme),
    ("axe_finds_nothing_on_a_phone", axe_finds_nothing_on_a_phone),
    ("axe_finds_nothing_in_dialogs", axe_finds_nothing_in_dialogs),
    ("axe_finds_nothing_in_lessons", axe_finds_nothing_in_lessons),
    ("axe_finds_nothing_where_it_is_embedded", axe_finds_nothing_where_it_is_embedded),
    ("axe_finds_nothing_in_messages", axe_finds_nothing_in_messages),
    ("axe_finds_nothing_where_seeds_and_formulas_are", axe_finds_nothing_where_seeds_and_formulas_are),
    ("axe_finds_what_is_wrong", axe_finds_what_is_wrong),
];

/// axe-core 4.14.1, as its authors publish it (MPL 2.0, for tests only).
const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");

/// Every rule of WCAG 2.2 at levels A and AA, and what its authors hold for good practice.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

/// Those whose outcome a theme changes.
const COLOURS: &str = "['color-contrast', 'link-in-text-block']";

/// Rules that are broken below the element that a selector names, and where.
fn broken(page: &Page, within: &str, rules: &str) -> Result<Vec<(String, Vec<String>)>> {
    if !page.eval_as::<bool>("return !!window.axe")? {
        page.eval(AXE)?;
    }
    page.eval_as(&format!(
        "return axe.run('{within}', {{ runOnly: {rules}, resultTypes: ['violations'] }}).then(({{ violations }}) => \
         violations.map(({{ id, nodes }}) => [id, nodes.map((n) => `${{n.target}}: ${{n.failureSummary}}`)]))"
    ))
}

fn nothing(page: &Page, mode: &str) -> Result<()> {
    nothing_of(page, "html", RULES, mode)
}

fn nothing_of(page: &Page, within: &str, rules: &str, mode: &str) -> Result<()> {
    let found = broken(page, within, rules).with_context(|| mode.to_owned())?;
    ensure!(found.is_empty(), "{mode}: {found:#?}");
    Ok(())
}

fn theme(page: &Page, name: &str) -> Result<()> {
    page.eval(&format!("const s = document.querySelector('[data-control=theme]'); s.value = '{name}'; s.dispatchEvent(new Event('change'))"))?;
    page.settle()
}

fn axe_finds_nothing_in_any_theme(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    for lang in ["en", "zh"] {
        page.load(&format!("#lang={lang}"))?;
        page.wait_for_state("finished")?;
        page.wait_for_features()?;
        nothing(page, &format!("{lang}, folded"))?;
        unfold(page)?;
        theme(page, "light")?;
        nothing(page, &format!("{lang}, light"))?;
        for name in ["dark", "projector"] {
            theme(page, name)?;
            nothing_of(page, "html", COLOURS, &format!("{lang}, {name}"))?;
        }
    }
    Ok(())
}

fn axe_finds_nothing_on_a_phone(page: &Page) -> Result<()> {
    page.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 5 }))?;
    page.open(PHONE)?;
    page.wait_for_features()?;
    nothing(page, "phone, folded")?;
    unfold(page)?;
    nothing(page, "phone")?;
    page.click("present")?;
    page.wait_until("the presentation", || page.eval_as("return !!document.querySelector('[data-stop]')"))?;
    nothing(page, "phone, presenting")
}

/// A table of a kind that uses every control of its dialog.
const TABLE: &str = "a,b,c,set\n1,2,0,train\n3,4,1,validation\n5,6,0,test\n7,8,1,train\n";

fn axe_finds_nothing_in_dialogs(page: &Page) -> Result<()> {
    for (screen, lang) in [(DESKTOP, "en"), (PHONE, "zh")] {
        page.set_screen(screen)?;
        page.load(&format!("#lang={lang}"))?;
        page.wait_for_state("finished")?;
        page.wait_for_features()?;
        for dialog in ["help", "embed", "share", "data"] {
            page.click(dialog)?;
            page.wait_until(dialog, || page.eval_as("return !!document.querySelector('dialog[open] h2')"))?;
            page.eval("for (const d of document.querySelectorAll('dialog details')) d.open = true")?;
            nothing_of(page, "dialog[open]", RULES, &format!("{lang}: {dialog}"))?;
            page.eval("document.querySelector('dialog').close()")?;
        }
        data::hand(page, "drop", "birds.csv", TABLE)?;
        data::dialog(page)?;
        nothing_of(page, "dialog[open]", RULES, &format!("{lang}: table"))?;
        page.eval("document.querySelector('dialog').close()")?;
    }
    Ok(())
}

fn axe_finds_nothing_in_lessons(page: &Page) -> Result<()> {
    for (screen, lang) in [(DESKTOP, "en"), (PHONE, "zh")] {
        page.set_screen(screen)?;
        for number in [1, 6, 9] {
            page.load(&format!("#lang={lang}&lesson={number}"))?;
            wait_for_lesson(page, number)?;
            nothing_of(page, ".lessons", RULES, &format!("{lang}: lesson {number}"))?;
        }
    }
    for sheet in ["teacher.html", "teacher-zh.html"] {
        page.goto(sheet)?;
        nothing(page, sheet)?;
    }
    Ok(())
}

fn axe_finds_nothing_where_it_is_embedded(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    for query in ["?embed", "?embed&hide=commands,choices,problem"] {
        page.goto(query)?;
        page.wait_for_state("finished")?;
        page.wait_until("the credit", || page.eval_as("return !!document.querySelector('.credit')"))?;
        nothing(page, query)?;
    }
    Ok(())
}

fn axe_finds_nothing_in_messages(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.wait_for_features()?;
    page.apply_document("{")?;
    page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
    nothing(page, "a document with a mistake")?;
    page.goto("#v=9&d=abc")?;
    page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
    nothing(page, "a link from a newer version")
}

fn axe_finds_nothing_where_seeds_and_formulas_are(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.wait_for_features()?;
    unfold(page)?;
    page.wait_until("the section", || {
        page.eval_as("return !!document.querySelector('[data-action=run-seeds]')")
    })?;
    page.eval("document.querySelector('.seeds input').value = '4'")?;
    page.click("run-seeds")?;
    page.wait_until("the bands", || {
        page.eval_as("return document.querySelector('[data-seeds-progress]').hidden && !!document.querySelector('.seeds canvas')")
    })?;
    nothing(page, "many seeds")?;
    enter(page, "problem.kind", "formula")?;
    ends(page, "formulas", |document| document["problem"]["kind"] == "formula")?;
    enter(page, "problem.main", "w1 +")?;
    page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
    nothing(page, "a formula with a mistake")
}

fn axe_finds_what_is_wrong(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.eval("document.querySelector('main').append(document.createElement('button'))")?;
    let found = broken(page, "html", RULES)?;
    let ids: Value = found.iter().map(|(id, _)| id.as_str()).collect();
    ensure!(ids == json!(["button-name"]), "a button without a name: {ids}");
    Ok(())
}
