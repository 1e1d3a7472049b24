//! What the address hides, and the dialog that gives the code of a frame.

use super::Test;
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("each_group_hides_only_its_own", each_group_hides_only_its_own),
    ("an_embedded_page_shows_its_set_and_fixes_nothing", an_embedded_page_shows_its_set_and_fixes_nothing),
    ("hiding_moves_nothing_and_unknown_names_are_told", hiding_moves_nothing_and_unknown_names_are_told),
    ("the_dialog_gives_the_code_of_a_frame", the_dialog_gives_the_code_of_a_frame),
];

/// Groups of the page with, for each of their elements, whether it can be seen.
type Seen = BTreeMap<String, Vec<bool>>;

/// The page's modules, wherever the build put them.
const GROUPS: &str = "const { GROUPS } = await import(new URL('groups.js', document.querySelector('script[src]').src)); \
    const all = (name) => [...document.querySelectorAll(GROUPS[name].selector)]; ";

fn open(page: &Page, address: &str) -> Result<()> {
    page.goto(address)?;
    page.wait_for_state("finished")?;
    page.wait_for_features()
}

fn seen(page: &Page) -> Result<Seen> {
    page.eval_as(&format!(
        "return (async () => {{ {GROUPS} return Object.fromEntries(Object.keys(GROUPS).map((name) => [name, all(name).map((e) => e.getClientRects().length > 0)])) }})()"
    ))
}

/// Of each group, which elements stand within those of `name`.
fn within(page: &Page, name: &str) -> Result<Seen> {
    page.eval_as(&format!(
        "return (async () => {{ {GROUPS} const own = all('{name}'); return Object.fromEntries(Object.keys(GROUPS).map((other) => [other, all(other).map((e) => own.some((o) => o.contains(e)))])) }})()"
    ))
}

fn each_group_hides_only_its_own(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    open(page, "")?;
    let before = seen(page)?;
    ensure!(before.len() > 20, "{} groups", before.len());
    for (i, name) in before.keys().enumerate() {
        ensure!(before[name].contains(&true), "{name} is there to be hidden");
        // In the query or in the fragment, it is the same.
        open(
            page,
            &if i % 2 == 0 { format!("?hide={name}") } else { format!("?x#preset=noisy-main&hide={name}") },
        )?;
        let (after, own) = (seen(page)?, within(page, name)?);
        for (other, flags) in &before {
            let expected: Vec<bool> =
                flags.iter().zip(&own[other]).map(|(seen, own)| *seen && !own).collect();
            ensure!(after[other] == expected, "hide={name}: {other} is {:?}, not {expected:?}", after[other]);
        }
        ensure!(page.text("[data-message]")?.is_empty(), "nothing is wrong with {name}");
    }
    Ok(())
}

fn an_embedded_page_shows_its_set_and_fixes_nothing(page: &Page) -> Result<()> {
    page.set_screen(crate::page::PHONE)?;
    open(page, "?embed")?;
    let shown: BTreeMap<String, bool> = page.eval_as(&format!(
        "return (async () => {{ {GROUPS} const own = (n) => GROUPS[n].shown && !all(n).every((e) => e.closest('.top')); return Object.fromEntries(Object.keys(GROUPS).map((n) => [n, own(n)])) }})()"
    ))?;
    for (name, flags) in seen(page)? {
        ensure!(flags.contains(&true) == shown[&name], "{name}: {flags:?}");
    }
    let fixed: Vec<String> = page.eval_as(
        "return [...document.querySelectorAll('body *')].filter((e) => e.getClientRects().length && ['fixed', 'sticky'].includes(getComputedStyle(e).position)).map((e) => e.outerHTML.slice(0, 80))",
    )?;
    ensure!(fixed.is_empty(), "{fixed:?}");
    // With a list of its own the list counts, and nothing else.
    open(page, "?embed&hide=player")?;
    ensure!(seen(page)?["header"] == [true] && !seen(page)?["player"].contains(&true));
    // It leads to the whole page.
    let link: String = page.eval_as("return document.querySelector('.credit a').href")?;
    ensure!(link == page.site(), "{link}");
    Ok(())
}

fn hiding_moves_nothing_and_unknown_names_are_told(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    open(page, "?embed&hide=header,nonsense%2Cplayer")?;
    let message = page.text("[data-message]")?;
    ensure!(message.contains("nonsense") && !message.contains("header"), "{message:?}");
    let (header, status): (bool, String) = page.eval_as(
        "return [document.querySelector('.top').getClientRects().length > 0, document.querySelector('[data-status]').checkVisibility() ? 'heard' : 'lost']",
    )?;
    ensure!(!header && status == "heard", "{header} {status}");
    // Before the first paint: what is hidden never made anything move.
    open(page, "?embed")?;
    let shift: f64 = page.eval_as(
        "return new Promise((done) => { let sum = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => (sum += e.value))).observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 300) })",
    )?;
    ensure!(shift < 0.02, "things moved by {shift}");
    // A name with signs of HTML in it stays text.
    open(page, "?hide=%3Cimg%20src=x%3E")?;
    let images: u32 = page.eval_as("return document.querySelectorAll('img').length")?;
    ensure!(images == 0);
    Ok(())
}

fn the_dialog_gives_the_code_of_a_frame(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    open(page, "#preset=sign-flip")?;
    page.click("embed")?;
    page.wait_until("the dialog", || {
        page.eval_as("return !!document.querySelector('dialog[open] [data-embed-code]')?.value")
    })?;
    let frame = || -> Result<Value> {
        page.eval("const t = document.createElement('template'); t.innerHTML = document.querySelector('[data-embed-code]').value.replace(' style=\"border: 0\"', ''); const f = t.content.firstElementChild; \
            return { name: f.localName, src: f.getAttribute('src'), title: f.title, height: f.height, script: t.content.querySelector('script')?.textContent ?? '', more: t.content.children.length }")
    };
    let plain = frame()?;
    ensure!(
        plain["name"] == "iframe" && plain["src"] == json!(format!("{}?embed#preset=sign-flip", page.site())),
        "{plain}"
    );
    ensure!(
        plain["more"] == 1 && plain["title"].as_str().is_some_and(|t| t.contains("AuxiLearn")),
        "{plain}"
    );
    page.eval("for (const [s, v] of [['embed-title', '\"><script>alert(1)</script>'], ['embed-height', '500']]) { const e = document.querySelector(`[data-control=${s}]`); e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })) } \
        document.querySelector('[data-group=speed]').click(); document.querySelector('[data-control=embed-fits]').click()")?;
    let chosen = frame()?;
    ensure!(chosen["title"] == "\"><script>alert(1)</script>" && chosen["height"] == "500", "{chosen}");
    ensure!(
        chosen["more"] == 2 && chosen["script"].as_str().is_some_and(|s| s.contains("hello")),
        "{chosen}"
    );
    let src = chosen["src"].as_str().unwrap_or_default().to_owned();
    ensure!(src.contains("speed") && src.contains("header") && !src.contains("lanes"), "{src}");
    page.press(Key::Escape)?;
    let back: String = page.eval_as("return document.activeElement.dataset.action ?? ''")?;
    ensure!(back == "embed", "the focus is on {back:?}");
    // The code shows what it says.
    open(page, src.strip_prefix(page.site()).unwrap_or_default().replace("&amp;", "&").as_str())?;
    let seen = seen(page)?;
    ensure!(
        !seen["speed"].contains(&true) && seen["lanes"].contains(&true) && !seen["header"].contains(&true)
    );
    Ok(())
}
