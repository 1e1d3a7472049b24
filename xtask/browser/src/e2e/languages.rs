//! The page in another language: chosen by link, button, stored choice and browser, and complete.

use super::Test;
use super::documents::{choose, chosen, select};
use super::first_screen::drawn;
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("a_link_gives_the_language", a_link_gives_the_language),
    ("the_button_changes_the_language_and_keeps_the_run", the_button_changes_the_language_and_keeps_the_run),
    ("the_browser_gives_the_language", the_browser_gives_the_language),
    ("a_page_in_chinese_has_no_english", a_page_in_chinese_has_no_english),
    ("a_document_is_refused_in_chinese", a_document_is_refused_in_chinese),
    ("charts_are_not_drawn_in_english_first", charts_are_not_drawn_in_english_first),
    ("without_its_catalogue_the_page_says_so_and_works", without_its_catalogue_the_page_says_so_and_works),
];

/// Loads the page in a language anew, and waits for all that comes.
fn open(page: &Page, fragment: &str) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.load(fragment)?;
    complete(page)
}

fn complete(page: &Page) -> Result<()> {
    page.wait_for_state("finished")?;
    page.wait_for_features()
}

fn language(page: &Page) -> Result<String> {
    page.eval_as("return document.documentElement.lang")
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn a_link_gives_the_language(page: &Page) -> Result<()> {
    open(page, "#lang=zh")?;
    ensure!(language(page)? == "zh-Hans", "{}", language(page)?);
    for place in ["h1", "[data-lede]", "[data-status]", "[data-label]", "[data-heading]"] {
        let text = page.text(place)?;
        ensure!(is_chinese(&text), "{place} says {text:?}");
    }
    let title: String = page.eval_as("return document.title")?;
    ensure!(is_chinese(&title), "{title}");
    // A link followed on the page itself.
    page.eval("location.hash = '#lang=en'")?;
    page.wait_until("English", || Ok(language(page)? == "en"))?;
    complete(page)?;
    ensure!(page.text("h1")?.starts_with("How much"), "{}", page.text("h1")?);
    // Nothing was chosen for other visits.
    open(page, "")?;
    ensure!(language(page)? == "en", "{}", language(page)?);
    Ok(())
}

fn the_button_changes_the_language_and_keeps_the_run(page: &Page) -> Result<()> {
    open(page, "")?;
    choose(page, "one-dimension")?;
    page.click("new-seed")?;
    page.wait_until("another seed", || Ok(page.eval("return location.hash")?.to_string().contains("seed=")))?;
    page.wait_for_state("finished")?;
    let (seed, digests) = (page.text("[data-seed]")?, page.digests()?);
    for (tag, label) in [("zh-Hans", "English"), ("en", "中文")] {
        page.click("language")?;
        page.wait_until(tag, || Ok(language(page).is_ok_and(|language| language == tag)))?;
        complete(page)?;
        ensure!(page.text("[data-action=language]")? == label, "{}", page.text("[data-action=language]")?);
        ensure!(chosen(page)? == "one-dimension", "{}", chosen(page)?);
        ensure!(page.text("[data-seed]")? == seed, "{} was {seed}", page.text("[data-seed]")?);
        ensure!(page.digests()? == digests, "the run is another");
        // The next visit is in it.
        open(page, "")?;
        ensure!(language(page)? == tag, "{} after {tag}", language(page)?);
        open(page, &format!("#preset=one-dimension&seed={seed}"))?;
    }
    Ok(())
}

fn the_browser_gives_the_language(page: &Page) -> Result<()> {
    let agent: String = page.eval_as("return navigator.userAgent")?;
    page.devtools(
        "Emulation.setUserAgentOverride",
        json!({ "userAgent": agent, "acceptLanguage": "zh-CN,zh,en" }),
    )?;
    open(page, "")?;
    ensure!(language(page)? == "zh-Hans", "{}", language(page)?);
    // A link counts for more.
    open(page, "#lang=en")?;
    ensure!(language(page)? == "en", "{}", language(page)?);
    Ok(())
}

/// English on the page, apart from what is in English everywhere.
fn english(page: &Page, when: &str) -> Result<()> {
    let found: Vec<String> = page.eval_as(include_str!("languages.js"))?;
    ensure!(found.is_empty(), "{when}: {found:#?}");
    Ok(())
}

fn unfold(page: &Page) -> Result<()> {
    page.eval("for (const details of document.querySelectorAll('details')) details.open = true").map(drop)
}

fn a_page_in_chinese_has_no_english(page: &Page) -> Result<()> {
    open(page, "#lang=zh")?;
    unfold(page)?;
    page.wait_until("the panel", || {
        page.eval_as("return !!document.querySelector('[data-action=add-lane]')")
    })?;
    unfold(page)?;
    english(page, "unfolded")?;
    for chart in ["w_plane", "phi_landscape", "neumann", "cut_short"] {
        page.eval(&format!("document.querySelector('canvas[data-chart={chart}]').scrollIntoView()"))?;
        drawn(page, chart)?;
    }
    page.eval("document.querySelector('[data-handle=start]').focus()")?;
    page.press(Key::Right)?;
    page.wait_for_finished("a drag", || Ok(page.text("[data-status]")?.contains("已拖动")))?;
    english(page, "after a drag")?;
    page.eval("document.querySelector('[data-problem=use]').click()")?;
    page.click("step-w")?;
    page.wait_until("words", || Ok(is_chinese(&page.text("[data-status]")?)))?;
    english(page, "after a step")?;
    page.eval("document.querySelector('.seeds input').value = '3'")?;
    page.click("run-seeds")?;
    page.wait_until("the seeds", || Ok(page.text("[data-seeds-said]")?.contains("已完成 3 个种子")))?;
    unfold(page)?;
    english(page, "after the seeds")?;
    for experiment in ["monotone", "ridge", "noisy-labels", "many-copies"] {
        change(page, experiment)?;
        english(page, experiment)?;
    }
    Ok(())
}

/// Chooses another experiment, whose title is in another language than its document's.
fn change(page: &Page, id: &str) -> Result<()> {
    let text = "return document.querySelector('[data-document]').value";
    let before: String = page.eval_as(text)?;
    select(page, id)?;
    page.wait_for_finished(id, || Ok(page.eval_as::<String>(text)? != before))
}

fn a_document_is_refused_in_chinese(page: &Page) -> Result<()> {
    open(page, "#lang=zh")?;
    for (document, expected) in
        [("{\"schema\": 1, ", "JSON"), ("{\"schema\": 2}", "版本 1"), ("{\"schema\": 1}", "这个字段")]
    {
        page.eval("document.querySelector('[data-message]').textContent = ''")?;
        page.apply_document(document)?;
        page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
        let message = page.text("[data-message]")?;
        ensure!(message.contains(expected) && message.contains("文档未被应用"), "{message}");
        english(page, &message)?;
    }
    Ok(())
}

fn charts_are_not_drawn_in_english_first(page: &Page) -> Result<()> {
    // What is written on the first canvases.
    let watch = "globalThis.shown = []; const write = CanvasRenderingContext2D.prototype.fillText; \
        CanvasRenderingContext2D.prototype.fillText = function (text, ...place) { \
          if (globalThis.shown.length < 10) globalThis.shown.push(text); \
          return write.call(this, text, ...place) }";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch }))?;
    open(page, "#lang=zh")?;
    let shown: Vec<String> = page.eval_as("return globalThis.shown")?;
    ensure!(shown.iter().any(|text| is_chinese(text)), "{shown:?}");
    ensure!(!shown.iter().any(|text| text.contains("step") || text.contains("Joint")), "{shown:?}");
    Ok(())
}

fn without_its_catalogue_the_page_says_so_and_works(page: &Page) -> Result<()> {
    page.devtools("Network.enable", json!({}))?;
    page.devtools("Network.setBlockedURLs", json!({ "urls": ["*lang/zh.json"] }))?;
    open(page, "#lang=zh")?;
    ensure!(is_chinese(&page.text("h1")?), "{}", page.text("h1")?);
    ensure!(
        page.text("[data-message]")?.contains("could not be fetched"),
        "{}",
        page.text("[data-message]")?
    );
    let problems = page.problems()?;
    ensure!(problems.iter().all(|problem| problem.contains("lang/zh.json")), "{problems:?}");
    Ok(())
}
