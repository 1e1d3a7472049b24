//! Pictures of the page as people with different screens see it.

use crate::driver::Driver;
use crate::e2e::serve_site;
use crate::page::{DESKTOP, PHONE, Screen};
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

/// Takes every picture of the first screen, and one of the whole page.
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
        let height: f64 = page.eval_as("return document.documentElement.scrollHeight")?;
        if height > f64::from(screen.height) {
            page.set_screen(Screen { height: height.ceil() as u32, ..screen })?;
            println!("{}", page.screenshot(&format!("{name}-whole"))?.display());
        }
        page.close()?;
    }
    Ok(())
}
