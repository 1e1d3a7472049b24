//! Capabilities that a session asks its driver for: the browser, how it is started, and which logs are kept.

use serde_json::{Value, json};
use std::path::Path;
use xtask::browser::{Browser, Engine};

/// How Chromium is started: headless, and quiet on a machine without a network.
const CHROMIUM_FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// Milliseconds that a script of a test may take: random users may wait for a page to come to rest.
const SCRIPTS: u32 = 110_000;

/// Parts of Chromium's own trace that say what its threads do, and for how long.
const TRACED: &str = "devtools.timeline,disabled-by-default-devtools.timeline,toplevel,v8,blink";

/// Returns what a session of `browser` asks for; `profile` is a folder that does not exist yet.
pub fn capabilities(browser: &Browser, profile: &Path) -> Value {
    let mut wanted = match browser.engine {
        Engine::Chromium => chromium(browser, profile),
        Engine::Firefox => firefox(browser),
        Engine::WebKit => webkit(browser),
    };
    wanted["timeouts"] = json!({ "script": SCRIPTS });
    wanted
}

/// The same for a session of Chromium whose performance log is a trace.
pub fn traced(mut capabilities: Value) -> Value {
    capabilities["goog:loggingPrefs"]["performance"] = json!("ALL");
    capabilities["goog:chromeOptions"]["perfLoggingPrefs"] =
        json!({ "enableNetwork": false, "enablePage": false, "traceCategories": TRACED });
    capabilities
}

fn chromium(browser: &Browser, profile: &Path) -> Value {
    let mut args: Vec<String> = CHROMIUM_FLAGS.iter().map(ToString::to_string).collect();
    args.push(format!("--user-data-dir={}", profile.display()));
    // Chromium's own new-tab page would still be loading when a test begins.
    let blank = json!({ "session.restore_on_startup": 4, "session.startup_urls": ["about:blank"] });
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "binary": browser.program, "args": args, "prefs": blank },
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}

/// geckodriver makes a profile of its own and removes it.
fn firefox(browser: &Browser) -> Value {
    json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {
            "binary": browser.program,
            "args": ["-headless"],
            "prefs": {
                "browser.shell.checkDefaultBrowser": false,
                "datareporting.policy.dataSubmissionEnabled": false,
                "network.captive-portal-service.enabled": false,
                "network.connectivity-service.enabled": false,
            },
        },
    })
}

/// An automated MiniBrowser keeps nothing on disk.
fn webkit(browser: &Browser) -> Value {
    json!({
        "browserName": "MiniBrowser",
        "webkitgtk:browserOptions": { "binary": browser.program, "args": ["--automation"] },
    })
}
