//! What the charts of the problem show, and when.

use super::documents::{choose, document, ends, experiments};
use super::more::{open, told};
use super::problem::{CHARTS, see};
use super::time::hears;
use super::{Test, first_screen::drawn};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("the_signs_turn_and_their_disagreement_is_told", the_signs_turn_and_their_disagreement_is_told),
    ("the_series_is_chosen_and_used_in_the_run", the_series_is_chosen_and_used_in_the_run),
    ("the_landscape_shows_the_pair_chosen", the_landscape_shows_the_pair_chosen),
    ("the_problem_follows_the_cursor", the_problem_follows_the_cursor),
    ("nothing_is_computed_for_pictures_nobody_sees", nothing_is_computed_for_pictures_nobody_sees),
    ("every_experiment_runs_and_is_drawn", every_experiment_runs_and_is_drawn),
    (
        "pictures_of_the_problem_stand_sharp_and_small_screens",
        pictures_of_the_problem_stand_sharp_and_small_screens,
    ),
];

fn the_signs_turn_and_their_disagreement_is_told(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    page.wait_until(
        "the verdict",
        || Ok(told(page, "w_plane")?.contains("implicit sign disagree for task")),
    )?;
    let picture = || -> Result<String> {
        page.eval_as("return document.querySelector('canvas[data-chart=w_plane]').toDataURL()")
    };
    let turned = picture()?;
    page.eval(
        "const s = document.querySelector('[data-problem=turn]'); s.value = 0; s.dispatchEvent(new Event('input'))",
    )?;
    page.wait_until("the Euclidean picture", || Ok(picture()? != turned))?;
    page.eval("document.querySelector('[data-problem=play-turn]').click()")?;
    page.wait_until("the picture turned back", || Ok(picture()? == turned))?;
    ensure!(page.eval_as::<String>("return document.querySelector('[data-problem=turn]').value")? == "1");
    choose(page, "noisy-main")?;
    page.wait_until("no disagreement", || {
        let told = told(page, "w_plane")?;
        Ok(told.contains("helpful") && !told.contains("disagree"))
    })
}

fn the_series_is_chosen_and_used_in_the_run(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    drawn(page, "neumann")?;
    page.wait_until("the document's series", || Ok(told(page, "neumann")?.contains("J = 0, α = 0.10")))?;
    let choose = |name: &str, value: f64| {
        page.eval(&format!(
            "const s = document.querySelector('[data-problem={name}]'); s.value = {value}; \
             s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change'))"
        ))
    };
    // Eigenvalues 1 and 10 at φ = 0: the limit is 0.2.
    choose("alpha", 0.25_f64.log10())?;
    page.wait_until("a loud warning", || {
        Ok(told(page, "neumann")?.contains("diverges, more terms make it worse"))
    })?;
    choose("damping", 1.0)?;
    choose("alpha", 0.1_f64.log10())?;
    choose("terms", 6.0)?;
    page.wait_until("the setting", || Ok(told(page, "neumann")?.contains("J = 6, α = 0.10, damping 1.00")))?;
    // The lane looked at is the exact one, which has no use for a series.
    page.eval("document.querySelector('[data-problem=use]').click()")?;
    hears(page, "The lane looked at, Exact, uses no truncated Neumann series")?;
    let before = document(page)?;
    follow_lane(page, 3)?;
    page.eval("document.querySelector('[data-problem=use]').click()")?;
    hears(page, "Series used in the lane Neumann, 2 terms, now called Neumann, J = 6, α = 0.1, δ = 1.")?;
    ends(page, "the series", |document| document["lanes"][3]["method"]["inverse_hvp"]["terms"] == json!(6))?;
    let after = document(page)?;
    ensure!(after["lanes"][3]["method"]["inverse_hvp"]["damping"] == json!(1));
    for lane in [0, 1, 2, 4, 5, 6] {
        ensure!(after["lanes"][lane] == before["lanes"][lane], "lane {lane} is another");
    }
    choose("damping", 0.0)?;
    page.eval("document.querySelector('[data-problem=reset]').click()")?;
    page.wait_until("the run's again", || Ok(told(page, "neumann")?.contains("damping 1.00")))
}

/// Looks at a lane's W and φ.
pub fn follow_lane(page: &Page, lane: usize) -> Result<()> {
    page.eval(&format!(
        "const s = document.querySelector('[data-problem=lane]'); s.selectedIndex = {lane}; s.dispatchEvent(new Event('change'))"
    ))
    .map(drop)
}

fn the_landscape_shows_the_pair_chosen(page: &Page) -> Result<()> {
    open(page)?;
    choose(page, "many-copies")?;
    drawn(page, "phi_landscape")?;
    page.wait_until("a first pair", || {
        Ok(told(page, "phi_landscape")?.contains("over φ noise 0.1 and φ noise 0.12"))
    })?;
    let choose = |name: &str, index: usize| {
        page.eval(&format!(
            "const s = document.querySelector('[data-problem={name}]'); s.selectedIndex = {index}; s.dispatchEvent(new Event('change'))"
        ))
    };
    choose("first", 3)?;
    choose("second", 0)?;
    let name: String =
        page.eval_as("return document.querySelector('[data-problem=first]').selectedOptions[0].text")?;
    page.wait_until("a curve", || {
        let told = told(page, "phi_landscape")?;
        Ok(told.contains(&format!("over φ {name}.")))
    })
}

fn the_problem_follows_the_cursor(page: &Page) -> Result<()> {
    see(page, "noisy-main")?;
    let last = told(page, "w_plane")?;
    page.eval("document.querySelector('canvas[data-chart=phi]').focus({ preventScroll: true })")?;
    page.press(Key::Home)?;
    page.wait_until("the plane at the start", || Ok(told(page, "w_plane")?.contains("at φ = (1.00, 1.00)")))?;
    page.press(Key::Escape)?;
    page.wait_until("the plane at the end", || Ok(told(page, "w_plane")? == last))?;
    page.click("rewind")?;
    page.wait_until("the plane at the start again", || {
        Ok(page.step()? == 0 && told(page, "w_plane")?.contains("at φ = (1.00, 1.00)"))
    })
}

fn nothing_is_computed_for_pictures_nobody_sees(page: &Page) -> Result<()> {
    open(page)?;
    page.eval("document.querySelector('.problem').style.marginBlockStart = '400vh'; scrollTo(0, 0)")?;
    page.settle()?;
    let heading = told(page, "neumann")?;
    ensure!(!heading.contains("eigenvalues"), "computed although nobody has seen it: {heading}");
    drawn(page, "neumann")?;
    page.wait_until("what is in view", || Ok(told(page, "neumann")?.contains("eigenvalues")))
}

/// The ledger's words name every lane that is shown.
const LEDGER: &str = "const labels = [...document.querySelectorAll('[data-lanes] .name')].map((e) => e.textContent); \
    const told = document.querySelector('canvas[data-chart=ledger]').getAttribute('aria-label'); \
    return labels.length > 0 && labels.every((label) => told.includes(` ${label}: L_T `))";

fn every_experiment_runs_and_is_drawn(page: &Page) -> Result<()> {
    open(page)?;
    // The last first: the first is chosen already.
    for (id, _) in experiments(page)?.iter().rev() {
        choose(page, id)?;
        for chart in CHARTS {
            drawn(page, chart)?;
        }
        // Charts of the problem are described while they are seen.
        page.wait_until("words", || {
            let all = CHARTS.into_iter().map(|chart| told(page, chart)).collect::<Result<Vec<_>>>()?;
            Ok(all[0].starts_with("The plane of W")
                && all[1].starts_with("Held-out loss")
                && all[2].starts_with("The truncated"))
        })?;
        drawn(page, "ledger")?;
        page.wait_until("the ledger of all lanes", || page.eval_as(LEDGER))?;
        ensure!(page.text("[data-message]")?.is_empty(), "{id}: {}", page.text("[data-message]")?);
    }
    Ok(())
}

fn pictures_of_the_problem_stand_sharp_and_small_screens(page: &Page) -> Result<()> {
    open(page)?;
    // Emulated, a ratio alone raises no event; a size does.
    let fourfold = Screen { ratio: 4.0, width: 400, ..PHONE };
    for screen in [PHONE, fourfold, DESKTOP] {
        page.set_screen(screen)?;
        for chart in CHARTS {
            drawn(page, chart)?;
            page.wait_until(&format!("device pixels of {chart}"), || {
                let (width, css): (f64, f64) = page.eval_as(&format!(
                    "const c = document.querySelector('canvas[data-chart={chart}]'); return [c.width, c.clientWidth]"
                ))?;
                Ok((width - css * screen.ratio).abs() <= screen.ratio)
            })?;
        }
    }
    // A canvas without size is left alone, and comes back.
    page.eval("document.querySelector('canvas[data-chart=w_plane]').closest('figure').hidden = true")?;
    page.click("new-seed")?;
    page.wait_for_state("finished")?;
    page.eval("document.querySelector('canvas[data-chart=w_plane]').closest('figure').hidden = false")?;
    drawn(page, "w_plane")
}
