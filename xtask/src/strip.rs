//! Leaves comments and indentation of scripts and style sheets behind: they are for readers of the
//! source.
//!
//! Only comments that have their lines to themselves go, and none inside a template literal, so no
//! parser is needed to be right. It is our own because a minifier brings whole parsers of JavaScript and CSS to
//! compile, and would save little of what is compressed anyway.

/// The text of a `.js` or `.css` file without indentation and the comments that fill whole lines.
pub fn comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut in_block, mut in_template) = (false, false);
    for line in text.lines() {
        let code = line.trim();
        if !in_template {
            if in_block || code.starts_with("/*") {
                let Some(end) = code.find("*/") else {
                    in_block = true;
                    continue;
                };
                if end + 2 == code.len() {
                    in_block = false;
                    continue;
                }
                assert!(!in_block, "code after a block comment: {code}");
            }
            if code.starts_with("//") || code.is_empty() {
                continue;
            }
        }
        let kept_line = if in_template { line } else { line.trim_start() };
        in_template ^= line.replace("\\`", "").matches('`').count() % 2 == 1;
        kept.push_str(kept_line);
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn comments_on_their_own_lines_go() {
        let text =
            "// one\n  let a = 1; // stays\n  /** two\n   * more */\nf(); /* stays */\n\n/* short */\ng();\n";
        assert_eq!(comments(text), "let a = 1; // stays\nf(); /* stays */\ng();\n");
    }

    #[test]
    fn a_cast_before_code_and_the_lines_of_a_template_stay() {
        let text = "/** @type {T} */ (x).y();\nlet t = `\n// not a comment\n`;\n";
        assert_eq!(comments(text), text);
    }
}
