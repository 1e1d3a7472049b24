//! The browsers that tests run in: finds each with the program that drives it, and installs Debian's when it may.

use crate::cargo::{cargo, command, output, run, target_dir};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};

/// A browser engine that the page is tested in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// Chromium or Chrome, by ChromeDriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver, in a virtual screen.
    WebKit,
}

/// Version of the crate `geckodriver`, which drives Firefox; Debian has no package of it.
const GECKODRIVER: &str = "0.37.1";

/// A browser and the program that drives it.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Which engine it is.
    pub engine: Engine,
    /// The browser.
    pub program: PathBuf,
    /// Its WebDriver.
    pub driver: PathBuf,
}

impl Engine {
    /// All engines; the first has every test, the others those of `engines`.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Environment variables that name the browser and its driver.
    fn variables(self) -> [&'static str; 2] {
        match self {
            Self::Chromium => ["CHROME", "CHROMEDRIVER"],
            Self::Firefox => ["FIREFOX", "GECKODRIVER"],
            Self::WebKit => ["MINIBROWSER", "WEBKITWEBDRIVER"],
        }
    }

    /// Where the browser may be, by name or by path.
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
                "/usr/lib/chromium/chromium",
                "/opt/google/chrome/chrome",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium",
            ],
            Self::Firefox => &["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"],
            Self::WebKit => &[
                "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
                "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
                "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
            ],
        }
    }

    /// Where its driver may be.
    fn drivers(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "chromedriver",
                "/usr/lib/chromium/chromedriver",
                "/usr/lib/chromium-browser/chromedriver",
                "/opt/homebrew/bin/chromedriver",
            ],
            Self::Firefox => &["geckodriver"],
            Self::WebKit => &["WebKitWebDriver"],
        }
    }

    /// Debian's packages of what is not there.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-driver"],
            Self::Firefox => &["firefox-esr"],
            Self::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }

    /// The browser named by environment variables, else one that is installed, else Debian's packages, which take root
    /// and apt-get.
    ///
    /// # Errors
    /// If there is none and none can be installed; the message says what to install.
    pub fn find_or_install(self) -> Result<Browser> {
        if let Some(browser) = self.find()? {
            return Ok(browser);
        }
        if self.lacks_packages()? {
            self.install_packages()?;
        }
        if self == Self::Firefox && first_of(self.drivers()).is_none() {
            install_geckodriver()?;
        }
        self.find()?
            .with_context(|| format!("{} is installed, but not found where it should be", self.name()))
    }

    fn find(self) -> Result<Option<Browser>> {
        let [program, driver] = self.variables();
        let program = named(program)?.or_else(|| first_of(self.programs()));
        let driver = named(driver)?.or_else(|| first_of(self.drivers()));
        let found = program.zip(driver).filter(|_| self.has_screen());
        Ok(found.map(|(program, driver)| Browser { engine: self, program, driver }))
    }

    /// Firefox needs its browser only: its driver is a crate.
    fn lacks_packages(self) -> Result<bool> {
        match self {
            Self::Chromium | Self::WebKit => Ok(self.find()?.is_none()),
            Self::Firefox => Ok(named("FIREFOX")?.or_else(|| first_of(self.programs())).is_none()),
        }
    }

    fn install_packages(self) -> Result<()> {
        let packages = self.packages();
        if !(Path::new("/etc/debian_version").exists() && is_root()) {
            let [program, driver] = self.variables();
            bail!(
                "there is no {name} that can be driven: install it with its WebDriver (Debian and Ubuntu: \
                 `sudo apt-get install {packages}`), or name both by the environment variables {program} and {driver}",
                name = self.name(),
                packages = packages.join(" "),
            );
        }
        println!("Installing Debian's packages {}", packages.join(", "));
        let apt = |args: &[&str]| run(command("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"));
        apt(&["update", "-qq"])?;
        apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat())
    }

    /// MiniBrowser has no mode without a screen.
    fn has_screen(self) -> bool {
        match self {
            Self::Chromium | Self::Firefox => true,
            Self::WebKit => first_of(&["Xvfb"]).is_some(),
        }
    }
}

/// Compiles the driver of Firefox into [`tools`], as quickly as it can be: it only passes messages on.
fn install_geckodriver() -> Result<()> {
    println!("Installing geckodriver {GECKODRIVER} in {}; this takes minutes, once", tools().display());
    let mut install = cargo(["install", "--quiet", "--locked", "--debug", "--root"]);
    install.arg(tools()).args(["--version", &format!("={GECKODRIVER}"), "geckodriver"]);
    run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

/// Folder of the programs that are installed for tests alone.
pub fn tools() -> PathBuf {
    target_dir().join("tools")
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

/// A program by its path, or by its name in `PATH` and among our own tools.
fn lookup(name: &str) -> Option<PathBuf> {
    if Path::new(name).components().count() > 1 {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let own = tools().join("bin");
    env::split_paths(&env::var_os("PATH")?)
        .chain([own])
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
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
