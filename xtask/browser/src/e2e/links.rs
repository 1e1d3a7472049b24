//! The link holds what is shown; a hostile one does no harm.

use super::{Test, default_document, documents};
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;

/// Where the packer of documents is: in the folder of the page's version.
const PACK: &str = "new URL('pack.js', document.querySelector('script[src]').src)";

pub const TESTS: &[Test] = &[
    (
        "a_link_opened_in_a_clean_profile_gives_the_same_digests",
        a_link_opened_in_a_clean_profile_gives_the_same_digests,
    ),
    ("an_edited_document_travels_in_its_link", an_edited_document_travels_in_its_link),
    (
        "a_link_says_where_the_run_rests_and_what_is_looked_at",
        a_link_says_where_the_run_rests_and_what_is_looked_at,
    ),
    (
        "links_that_cannot_be_opened_leave_the_page_as_it_is",
        links_that_cannot_be_opened_leave_the_page_as_it_is,
    ),
    (
        "a_page_opened_with_a_bad_link_shows_the_first_experiment",
        a_page_opened_with_a_bad_link_shows_the_first_experiment,
    ),
    ("hostile_links_do_no_harm", hostile_links_do_no_harm),
    ("an_anchor_is_no_link", an_anchor_is_no_link),
    ("what_is_too_long_for_a_link_is_offered_as_a_file", what_is_too_long_for_a_link_is_offered_as_a_file),
    (
        "the_link_is_copied_and_selected_where_that_is_denied",
        the_link_is_copied_and_selected_where_that_is_denied,
    ),
];

/// Seed of the first experiment as it ships.
const FIRST_SEED: &str = "11";

/// Waits until the page has its commands.
pub fn complete(page: &Page) -> Result<()> {
    page.wait_until("the commands", || page.eval_as("return !!document.querySelector('[data-action=data]')"))
}

/// Opens a fragment on a fresh page and waits until its run rests.
pub fn open_at(page: &Page, fragment: &str) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.load(fragment)?;
    page.wait_until("a run at rest", || {
        Ok(["ready", "paused", "finished"].contains(&page.state()?.as_str()))
    })?;
    complete(page)
}

fn hash(page: &Page) -> Result<String> {
    page.eval_as("return location.hash")
}

/// Waits until the address holds all of these.
fn address_with(page: &Page, parts: &[&str]) -> Result<String> {
    page.wait_until(&format!("a link with {parts:?}"), || {
        let hash = hash(page)?;
        Ok(parts.iter().all(|part| hash.contains(part)))
    })?;
    page.eval_as("return location.href")
}

/// The step that the cursor stands at.
fn looked_at(page: &Page) -> Result<String> {
    page.eval_as("return document.querySelector('[data-control=time]').value")
}

fn look_at(page: &Page, step: u32) -> Result<()> {
    page.eval(&format!(
        "const r = document.querySelector('[data-control=time]'); r.value = {step}; r.dispatchEvent(new Event('input'))"
    ))?;
    Ok(())
}

/// Waits until an address shows, in a browser that has never seen the site, what this page shows.
fn same_elsewhere(page: &Page, address: &str) -> Result<()> {
    let other = page.another()?;
    let outcome = (|| {
        other.set_screen(DESKTOP)?;
        other.visit(address)?;
        other.wait_for_state(&page.state()?)?;
        complete(&other)?;
        let (step, looked) = (page.step()?, looked_at(page)?);
        other.wait_until("the cursor", || Ok(other.step()? == step && looked_at(&other)? == looked))?;
        let (here, there) = (page.digests()?, other.digests()?);
        ensure!(here == there, "{here:?} here, {there:?} there");
        // What is told as a whole says nothing of what it was made from.
        if !address.contains("&d=") {
            let said = page.text("[data-description]")?;
            other.wait_until(&said, || Ok(other.text("[data-description]")? == said))?;
        }
        ensure!(other.text("[data-message]")?.is_empty(), "{}", other.text("[data-message]")?);
        ensure!(other.problems()?.is_empty(), "{:?}", other.problems());
        Ok(())
    })();
    let closed = other.close();
    outcome.and(closed)
}

fn a_link_opened_in_a_clean_profile_gives_the_same_digests(page: &Page) -> Result<()> {
    open_at(page, "#preset=penguins&seed=77&t=120")?;
    page.wait_until("the cursor", || Ok(looked_at(page)? == "120"))?;
    ensure!(page.text("[data-seed]")? == "77", "seed 77 is run");
    let address = address_with(page, &["preset=penguins", "seed=77", "t=120"])?;
    ensure!(address.ends_with("#preset=penguins&seed=77&t=120"), "short: {address}");
    same_elsewhere(page, &address)?;
    // Another seed moves the address along.
    page.click("new-seed")?;
    page.wait_for_finished("another seed", || Ok(page.text("[data-seed]")? != "77"))?;
    let address = address_with(page, &[&format!("seed={}", page.text("[data-seed]")?)])?;
    same_elsewhere(page, &address)
}

fn an_edited_document_travels_in_its_link(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let before = page.digests()?;
    let mut document = default_document()?;
    document["title"] =
        json!("<img src=x onerror=\"window.harmed = true\"><script>window.harmed = true</script>");
    document["lanes"][1]["method"]["outer"]["lr"] = json!(0.02);
    document["start"] = json!({ "phi": [0.5, -0.0] });
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("another run", || Ok(page.digests()? != before))?;
    look_at(page, 300)?;
    let address = address_with(page, &["v=1", "t=300"])?;
    ensure!(address.len() < 2_000, "{} characters", address.len());
    same_elsewhere(page, &address)?;
    // One number alone is told as the difference.
    document["title"] = default_document()?["title"].clone();
    document["start"] = json!({ "phi": [0.5, 1] });
    page.apply_document(&document.to_string())?;
    let address = address_with(page, &["preset=noisy-main", "e="])?;
    ensure!(address.len() < 300, "{} characters", address.len());
    same_elsewhere(page, &address)?;
    let harmed: bool =
        page.eval_as("return !!window.harmed || !!document.querySelector('main img, main script')")?;
    ensure!(!harmed, "a title is text");
    // What an experiment says of itself is not said of an edited one, there as here.
    open_at(page, "#preset=sign-flip")?;
    let mut document = documents::document(page)?;
    document["start"]["phi"] = json!([0.25]);
    page.apply_document(&document.to_string())?;
    let address = address_with(page, &["preset=sign-flip", "e="])?;
    page.wait_until("what is said", || Ok(page.text("[data-description]")?.starts_with("Edited: ")))?;
    same_elsewhere(page, &address)
}

fn a_link_says_where_the_run_rests_and_what_is_looked_at(page: &Page) -> Result<()> {
    open_at(page, "#preset=two-heads&step=40&t=12&overlay=1&theme=dark&other=later")?;
    page.wait_until("the cursor", || Ok(looked_at(page)? == "12"))?;
    ensure!((page.state()?, page.step()?) == ("paused".to_owned(), 40), "it rests at step 40");
    let shown: (bool, String, Option<String>) = page.eval_as(
        "return [document.querySelector('[name=overlay][value=overlaid]').checked, document.documentElement.dataset.theme, localStorage.getItem('auxilearn-theme')]",
    )?;
    ensure!(shown == (true, "dark".to_owned(), None), "overlaid, dark for this page alone: {shown:?}");
    // What others put into a link stays.
    let address = address_with(page, &["step=40", "t=12", "overlay=1", "theme=dark", "other=later"])?;
    same_elsewhere(page, &address)?;
    // The charts of the problem are looked at as the link has it, once they are seen.
    open_at(page, "#preset=noisy-main&lane=0&turn=0.25&pair=1,0&series=7,0.05,0.5,1")?;
    page.eval("document.querySelector('canvas[data-chart=neumann]').scrollIntoView()")?;
    let read = "const v = (n) => document.querySelector(`[data-problem=${n}]`); \
        return [v('lane').selectedIndex, v('turn').value, v('first').value, v('second').value, v('terms').value, v('official').checked]";
    page.wait_until("the view", || {
        Ok(page.eval_as::<(i32, String, String, String, String, bool)>(read)?
            == (0, "0.25".into(), "1".into(), "0".into(), "7".into(), true))
    })?;
    address_with(page, &["lane=0", "turn=0.25", "pair=1,0", "series=7,0.05,0.5,1"])?;
    // Reset goes back to the link.
    page.click("new-seed")?;
    page.wait_for_finished("another seed", || Ok(page.text("[data-seed]")? != FIRST_SEED))?;
    page.eval("const e = document.querySelector('[data-problem=turn]'); e.value = 1; e.dispatchEvent(new Event('input', { bubbles: true }))")?;
    page.click("reset")?;
    page.wait_for_finished("the link's state", || Ok(page.text("[data-seed]")? == FIRST_SEED))?;
    address_with(page, &["turn=0.25", "series=7,0.05,0.5,1"]).map(drop)
}

/// Links that cannot be opened, and what is said of them.
const BAD: [(&str, &str); 8] = [
    ("#preset=nowhere", "not here (nowhere)"),
    ("#v=2&d=zAAAA", "newer version"),
    ("#v=zero&preset=penguins", "its version is not a number of one"),
    ("#v=1&d=zAAAA", "is broken"),
    ("#v=1&d=j!!!!", "is broken"),
    ("#v=1&d=jbm8ganNvbg", "is broken"),
    ("#v=1&preset=penguins&e=0.zzzzzzzz", "is broken"),
    ("#v=1&preset=penguins&e=", "is broken"),
];

fn links_that_cannot_be_opened_leave_the_page_as_it_is(page: &Page) -> Result<()> {
    open_at(page, "#preset=two-heads&seed=5")?;
    let digests = page.digests()?;
    for (fragment, said) in BAD {
        page.eval(&format!(
            "document.querySelector('[data-message]').textContent = ''; location.hash = {}",
            json!(fragment)
        ))?;
        page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
        let message = page.text("[data-message]")?;
        ensure!(message.contains(said) && message.contains("What is shown stays"), "{fragment}: {message}");
        ensure!(page.digests()? == digests && page.state()? == "finished", "{fragment} changed the run");
        ensure!(hash(page)? == fragment, "{fragment} became {}", hash(page)?);
    }
    // A good one is followed.
    page.eval("location.hash = '#preset=ridge&seed=3'")?;
    page.wait_for_finished("the run of the link", || Ok(page.text("[data-seed]")? == "3"))?;
    ensure!(page.digests()? != digests && page.text("[data-message]")?.is_empty(), "another run");
    Ok(())
}

fn a_page_opened_with_a_bad_link_shows_the_first_experiment(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let digests = page.digests()?;
    let refused = r#"{"schema":1,"title":"x","seed":1,"problem":{"kind":"nonsense"}}"#;
    let packed: String = page.eval_as(&format!("return (await import({PACK})).pack({})", json!(refused)))?;
    let refused = (format!("#v=1&d={packed}"), "problem.kind");
    let seed = ("#preset=noisy-main&seed=99999999999999999999".to_owned(), "seed");
    for (fragment, said) in BAD.map(|(link, said)| (link.to_owned(), said)).into_iter().chain([refused, seed])
    {
        open_at(page, &fragment)?;
        page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
        let message = page.text("[data-message]")?;
        ensure!(message.contains(said), "{fragment}: {message}");
        page.wait_for_state("finished")?;
        ensure!(page.digests()? == digests, "{fragment} shows another run");
    }
    Ok(())
}

fn hostile_links_do_no_harm(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let digests = page.digests()?;
    // Differences that reach for what all objects have, lists that are endless, a bomb, brackets without an end.
    let made: Vec<String> = page.eval_as(
        "const { pack, edition } = await import(new URL('pack.js', document.querySelector('script[src]').src)); \
         const text = await (await fetch('www/experiments/noisy-main.json')).text(); \
         const patches = ['[[[\"__proto__\",\"harmed\"],1]]', '[[[\"lanes\",\"__proto__\"],{\"harmed\":1}]]', '[[[\"constructor\",\"prototype\",\"harmed\"],1]]', \
           '[[[\"lanes\",4294967294],1]]', '[[[\"title\",\"length\"],1]]', '{\"__proto__\":{\"harmed\":1}}', '[[[\"seed\"],1e999]]', '[[[],{\"__proto__\":{\"harmed\":1}}]]']; \
         const links = []; \
         for (const patch of patches) links.push(`#v=1&preset=noisy-main&e=${edition(text)}.${await pack(patch)}`); \
         links.push(`#v=1&d=${await pack('{\"__proto__\":{\"harmed\":1},\"schema\":1}')}`); \
         links.push(`#v=1&d=${await pack('['.repeat(1e6))}`, `#v=1&d=${await pack('['.repeat(2e5) + ']'.repeat(2e5))}`); \
         links.push(`#v=1&d=${await pack(' '.repeat(5e7))}`); \
         links.push(`#v=1&d=j${'A'.repeat(7e6 / 4 | 0)}`, `#v=1&d=${'z'.repeat(2.5e6)}`, `#${'a=b&'.repeat(3e5)}preset=nowhere`); \
         return links",
    )?;
    for fragment in made {
        page.eval(&format!(
            "document.querySelector('[data-message]').textContent = ''; location.hash = {}",
            json!(fragment)
        ))?;
        let start = &fragment[..fragment.len().min(80)];
        page.wait_until(&format!("an answer to {start}"), || Ok(!page.text("[data-message]")?.is_empty()))?;
        let harmed: bool = page.eval_as("return ({}).harmed !== undefined || [].harmed !== undefined")?;
        ensure!(!harmed, "{start} reached a prototype");
        ensure!(page.text("[data-message]")?.chars().count() < 500, "{start}: a short message");
        page.wait_for_state("finished")?;
        ensure!(page.digests()? == digests, "{start} changed the run");
    }
    Ok(())
}

fn an_anchor_is_no_link(page: &Page) -> Result<()> {
    open_at(page, "#preset=two-heads&seed=5")?;
    let digests = page.digests()?;
    page.eval("document.querySelector('.skip').click()")?;
    page.wait_until("the focus in the experiment", || {
        page.eval_as("return document.activeElement.id === 'main'")
    })?;
    address_with(page, &["#preset=two-heads&seed=5"])?;
    ensure!(page.digests()? == digests && page.text("[data-seed]")? == "5", "the run stays");
    Ok(())
}

fn what_is_too_long_for_a_link_is_offered_as_a_file(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let digests = page.digests()?;
    let mut document = default_document()?;
    let number = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 8) / 16_777_216.0;
    let x: Vec<[f64; 2]> = (0..600).map(|i| [number(2 * i), number(2 * i + 1)]).collect();
    let y: Vec<f64> = (0..600).map(|i| number(5000 + i)).collect();
    document["problem"]["data"] = json!({ "source": "inline", "train": { "x": x, "main": y, "aux": [y, y] }, "aux_set": { "x": x, "main": y } });
    let document = document.to_string();
    page.apply_document(&document)?;
    page.wait_for_finished("another run", || Ok(page.digests()? != digests))?;
    page.click("share")?;
    page.wait_until("words", || Ok(page.text("dialog")?.contains("too long for a link")))?;
    let copying: bool = page.eval_as("return document.querySelector('[data-action=copy-link]').disabled")?;
    ensure!(copying && hash(page)?.is_empty(), "no link: {}", hash(page)?);
    page.eval(super::figures::CATCH)?;
    page.eval("document.querySelector('dialog [data-action=save-document]').click()")?;
    let saved: String = page.eval_as("return await window.caught.blob.text()")?;
    ensure!(saved == document, "the file is the document");
    Ok(())
}

fn the_link_is_copied_and_selected_where_that_is_denied(page: &Page) -> Result<()> {
    open_at(page, "#preset=two-heads&seed=5")?;
    page.eval("navigator.clipboard.writeText = async (text) => void (window.copied = text)")?;
    page.click("share")?;
    page.wait_until("the link", || {
        page.eval_as("return document.querySelector('[data-link]').value.includes('seed=5')")
    })?;
    page.click("copy-link")?;
    page.wait_until("words", || Ok(page.text("[data-shared]")? == "Copied."))?;
    let (copied, address): (String, String) = page.eval_as("return [window.copied, location.href]")?;
    ensure!(copied == address, "{copied}");
    page.eval("navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); document.execCommand = () => false")?;
    page.click("copy-link")?;
    page.wait_until("what to do", || Ok(page.text("[data-shared]")?.contains("Ctrl+C")))?;
    let selected: bool = page.eval_as(
        "const f = document.querySelector('[data-link]'); return document.activeElement === f && f.selectionEnd - f.selectionStart === f.value.length",
    )?;
    ensure!(selected, "the link is selected");
    page.press(thirtyfour::Key::Escape)?;
    let focused: String = page.eval_as("return document.activeElement.dataset.action ?? ''")?;
    ensure!(focused == "share", "the focus is back at {focused:?}");
    Ok(())
}
