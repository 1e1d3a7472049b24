//! Presenting, printing, and the help.

use super::{Test, access::see_every_chart};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("a_clicker_steps_through_the_charts", a_clicker_steps_through_the_charts),
    ("leaving_puts_everything_back", leaving_puts_everything_back),
    ("a_phone_presents_one_chart_at_a_time", a_phone_presents_one_chart_at_a_time),
    ("a_handout_has_no_controls_and_no_clipped_charts", a_handout_has_no_controls_and_no_clipped_charts),
    ("help_comes_by_key_and_keys_can_be_switched_off", help_comes_by_key_and_keys_can_be_switched_off),
];

fn open(page: &Page, screen: crate::page::Screen) -> Result<()> {
    page.open(screen)?;
    page.wait_for_features()
}

/// Kinds of the charts that can be seen, and which share of the window's height each takes.
fn presented(page: &Page) -> Result<Vec<(String, f64)>> {
    page.eval_as("return [...document.querySelectorAll('canvas')].filter((c) => c.getClientRects().length).map((c) => [c.dataset.chart, c.getBoundingClientRect().height / innerHeight])")
}

fn kinds(page: &Page) -> Result<Vec<String>> {
    Ok(presented(page)?.into_iter().map(|(kind, _)| kind).collect())
}

fn a_clicker_steps_through_the_charts(page: &Page) -> Result<()> {
    open(page, DESKTOP)?;
    page.press("p")?;
    page.wait_until("the first stop", || Ok(kinds(page)? == ["phi", "alignment"]))?;
    ensure!(presented(page)?.iter().all(|(_, share)| *share > 0.6), "{:?}", presented(page)?);
    ensure!(page.eval("return document.documentElement.dataset.theme")? == "projector");
    page.wait_until("sharp charts", || {
        page.eval_as("const c = document.querySelector('[data-shown] canvas'); return Math.abs(c.height - c.clientHeight * devicePixelRatio) <= 1")
    })?;
    // What clickers and keyboards send, one after the other; at the ends nothing more happens.
    let steps: [(Key, &str); 6] = [
        (Key::PageDown, "phi"),
        (Key::Right, "alignment"),
        (Key::Down, "losses"),
        (Key::Left, "alignment"),
        (Key::PageUp, "phi"),
        (Key::Up, "phi"),
    ];
    for (i, (key, kind)) in steps.into_iter().enumerate() {
        page.press(key)?;
        let expected: &[&str] = if i == 5 { &["phi", "alignment"] } else { &[kind] };
        ensure!(kinds(page)? == expected, "after {i}: {:?}", kinds(page)?);
    }
    page.press(Key::PageUp)?;
    ensure!(kinds(page)?.len() == 2, "before the first there is nothing");
    page.press(" ")?;
    ensure!(kinds(page)? == ["phi"]);
    ensure!(page.text("[data-stop]")?.starts_with("2 of "), "{}", page.text("[data-stop]")?);
    for key in ["b", "."] {
        page.press(key)?;
        ensure!(
            page.eval("return getComputedStyle(document.body, '::after').backgroundColor")? == "rgb(0, 0, 0)",
            "{key} makes it black"
        );
        if key == "b" {
            page.press(Key::PageDown)?
        } else {
            page.press(key)?
        }
        ensure!(page.eval("return 'black' in document.documentElement.dataset")? == false, "and light again");
    }
    ensure!(kinds(page)? == ["phi"], "the key that makes it light goes nowhere");
    page.press(Key::End)?;
    let last = kinds(page)?;
    page.press(Key::PageDown)?;
    ensure!(kinds(page)? == last && last.len() == 1, "{last:?}");
    page.press(Key::F5)?;
    ensure!(kinds(page)? == last, "the page is not loaded anew");
    Ok(())
}

/// What leaving has to put back.
fn as_it_is(page: &Page) -> Result<Value> {
    page.eval("return [document.documentElement.dataset.theme, 'present' in document.documentElement.dataset, scrollY, document.activeElement.dataset.action ?? '', \
        document.querySelector('[data-control=theme]').value, localStorage.getItem('auxilearn-theme'), !!document.fullscreenElement, \
        [...document.querySelectorAll('canvas')].map((c) => [c.clientWidth, c.clientHeight]), document.querySelectorAll('.presenter, [data-shown]').length]")
}

fn leaving_puts_everything_back(page: &Page) -> Result<()> {
    open(page, DESKTOP)?;
    page.eval("const s = document.querySelector('[data-control=theme]'); s.value = 'dark'; s.dispatchEvent(new Event('change')); \
        for (const c of document.querySelectorAll('canvas')) c.scrollIntoView(); document.querySelector('[data-action=present]').focus({ preventScroll: true }); scrollTo(0, 150)")?;
    page.settle()?;
    let before = as_it_is(page)?;
    for leave in ["key", "button"] {
        page.click("present")?;
        page.wait_until("presenting", || {
            page.eval_as("return 'present' in document.documentElement.dataset")
        })?;
        page.press(Key::PageDown)?;
        if leave == "key" {
            page.press(Key::Escape)?
        } else {
            page.click("present-leave")?
        }
        page.wait_until("all as before", || {
            page.eval("scrollTo(0, 150)")?;
            Ok(as_it_is(page)? == before)
        })
        .map_err(|error| error.context(format!("by {leave}: {before} became {:?}", as_it_is(page))))?;
    }
    Ok(())
}

fn a_phone_presents_one_chart_at_a_time(page: &Page) -> Result<()> {
    open(page, PHONE)?;
    page.click("present")?;
    page.wait_until("one chart", || Ok(kinds(page)? == ["phi"]))?;
    let wide: f64 = page.eval_as("return Math.max(...[...document.querySelectorAll('.presenter button')].map((b) => b.getBoundingClientRect().right)) - innerWidth")?;
    ensure!(wide <= 0.0, "the last button ends {wide} px outside");
    page.click("present-next")?;
    ensure!(kinds(page)? == ["alignment"]);
    Ok(())
}

fn a_handout_has_no_controls_and_no_clipped_charts(page: &Page) -> Result<()> {
    page.set_media("prefers-color-scheme", "dark")?;
    open(page, DESKTOP)?;
    see_every_chart(page)?;
    let before = page.eval(
        "return [document.documentElement.dataset.theme, document.querySelectorAll('details[open]').length]",
    )?;
    // A page of A4 between its margins.
    page.set_screen(crate::page::Screen { width: 688, height: 1000, ratio: 1.0 })?;
    page.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))?;
    page.eval("dispatchEvent(new Event('beforeprint'))")?;
    let seen = page.eval("const seen = (e) => e.getClientRects().length > 0; return { \
        controls: [...document.querySelectorAll('button:not([data-event]), select, input, textarea, summary, [role=toolbar]')].filter(seen).map((e) => e.outerHTML.slice(0, 60)), \
        theme: document.documentElement.dataset.theme, paper: getComputedStyle(document.body).backgroundColor, \
        clipped: [...document.querySelectorAll('canvas')].filter(seen).filter((c) => { const r = c.getBoundingClientRect(); return r.left < 0 || r.right > innerWidth + 0.5 || Math.abs(r.width / r.height - c.width / c.height) > 0.02 }).length, \
        charts: [...document.querySelectorAll('canvas')].filter(seen).length, tables: [...document.querySelectorAll('.stage table')].filter(seen).length, \
        address: document.querySelector('.address').textContent, digests: [...document.querySelectorAll('[data-digest]')].filter(seen).length, words: seen(document.querySelector('.lede')) }")?;
    ensure!(seen["controls"] == json!([]), "{seen}");
    ensure!(seen["theme"] == "light" && seen["paper"] == "rgb(255, 255, 255)", "{seen}");
    ensure!(
        seen["clipped"] == 0 && seen["charts"].as_u64() > Some(5) && seen["tables"].as_u64() >= Some(3),
        "{seen}"
    );
    ensure!(
        seen["address"].as_str().is_some_and(|a| a.starts_with(page.site()))
            && seen["digests"] == 2
            && seen["words"] == true,
        "{seen}"
    );
    page.eval("dispatchEvent(new Event('afterprint'))")?;
    let after = page.eval(
        "return [document.documentElement.dataset.theme, document.querySelectorAll('details[open]').length]",
    )?;
    ensure!(after == before, "{before} became {after}");
    // The real thing, which fires both events by itself.
    let printed = page.devtools("Page.printToPDF", json!({}))?;
    ensure!(printed["data"].as_str().is_some_and(|data| data.len() > 20_000));
    Ok(())
}

fn help_comes_by_key_and_keys_can_be_switched_off(page: &Page) -> Result<()> {
    open(page, DESKTOP)?;
    page.eval("document.querySelector('[data-action=step]').focus()")?;
    page.press("?")?;
    page.wait_until("the help", || {
        page.eval_as("return !!document.querySelector('dialog[open][data-dialog=help]')")
    })?;
    ensure!(page.eval("const d = document.querySelector('dialog'); return !!document.getElementById(d.getAttribute('aria-labelledby')) && d.querySelectorAll('dt').length > 10")? == true);
    page.eval("document.querySelector('[data-control=keys]').click()")?;
    page.press(Key::Escape)?;
    page.wait_until("no help", || page.eval_as("return !document.querySelector('dialog')"))?;
    ensure!(page.eval("return document.activeElement.dataset.action")? == "step", "the focus is back");
    let nothing =
        "return !document.querySelector('dialog') && !('present' in document.documentElement.dataset)";
    for key in ["?", "p"] {
        page.press(key)?;
        ensure!(page.eval(nothing)? == true, "{key} does nothing when it is switched off");
    }
    // Kept for the next visit, and on again.
    open(page, DESKTOP)?;
    page.press("?")?;
    ensure!(page.eval(nothing)? == true);
    page.click("help")?;
    page.eval("document.querySelector('[data-control=keys]').click()")?;
    page.press(Key::Escape)?;
    // A sign that is written is no command.
    page.eval("document.querySelector('[data-editor]').open = true; document.querySelector('[data-document]').focus()")?;
    page.press("?")?;
    ensure!(page.eval(nothing)? == true);
    Ok(())
}
