//! Pictures of the page as people with different screens see it.

use crate::driver::Driver;
use crate::e2e::serve_site;
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::Result;

/// Name, screen, and the value of `prefers-color-scheme`.
const SHOTS: [(&str, Screen, &str); 6] = [
    ("desktop", DESKTOP, "light"),
    ("desktop-dark", DESKTOP, "dark"),
    ("phone", PHONE, "light"),
    ("phone-dark", PHONE, "dark"),
    ("projector", Screen { width: 1920, height: 1080, ratio: 1.0 }, "light"),
    ("ratio-2", Screen { ratio: 2.0, ..DESKTOP }, "light"),
];

/// Takes every picture of the first screen and of the whole page, of the panel of choices, and of every
/// experiment.
///
/// # Errors
/// If the page does not reach its finished run.
pub fn take() -> Result<()> {
    let server = serve_site()?;
    let driver = Driver::start()?;
    for (name, screen, scheme) in SHOTS {
        let page = driver.open(&server.url())?;
        page.set_media("prefers-color-scheme", scheme)?;
        page.open(screen)?;
        println!("{}", page.screenshot(name)?.display());
        whole(&page, screen, &format!("{name}-whole"))?;
        page.eval("document.querySelector('[data-panel]').open = true")?;
        page.wait_until("the choices", || page.eval_as("return !!document.querySelector('.lanes-chosen')"))?;
        whole(&page, screen, &format!("{name}-panel"))?;
        page.close()?;
    }
    let page = driver.open(&server.url())?;
    page.open(DESKTOP)?;
    let ids: Vec<String> = page.eval_as(
        "return [...document.querySelectorAll('[data-control=preset] option')].map((o) => o.value)",
    )?;
    for (name, screen) in [("desktop", DESKTOP), ("phone", PHONE)] {
        page.set_screen(screen)?;
        for id in &ids {
            page.goto("?")?; // another document, so that the link is read anew
            page.goto(&format!("#preset={id}"))?;
            page.wait_for_state("finished")?;
            whole(&page, screen, &format!("preset-{id}-{name}"))?;
        }
    }
    page.close()
}

/// Takes a picture of the whole page, if it is longer than the window.
fn whole(page: &Page, screen: Screen, name: &str) -> Result<()> {
    let height: f64 = page.eval_as("return document.documentElement.scrollHeight")?;
    if height > f64::from(screen.height) {
        page.set_screen(Screen { height: height.ceil() as u32, ..screen })?;
        println!("{}", page.screenshot(name)?.display());
        page.set_screen(screen)?;
    }
    Ok(())
}
