//! Checks that a page can be hosted anywhere: relative addresses only, nothing from other origins.

use regex_lite::Regex;

/// Addresses in a file's text that would be loaded from the root of a host or from another one.
///
/// `extension` selects what is looked for (`html`, `css`, `js`); other files have none. Links that a
/// reader may follow (`<a href="https://…">`) are fine, but not root-absolute ones.
pub fn not_relative(extension: &str, text: &str) -> Vec<String> {
    match extension {
        "html" => html(text),
        "css" => found(text, r#"(?i)(?:url\(|@import)\s*["']?\s*((?:[a-z][a-z0-9+.-]*:|/)[^"')\s]*)"#),
        "js" => {
            let mut addresses = found(
                text,
                r#"(?:\bfrom|\bimport|\b(?:import|fetch|importScripts|URL|Request|Worker|WebSocket|EventSource)\()\s*["'`]((?:[a-z][a-z0-9+.-]*:|/)[^"'`]*)"#,
            );
            addresses.extend(found(text, r#"\.(?:src|href)\s*=\s*["'`]((?:[a-z][a-z0-9+.-]*:|/)[^"'`]*)"#));
            addresses
        }
        _ => Vec::new(),
    }
}

fn html(text: &str) -> Vec<String> {
    let tags = Regex::new(r"(?s)<([a-zA-Z][a-zA-Z0-9-]*)\b([^>]*)>").expect("a valid pattern");
    let attribute =
        r#"(?i)\b(?:href|src|srcset|action|poster|data)\s*=\s*["']?\s*((?:[a-z][a-z0-9+.-]*:|/)[^"'\s>]*)"#;
    tags.captures_iter(text)
        .flat_map(|tag| {
            let link = tag[1].eq_ignore_ascii_case("a");
            found(&tag[2], attribute).into_iter().filter(move |address| !link || address.starts_with('/'))
        })
        .collect()
}

/// First groups of all matches, without what never leaves the page.
fn found(text: &str, pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a valid pattern");
    pattern
        .captures_iter(text)
        .map(|capture| capture[1].to_owned())
        .filter(|address| !address.starts_with("data:") && !address.starts_with("blob:"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_pass() {
        let html = r##"<link rel="icon" href="data:,"><script type="module" src="www/main.js"></script>
            <a href="https://arxiv.org/abs/2007.02693">paper</a> <a href="#charts">charts</a>"##;
        assert!(not_relative("html", html).is_empty());
        assert!(
            not_relative("css", "@import 'a.css'; .x { background: url(data:image/png;base64,AA) }")
                .is_empty()
        );
        let js = "import init from './pkg/a.js'; new URL('./worker.js', import.meta.url); fetch(\"x.json\")";
        assert!(not_relative("js", js).is_empty());
        assert!(not_relative("json", r#"{"url": "/a"}"#).is_empty());
    }

    #[test]
    fn root_absolute_and_foreign_addresses_are_found() {
        let html = r#"<script src="/www/main.js"></script><link href='https://x.org/a.css' rel="stylesheet">
            <a href="/docs">docs</a><img src=//x.org/a.png>"#;
        let expected = ["/www/main.js", "https://x.org/a.css", "/docs", "//x.org/a.png"];
        assert_eq!(not_relative("html", html), expected);
        assert_eq!(not_relative("css", "a { background: url('/a.png') } @import \"http://x.org\";").len(), 2);
        let js = "import a from '/a.js'; import('https://x.org/b.js'); fetch(`/c`); new Worker('/d.js'); i.src = '/e'";
        assert_eq!(not_relative("js", js).len(), 5);
    }
}
