//! Lessons beside the charts: predicted, tried and walked through by keyboard, lit up, linked to, on a phone.

use super::{Test, more::open};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("lessons_ask_for_a_prediction_before_the_run", lessons_ask_for_a_prediction_before_the_run),
    ("lessons_light_up_charts_by_terms_and_back", lessons_light_up_charts_by_terms_and_back),
    ("lessons_are_linked_to", lessons_are_linked_to),
    ("lessons_close_and_give_the_focus_back", lessons_close_and_give_the_focus_back),
    ("lessons_leave_their_chart_uncovered", lessons_leave_their_chart_uncovered),
    ("lessons_are_in_chinese", lessons_are_in_chinese),
    ("lessons_have_a_sheet_for_teachers", lessons_have_a_sheet_for_teachers),
];

/// How many lessons there are.
pub const COUNT: usize = 10;

/// Loads the page with a lesson and waits until its experiment stands.
fn at(page: &Page, fragment: &str, number: usize) -> Result<()> {
    page.load(fragment)?;
    wait_for_lesson(page, number)
}

/// Waits until a lesson is shown and its experiment stands.
pub fn wait_for_lesson(page: &Page, number: usize) -> Result<()> {
    page.wait_until(&format!("lesson {number}"), || {
        let (shown, asked): (f64, bool) = page.eval_as(
            "return [document.querySelector('.lesson-head progress')?.value ?? 0, \
             !document.querySelector('[data-part=predict]:not([hidden])') || !!document.querySelector('.prediction, [data-compared]')]",
        )?;
        Ok(shown == number as f64 && asked && ["ready", "finished"].contains(&page.state()?.as_str()))
    })
}

/// Chooses an answer for each task and shows the run.
fn predict(page: &Page, answers: &[&str]) -> Result<()> {
    for (k, answer) in answers.iter().enumerate() {
        page.eval(&format!("document.querySelector('input[name=predict-{k}][value={answer}]').click()"))?;
    }
    page.click("reveal")?;
    page.wait_until("the comparison", || page.eval_as("return !!document.querySelector('[data-compared]')"))
}

fn visible(page: &Page, selector: &str) -> Result<bool> {
    page.eval_as(&format!(
        "return !!document.querySelector({})?.checkVisibility({{ visibilityProperty: true }})",
        json!(selector)
    ))
}

fn lessons_ask_for_a_prediction_before_the_run(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    at(page, "#lesson=6", 6)?;
    ensure!(page.step()? == 0 && page.state()? == "ready", "the run stands at step {}", page.step()?);
    ensure!(!visible(page, "[data-part=reveal]")? && !visible(page, "[data-part=try]")?);
    page.eval("document.querySelector('.problem').scrollIntoView()")?;
    ensure!(!visible(page, "canvas[data-chart=w_plane]")?, "the plane would give the sign away");
    let disabled: bool = page.eval_as("return document.querySelector('[data-action=reveal]').disabled")?;
    ensure!(disabled, "nothing has been predicted yet");
    predict(page, &["shrinks"])?;
    ensure!(page.state()? == "finished" && page.value(0, "phi_1")? == 0.0);
    let compared = page.text("[data-compared]")?;
    ensure!(compared == "▼ φ of task shrank from 0.5 to 0: as you said.", "{compared}");
    ensure!(visible(page, "[data-part=reveal]")? && visible(page, "canvas[data-chart=w_plane]")?);
    // Who comes back has seen the run.
    page.click("lesson-next")?;
    wait_for_lesson(page, 7)?;
    page.click("lesson-back")?;
    wait_for_lesson(page, 6)?;
    ensure!(page.state()? == "finished" && visible(page, "[data-part=reveal]")?);
    at(page, "#lesson=9", 9)?;
    predict(page, &["grows", "shrinks"])?;
    let compared = page.text("[data-compared]")?;
    ensure!(compared.contains("helpful grew from 1 to 386: as you said."), "{compared}");
    ensure!(compared.contains("harmful grew from 1 to 1.08: you said the opposite."), "{compared}");
    Ok(())
}

fn lessons_light_up_charts_by_terms_and_back(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    // A window behind others would hear of no focus.
    page.devtools("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }))?;
    at(page, "#lesson=4", 4)?;
    let lit = || -> Result<(Vec<String>, Vec<String>)> {
        page.eval_as(
            "return [[...document.querySelectorAll('main .lit canvas')].map((e) => e.dataset.chart), \
             [...document.querySelectorAll('.lessons .lit')].map((e) => e.dataset.term)]",
        )
    };
    let focus = |what: &str| page.eval(&format!("document.querySelector('{what}').focus()")).map(drop);
    focus(".lessons math .term[data-term=alignment]")?;
    let (charts, terms) = lit()?;
    ensure!(
        charts == ["alignment"] && terms.iter().all(|term| term == "alignment") && !terms.is_empty(),
        "{charts:?} {terms:?}"
    );
    focus(".lessons math .term[data-term=L_A]")?;
    ensure!(lit()?.0 == ["losses"], "{:?}", lit()?);
    focus("canvas[data-chart=alignment]")?;
    let (charts, terms) = lit()?;
    ensure!(
        charts.is_empty() && terms == ["alignment", "alignment", "task_1", "task_2"],
        "{charts:?} {terms:?}"
    );
    // By pointer as well.
    page.eval("document.activeElement.blur()")?;
    let (x, y): (f64, f64) = page.eval_as(
        "const t = document.querySelector('.lessons math .term[data-term=L_A]'); t.scrollIntoView({ behavior: 'instant' }); \
         const r = t.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]",
    )?;
    page.devtools("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y }))?;
    page.wait_until("the chart of losses lit", || Ok(lit()?.0 == ["losses"]))?;
    page.devtools("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": 5, "y": 5 }))?;
    page.wait_until("nothing lit", || Ok(lit()?.0.is_empty() && lit()?.1.is_empty()))?;
    the_curves_of_a_task_light_up(page)
}

/// A picture that has stayed as it is for a moment.
fn settled(page: &Page, picture: &dyn Fn() -> Result<String>) -> Result<String> {
    let mut before = String::new();
    page.wait_until("a picture that stays", || {
        page.settle()?;
        let now = picture()?;
        let same = now == before;
        before = now;
        Ok(same)
    })?;
    Ok(before)
}

fn the_curves_of_a_task_light_up(page: &Page) -> Result<()> {
    predict(page, &["grows", "shrinks"])?;
    page.eval("document.querySelector('canvas[data-chart=phi]').scrollIntoView({ behavior: 'instant' })")?;
    let picture = || -> Result<String> {
        page.eval_as("return document.querySelector('canvas[data-chart=phi]').toDataURL()")
    };
    // Out of the way: a term may have come under it.
    page.devtools("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": 5, "y": 5 }))?;
    page.eval("document.activeElement.blur()")?;
    page.wait_until("nothing lit", || page.eval_as("return !document.querySelector('.lit')"))?;
    let plain = settled(page, &picture)?;
    page.eval("document.querySelector('.lessons .term[data-term=task_2]').focus({ preventScroll: true })")?;
    page.wait_until("a curve lit up", || Ok(picture()? != plain))?;
    page.eval("document.activeElement.blur()")?;
    page.wait_until("the picture as it was", || Ok(picture()? == plain))
}

fn lessons_are_linked_to(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    at(page, "#lesson=3", 3)?;
    ensure!(page.text("#lesson-title")? == "The best response");
    let hash: String = page.eval_as("return location.hash")?;
    ensure!(hash.contains("lesson=3"), "{hash}");
    page.eval("location.hash = '#lesson=5'")?;
    wait_for_lesson(page, 5)?;
    for wrong in ["99", "0", "2.5", "two", "-1", ""] {
        at(page, &format!("#lesson={wrong}"), 1)?;
        let said = page.text("[data-lesson-status]")?;
        ensure!(said.contains("there are lessons 1 to 10"), "{wrong}: {said:?}");
    }
    Ok(())
}

fn lessons_close_and_give_the_focus_back(page: &Page) -> Result<()> {
    open(page)?;
    page.wait_until("the button", || {
        page.eval_as("return !!document.querySelector('[data-action=lessons]')")
    })?;
    page.click("lessons")?;
    wait_for_lesson(page, 1)?;
    let focused: String = page.eval_as("return document.activeElement.id")?;
    ensure!(focused == "lesson-title", "the heading is read first, not {focused:?}");
    page.press(Key::Escape)?;
    let (left, focused): (bool, String) = page.eval_as(
        "return [!!document.querySelector('.lessons, .pointed, .predicting, .with-lessons'), document.activeElement.dataset.action]",
    )?;
    ensure!(!left && focused == "lessons", "{left} {focused}");
    page.wait_until("an address without the lesson", || {
        page.eval_as("return !location.hash.includes('lesson')")
    })?;
    page.press(Key::Enter)?;
    wait_for_lesson(page, 1)
}

fn lessons_leave_their_chart_uncovered(page: &Page) -> Result<()> {
    for screen in [DESKTOP, PHONE] {
        page.set_screen(screen)?;
        for number in 1..=COUNT {
            at(page, &format!("#lesson={number}"), number)?;
            let covered = "const r = document.querySelector('.pointed').getBoundingClientRect(), p = document.querySelector('.lessons').getBoundingClientRect(); \
                 const e = document.documentElement; \
                 return [r.top, p.left > 0 ? p.left - r.right : p.top - Math.min(r.bottom, r.top + 200), e.scrollWidth - e.clientWidth]";
            let mut found = [0.0; 3];
            page.wait_until("the chart beside or above the panel", || {
                found = page.eval_as(covered)?;
                Ok((-2.0..120.0).contains(&found[0]) && found[1] >= 0.0)
            })
            .with_context(|| format!("lesson {number}, {screen:?}: {found:?}"))?;
            ensure!(found[2] <= 0.0, "lesson {number} is {} px too wide", found[2]);
            let cut: Vec<String> = page.eval_as(
                "const panel = document.querySelector('.lessons').getBoundingClientRect(); return [...document.querySelectorAll('.lessons *')] \
                 .filter((e) => e.checkVisibility() && [...e.getClientRects()].some((r) => r.right > panel.right || r.left < panel.left)) \
                 .map((e) => e.outerHTML.slice(0, 60))",
            )?;
            ensure!(cut.is_empty(), "lesson {number}, {screen:?}, beyond the panel: {cut:?}");
        }
    }
    let small: Vec<(String, f64)> = page.eval_as(
        "return [...document.querySelectorAll('.lessons button, .lessons label')].filter((e) => e.checkVisibility()) \
         .map((e) => [e.textContent, e.getBoundingClientRect().height]).filter(([, size]) => size < 43.5)",
    )?;
    ensure!(small.is_empty(), "a finger needs 44 px: {small:?}");
    Ok(())
}

fn lessons_are_in_chinese(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    at(page, "#lang=zh&lesson=2", 2)?;
    ensure!(page.text("#lesson-title")? == "为什么需要留出集");
    predict(page, &["grows", "shrinks"])?;
    let compared = page.text("[data-compared]")?;
    ensure!(compared.contains("从 1 缩小到 0：和你说的一样。"), "{compared}");
    let sheet: String = page.eval_as("return document.querySelector('.lesson-sheet a').href")?;
    ensure!(sheet == format!("{}teacher-zh.html", page.site()), "{sheet}");
    Ok(())
}

fn lessons_have_a_sheet_for_teachers(page: &Page) -> Result<()> {
    for (file, lang, plan) in
        [("teacher.html", "en", "Fifty minutes"), ("teacher-zh.html", "zh-Hans", "五十分钟")]
    {
        page.set_screen(PHONE)?;
        page.goto(file)?;
        let (language, sections, answers, excess): (String, usize, usize, f64) = page.eval_as(
            "const e = document.documentElement; return [e.lang, document.querySelectorAll('.lesson').length, \
             document.querySelectorAll('.ask h4 + p').length, e.scrollWidth - e.clientWidth]",
        )?;
        ensure!(
            language == lang && sections == COUNT && answers >= 2 * COUNT,
            "{language} {sections} {answers}"
        );
        ensure!(excess <= 0.0, "{file} is {excess} px too wide");
        ensure!(page.text("main")?.contains(plan));
        page.eval("document.querySelector('.lesson:nth-of-type(3) a').click()")?;
        wait_for_lesson(page, 3)?;
    }
    Ok(())
}

/// Presses Tab, or Shift and Tab, until what a selector names has the focus.
pub fn tab_until(page: &Page, selector: &str, back: bool) -> Result<()> {
    for _ in 0..200 {
        let there: bool =
            page.eval_as(&format!("return document.activeElement.matches({})", json!(selector)))?;
        if there {
            return Ok(());
        }
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9, "modifiers": if back { 8 } else { 0 } });
            page.devtools("Input.dispatchKeyEvent", event)?;
        }
    }
    bail!("200 presses of Tab do not reach {selector}")
}
