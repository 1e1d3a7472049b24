//! Pictures of the page as people with different screens see it.

use crate::driver::Driver;
use crate::e2e::{COUNT, data, serve_site, wait_for_lesson};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::Result;
use thirtyfour::Key;

/// A way of meeting the page.
struct Look {
    name: &'static str,
    screen: Screen,
    /// `prefers-color-scheme`.
    scheme: &'static str,
    /// What the address says.
    fragment: &'static str,
}

const PROJECTOR: Screen = Screen { width: 1920, height: 1080, ratio: 1.0 };
const FINE: Screen = Screen { ratio: 2.0, ..DESKTOP };

const LOOKS: [Look; 8] = [
    Look { name: "desktop", screen: DESKTOP, scheme: "light", fragment: "" },
    Look { name: "desktop-dark", screen: DESKTOP, scheme: "dark", fragment: "" },
    Look { name: "phone", screen: PHONE, scheme: "light", fragment: "" },
    Look { name: "phone-dark-zh", screen: PHONE, scheme: "dark", fragment: "lang=zh" },
    Look { name: "projector", screen: PROJECTOR, scheme: "light", fragment: "theme=projector" },
    Look { name: "projector-zh", screen: PROJECTOR, scheme: "light", fragment: "theme=projector&lang=zh" },
    Look { name: "ratio-2", screen: FINE, scheme: "light", fragment: "" },
    Look { name: "desktop-zh", screen: DESKTOP, scheme: "light", fragment: "lang=zh" },
];

/// A table that fills every part of its dialog.
const TABLE: &str =
    "wing,bill,mass,sex,set\n1,2,3,0,train\n3,4,5,1,validation\n5,6,8,0,test\n7,8,9,1,train\n";

/// Takes pictures of the first screen, the whole page, the panel of choices, every dialog, every lesson and the
/// presentation in every look, and of every experiment.
///
/// # Errors
/// If the page does not reach its finished run.
pub fn take() -> Result<()> {
    let server = serve_site()?;
    let driver = Driver::start()?;
    for look in LOOKS {
        let page = driver.open(&server.url())?;
        page.set_media("prefers-color-scheme", look.scheme)?;
        page.set_screen(look.screen)?;
        page_and_panel(&page, &look)?;
        dialogs(&page, &look)?;
        lessons(&page, &look)?;
        page.close()?;
    }
    let page = driver.open(&server.url())?;
    experiments(&page)?;
    page.close()
}

/// Loads the page anew with what an address says beside the look's own.
fn load(page: &Page, look: &Look, fragment: &str) -> Result<()> {
    page.load(&format!("#{}&{fragment}", look.fragment))?;
    page.wait_until("a run", || Ok(["finished", "ready"].contains(&page.state()?.as_str())))?;
    page.wait_for_features()
}

fn shot(page: &Page, look: &Look, what: &str) -> Result<()> {
    page.eval("return new Promise((go) => setTimeout(go, 500))")?; // charts follow in the next frames
    println!("{}", page.screenshot(&format!("{}-{what}", look.name))?.display());
    Ok(())
}

fn page_and_panel(page: &Page, look: &Look) -> Result<()> {
    load(page, look, "")?;
    shot(page, look, "first")?;
    whole(page, look.screen, &format!("{}-whole", look.name))?;
    page.eval("document.querySelector('[data-panel]').open = true")?;
    page.wait_until("the choices", || page.eval_as("return !!document.querySelector('.lanes-chosen')"))?;
    whole(page, look.screen, &format!("{}-panel", look.name))
}

fn dialogs(page: &Page, look: &Look) -> Result<()> {
    for dialog in ["help", "embed", "share", "data"] {
        page.click(dialog)?;
        page.wait_until(dialog, || page.eval_as("return !!document.querySelector('dialog[open] h2')"))?;
        shot(page, look, dialog)?;
        page.eval("document.querySelector('dialog').close()")?;
    }
    data::hand(page, "drop", "birds.csv", TABLE)?;
    data::dialog(page)?;
    shot(page, look, "table")?;
    page.eval("document.querySelector('dialog').close()")?;
    page.click("present")?;
    shot(page, look, "presenting")?;
    page.press(Key::Escape)
}

fn lessons(page: &Page, look: &Look) -> Result<()> {
    for number in 1..=COUNT {
        load(page, look, &format!("lesson={number}"))?;
        wait_for_lesson(page, number)?;
        shot(page, look, &format!("lesson-{number}"))?;
    }
    Ok(())
}

fn experiments(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let ids: Vec<String> = page.eval_as(
        "return [...document.querySelectorAll('[data-control=preset] option')].map((o) => o.value)",
    )?;
    for (name, screen) in [("desktop", DESKTOP), ("phone", PHONE)] {
        page.set_screen(screen)?;
        for id in &ids {
            page.load(&format!("#preset={id}"))?;
            page.wait_for_state("finished")?;
            whole(page, screen, &format!("preset-{id}-{name}"))?;
        }
    }
    Ok(())
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
