//! What random users and links found: each fault by the way of a person to it.

use super::Test;
use super::documents::{chosen, own_run};
use super::links::{complete, open_at};
use crate::page::{DESKTOP, Page, Screen};
use anyhow::{Result, ensure};
use serde_json::json;

pub const TESTS: &[Test] = &[
    ("words_that_all_objects_have_are_words", words_that_all_objects_have_are_words),
    ("a_landscape_is_chosen_before_it_is_seen", a_landscape_is_chosen_before_it_is_seen),
    ("one_dialog_is_open_at_a_time", one_dialog_is_open_at_a_time),
    (
        "documents_applied_in_haste_leave_a_run_that_goes_on",
        documents_applied_in_haste_leave_a_run_that_goes_on,
    ),
    ("long_names_of_lanes_do_not_widen_the_page", long_names_of_lanes_do_not_widen_the_page),
    ("ones_own_document_chosen_again_asks_for_nothing", ones_own_document_chosen_again_asks_for_nothing),
];

/// A change of mind while another experiment is still being fetched.
fn ones_own_document_chosen_again_asks_for_nothing(page: &Page) -> Result<()> {
    open_at(page, "")?;
    own_run(page)?;
    page.eval(
        "const s = document.querySelector('[data-control=preset]'); \
         for (const id of ['ridge', '']) { s.value = id; s.dispatchEvent(new Event('change')); }",
    )?;
    // What was asked for first comes; nothing without a name has been asked for, which would be an error on the console.
    page.wait_for_finished("the experiment", || {
        Ok(chosen(page)? == "ridge" && page.text("[data-message]")?.is_empty())
    })
}

fn words_that_all_objects_have_are_words(page: &Page) -> Result<()> {
    for language in ["en", "zh"] {
        open_at(page, &format!("#preset=noisy-main&lang={language}"))?;
        page.eval("document.querySelector('[data-panel]').open = true")?;
        page.wait_until("the choices", || {
            page.eval_as("return !!document.querySelector('[data-path=\"lanes[1].method.inner.lr\"]')")
        })?;
        for word in ["constructor", "toString", "__proto__"] {
            page.eval(&format!(
                "const e = document.querySelector('[data-path=\"lanes[1].method.inner.lr\"]'); e.value = {}; e.dispatchEvent(new Event('change', {{ bubbles: true }}))",
                json!(word)
            ))?;
            page.wait_until(&format!("{word} at its control"), || {
                Ok(page.text("[id=wrong-lanes-1-method-inner-lr]")?.contains(word))
            })?;
            ensure!(page.text("[data-message]")?.contains(word), "{}", page.text("[data-message]")?);
        }
        let mut document = super::default_document()?;
        document["title"] = json!("constructor");
        document["description"] = json!("{constructor} and {toString}");
        document["lanes"][0]["label"] = json!("__proto__");
        page.apply_document(&document.to_string())?;
        page.wait_until("the description", || {
            Ok(page.text("[data-description]")? == "{constructor} and {toString}")
        })?;
        page.wait_until("the label", || Ok(page.text("[data-lanes]")?.contains("__proto__")))?;
    }
    Ok(())
}

fn a_landscape_is_chosen_before_it_is_seen(page: &Page) -> Result<()> {
    open_at(page, "")?;
    page.wait_until("the charts of the problem", || {
        page.eval_as("return !!document.querySelector('[data-problem=reset]')")
    })?;
    // By keys, before the picture is there.
    page.eval("for (const name of ['first', 'second']) document.querySelector(`[data-problem=${name}]`).dispatchEvent(new Event('change')); document.querySelector('[data-problem=reset]').click()")?;
    page.eval("document.querySelector('canvas[data-chart=phi_landscape]').scrollIntoView()")?;
    page.wait_until("the components", || {
        page.eval_as("return document.querySelector('[data-problem=second]').value === '1'")
    })
}

fn one_dialog_is_open_at_a_time(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    open_at(page, "")?;
    complete(page)?;
    let open = "return [...document.querySelectorAll('dialog')].map(({ dataset }) => dataset.dialog).join()";
    // The one comes a moment after it was asked for, when the other is open.
    page.eval(
        "for (const action of ['embed', 'share']) document.querySelector(`[data-action=${action}]`).click()",
    )?;
    page.wait_until("the second", || Ok(page.eval_as::<String>(open)? == "embed"))?;
    page.press(thirtyfour::Key::Escape)?;
    page.wait_until("no dialog", || Ok(page.eval_as::<String>(open)?.is_empty()))?;
    page.eval("for (let i = 0; i < 3; i += 1) document.querySelector('[data-action=embed]').click()")?;
    page.settle()?;
    page.wait_until("one", || Ok(page.eval_as::<String>(open)? == "embed"))
}

fn documents_applied_in_haste_leave_a_run_that_goes_on(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let mut good = super::default_document()?;
    good["seed"] = json!(123);
    good["steps"] = json!(40);
    let bad = json!({ "schema": 1, "title": "x", "seed": 1, "problem": { "kind": "nonsense" } });
    let apply = |documents: &[String], then: &str| {
        page.eval(&format!(
            "for (const text of {}) {{ const e = document.querySelector('[data-document]'); e.value = text; document.querySelector('[data-action=apply]').click(); }} {then}",
            json!(documents)
        ))
    };
    let goes_on = || -> Result<()> {
        page.click("rewind")?;
        page.wait_for_state("ready")?;
        page.click("step")?;
        page.wait_until("a step", || Ok(page.step()? == 1))?;
        ensure!(page.text("[data-seed]")? == "123", "seed {}", page.text("[data-seed]")?);
        page.click("play")?;
        page.wait_for_state("finished")
    };
    // One that is taken, and one that is refused before the page has heard of the first.
    apply(&[good.to_string(), bad.to_string()], "")?;
    page.wait_until("why it is refused", || Ok(page.text("[data-message]")?.contains("nonsense")))?;
    goes_on()?;
    // Refused and taken, taken and taken: the last counts, and nothing is complained of.
    page.click("new-seed")?;
    page.wait_for_state("finished")?;
    apply(&[bad.to_string(), good.to_string()], "")?;
    page.wait_until("the second", || Ok(page.text("[data-seed]")? == "123"))?;
    page.wait_for_state("finished")?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    let digests = page.digests()?;
    goes_on()?;
    ensure!(page.digests()? == digests, "the same numbers");
    // Rewound while it is read, it stands at its start.
    apply(
        &[good.to_string().replace("123", "124"), good.to_string()],
        "document.querySelector('[data-action=rewind]').click()",
    )?;
    page.wait_until("the last", || Ok(page.text("[data-seed]")? == "123"))?;
    page.wait_until("a run at rest", || Ok(["ready", "finished"].contains(&page.state()?.as_str())))?;
    goes_on()
}

fn long_names_of_lanes_do_not_widen_the_page(page: &Page) -> Result<()> {
    let mut document = super::default_document()?;
    document["lanes"][1]["label"] = json!("A name of a lane that is longer than any that ships, 9");
    for theme in ["light", "projector"] {
        open_at(page, &format!("#theme={theme}"))?;
        page.set_screen(Screen { width: 320, height: 640, ratio: 1.0 })?;
        page.eval(&format!(
            "document.querySelector('[data-document]').value = {}; document.querySelector('[data-action=apply]').click()",
            json!(document.to_string())
        ))?;
        page.wait_until("the lane", || {
            page.eval_as("return [...document.querySelectorAll('[data-problem=lane] option')].some(({ text }) => text.includes('longer than any'))")
        })?;
        let [wide, room]: [u32; 2] =
            page.eval_as("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]")?;
        ensure!(wide <= room, "{wide} px in {room} px in the theme {theme}");
    }
    Ok(())
}
