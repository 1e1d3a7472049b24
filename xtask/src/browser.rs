//! Finds Chromium or Chrome and its driver, and installs Debian's when it may.

use crate::cargo::{command, output, run};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};

const BROWSERS: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const DRIVERS: [&str; 4] = [
    "chromedriver",
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
    "/opt/homebrew/bin/chromedriver",
];

/// A browser and the program that drives it.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chrome: PathBuf,
    /// ChromeDriver.
    pub driver: PathBuf,
}

impl Browser {
    /// The browser named by `CHROME` and `CHROMEDRIVER`, else one that is installed; else Debian's
    /// packages are installed, which takes root and apt-get.
    ///
    /// # Errors
    /// If there is none and none can be installed; the message says what to install.
    pub fn find_or_install() -> Result<Self> {
        if let Some(browser) = Self::find()? {
            return Ok(browser);
        }
        if !(Path::new("/etc/debian_version").exists() && is_root()) {
            bail!(
                "the tests need Chromium or Chrome and its ChromeDriver. Install them (Debian or Ubuntu: \
                 `sudo apt-get install chromium chromium-driver`; elsewhere Chrome with the ChromeDriver of \
                 the same version) so that `chromium` and `chromedriver` are in PATH, or name them by the \
                 environment variables CHROME and CHROMEDRIVER"
            );
        }
        println!("Installing Debian's packages chromium and chromium-driver");
        let apt = |args: &[&str]| run(command("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"));
        apt(&["update", "-qq"])?;
        apt(&["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"])?;
        Self::find()?
            .context("chromium and chromium-driver are installed, but not found where they should be")
    }

    fn find() -> Result<Option<Self>> {
        let chrome = named("CHROME")?.or_else(|| first_of(&BROWSERS));
        let driver = named("CHROMEDRIVER")?.or_else(|| first_of(&DRIVERS));
        Ok(chrome.zip(driver).map(|(chrome, driver)| Self { chrome, driver }))
    }
}

/// The program that an environment variable names.
fn named(variable: &str) -> Result<Option<PathBuf>> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    match lookup(&value.to_string_lossy()) {
        Some(path) => Ok(Some(path)),
        None => bail!("{variable} names {}, which is not there", Path::new(&value).display()),
    }
}

fn first_of(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| lookup(name))
}

/// A program by its path, or by its name in `PATH`.
fn lookup(name: &str) -> Option<PathBuf> {
    if Path::new(name).components().count() > 1 {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

fn is_root() -> bool {
    output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_and_by_path() {
        let cargo = lookup("cargo").unwrap();
        assert_eq!(lookup(&cargo.to_string_lossy()), Some(cargo));
        assert_eq!(lookup("no-such-browser"), None);
        assert_eq!(lookup("/no/such/browser"), None);
    }
}
