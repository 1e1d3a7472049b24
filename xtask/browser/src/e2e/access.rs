//! Names, sizes, contrast and width, for every way of meeting the page.

use super::{CHARTS, Test, first_screen::drawn};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

pub const TESTS: &[Test] = &[
    ("targets_are_large_enough_for_fingers", targets_are_large_enough_for_fingers),
    ("narrow_windows_are_scrolled_one_way", narrow_windows_are_scrolled_one_way),
    ("every_control_has_a_name", every_control_has_a_name),
    ("text_stands_out_in_every_theme", text_stands_out_in_every_theme),
    ("forced_colours_leave_charts_and_focus", forced_colours_leave_charts_and_focus),
    ("what_has_the_focus_is_not_hidden", what_has_the_focus_is_not_hidden),
];

fn open(page: &Page, screen: Screen) -> Result<()> {
    page.open(screen)?;
    page.wait_for_features()
}

/// Unfolds everything, and lets every chart come.
pub fn unfold(page: &Page) -> Result<()> {
    page.eval("for (const d of document.querySelectorAll('details')) d.open = true")?;
    see_every_chart(page)
}

/// Brings every chart into view, one after the other, and goes back to the top.
pub fn see_every_chart(page: &Page) -> Result<()> {
    let charts: usize = page.eval_as("return document.querySelectorAll('canvas').length")?;
    for number in 0..charts {
        page.eval(&format!("document.querySelectorAll('canvas')[{number}]?.scrollIntoView()"))?;
        page.settle()?;
    }
    page.eval("scrollTo(0, 0)")?;
    page.settle()
}

fn press(page: &Page, action: &str) -> Result<()> {
    page.eval(&format!("document.querySelector('[data-action={action}]').click()"))?;
    page.settle()
}

const DIALOGS: [&str; 4] = ["help", "embed", "share", "data"];

fn close(page: &Page) -> Result<()> {
    page.eval("document.querySelector('dialog').close()")?;
    page.settle()
}

/// Controls that a finger may miss: a box or a file is chosen by its label.
const SMALL: &str = "return [...document.querySelectorAll('button, select, summary, input, textarea, main a[href]')].filter((e) => e.getClientRects().length).map((e) => { \
    const target = e.matches('[type=checkbox], [type=radio], [type=file]') ? e.closest('label') ?? e : e; \
    const { width, height } = target.getBoundingClientRect(); return [e.outerHTML.slice(0, 80), width, height] }).filter(([, w, h]) => w < 43.9 || h < 43.9)";

fn targets_are_large_enough_for_fingers(page: &Page) -> Result<()> {
    page.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 5 }))?;
    for screen in [PHONE, Screen { width: 820, height: 1180, ratio: 1.0 }] {
        open(page, screen)?;
        ensure!(page.eval("return matchMedia('(pointer: coarse)').matches")? == true, "a finger points");
        unfold(page)?;
        let small = page.eval(SMALL)?;
        ensure!(small == json!([]), "{small}");
        for dialog in DIALOGS {
            press(page, dialog)?;
            let small =
                page.eval(&SMALL.replace("querySelectorAll('button", "querySelectorAll('dialog button"))?;
            ensure!(small == json!([]), "{dialog}: {small}");
            close(page)?;
        }
        press(page, "present")?;
        let small = page.eval(SMALL)?;
        ensure!(small == json!([]), "presenting: {small}");
    }
    Ok(())
}

/// Pixels that the page is too wide, and that something in an open dialog is.
const EXCESS: &str = "const e = document.documentElement; const d = document.querySelector('dialog[open]'); \
    return [e.scrollWidth - e.clientWidth, d ? d.scrollWidth - d.clientWidth : 0]";

fn narrow_windows_are_scrolled_one_way(page: &Page) -> Result<()> {
    // The second is a window of 1280 by 1024 pixels, enlarged four times.
    for screen in [
        PHONE,
        Screen { width: 320, height: 256, ratio: 4.0 },
        Screen { width: 320, height: 640, ratio: 1.0 },
    ] {
        open(page, screen)?;
        unfold(page)?;
        for theme in ["light", "projector"] {
            page.eval(&format!("const s = document.querySelector('[data-control=theme]'); s.value = '{theme}'; s.dispatchEvent(new Event('change'))"))?;
            page.settle()?;
            let excess: [f64; 2] = page.eval_as(EXCESS)?;
            ensure!(excess[0] <= 0.0, "{screen:?}, {theme}: {} px too wide", excess[0]);
        }
        for dialog in DIALOGS {
            press(page, dialog)?;
            let excess: [f64; 2] = page.eval_as(EXCESS)?;
            ensure!(excess[0] <= 0.0 && excess[1] <= 0.0, "{screen:?}, {dialog}: {excess:?}");
            close(page)?;
        }
        // Where the window is low, nothing fixed takes of it.
        let fixed: bool = page
            .eval_as("return getComputedStyle(document.querySelector('.commands')).position === 'fixed'")?;
        ensure!(fixed == (screen.height > 480), "{screen:?}: {fixed}");
    }
    Ok(())
}

/// Controls and charts without a name.
const NAMELESS: &str = "const name = (e) => (e.getAttribute('aria-label') ?? '') || (e.getAttribute('aria-labelledby') ?? '').split(/\\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join('') || \
    [...(e.labels ?? [])].map((l) => l.textContent).join('') || (e.matches('button, summary, a') ? e.textContent : '') || e.title; \
    return [...document.querySelectorAll('button, select, summary, input, textarea, a[href], canvas, progress, dialog, [role=toolbar], [tabindex=\"0\"]')].filter((e) => e.getClientRects().length && !name(e).trim()).map((e) => e.outerHTML.slice(0, 100))";

fn every_control_has_a_name(page: &Page) -> Result<()> {
    open(page, DESKTOP)?;
    unfold(page)?;
    let check = |what: &str| -> Result<()> {
        let nameless = page.eval(NAMELESS)?;
        ensure!(nameless == json!([]), "{what}: {nameless}");
        let headings: u32 = page.eval_as("return document.querySelectorAll('h1').length")?;
        ensure!(headings == 1, "{what}: {headings} headings of the first level");
        let doubled: Vec<String> = page.eval_as("const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); return ids.filter((id, i) => ids.indexOf(id) < i)")?;
        ensure!(doubled.is_empty(), "{what}: {doubled:?}");
        Ok(())
    };
    check("the page")?;
    for dialog in DIALOGS {
        press(page, dialog)?;
        check(dialog)?;
        close(page)?;
    }
    press(page, "present")?;
    check("presenting")
}

/// Words whose contrast with what is behind them is below 4.5, or 3 where they are large.
const FAINT: &str = "const g = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true }); \
    const rgba = (c) => { g.clearRect(0, 0, 1, 1); g.fillStyle = c; g.fillRect(0, 0, 1, 1); return [...g.getImageData(0, 0, 1, 1).data] }; \
    const light = (c) => c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0); \
    const behind = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] > 250) return c } return rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#000' : '#fff') }; \
    return [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest('[disabled], [aria-disabled=true], svg, noscript, .skip, option') && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((e) => { \
    const style = getComputedStyle(e); const [a, b] = [light(rgba(style.color)), light(behind(e))]; const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); \
    return [e.outerHTML.slice(0, 60), ratio, parseFloat(style.fontSize) >= 24 ? 3 : 4.5] }).filter(([, ratio, least]) => ratio < least)";

fn text_stands_out_in_every_theme(page: &Page) -> Result<()> {
    open(page, DESKTOP)?;
    unfold(page)?;
    page.apply_document("{")?;
    page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
    for theme in ["light", "dark", "projector"] {
        page.eval(&format!("const s = document.querySelector('[data-control=theme]'); s.value = '{theme}'; s.dispatchEvent(new Event('change'))"))?;
        for dialog in ["", "help", "embed"] {
            if !dialog.is_empty() {
                press(page, dialog)?;
            }
            let faint: Value = page.eval(FAINT)?;
            ensure!(faint == json!([]), "{theme} {dialog}: {faint}");
            if !dialog.is_empty() {
                close(page)?;
            }
        }
    }
    Ok(())
}

fn forced_colours_leave_charts_and_focus(page: &Page) -> Result<()> {
    page.set_media("forced-colors", "active")?;
    open(page, DESKTOP)?;
    ensure!(page.eval("return matchMedia('(forced-colors: active)').matches")? == true);
    for chart in CHARTS {
        drawn(page, chart)?;
    }
    page.tab_to("share")?;
    let [style, bars]: [String; 2] = page.eval_as(
        "const b = document.querySelector('.bar'); const probe = document.createElement('i'); probe.style.color = 'CanvasText'; document.body.append(probe); \
         return [getComputedStyle(document.activeElement).outlineStyle, String(getComputedStyle(b).backgroundColor === getComputedStyle(probe).color)]",
    )?;
    ensure!(style == "solid" && bars == "true", "outline {style}, bars in the system's colour: {bars}");
    Ok(())
}

fn what_has_the_focus_is_not_hidden(page: &Page) -> Result<()> {
    open(page, PHONE)?;
    let mut met = 0;
    for _ in 0..60 {
        page.press(thirtyfour::Key::Tab)?;
        let hidden: Value = page.eval(
            "const e = document.activeElement; if (e === document.body || e.closest('.commands, .skip')) return null; const r = e.getBoundingClientRect(); \
             const bar = document.querySelector('.commands').getBoundingClientRect(); \
             return r.top >= bar.top - 1 || r.bottom <= 0 ? e.outerHTML.slice(0, 80) : ''",
        )?;
        ensure!(hidden.is_null() || hidden == "", "behind the bar: {hidden}");
        met += u32::from(hidden == "");
    }
    ensure!(met > 30, "{met} controls were met");
    Ok(())
}
