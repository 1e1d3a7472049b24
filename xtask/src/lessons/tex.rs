//! TeX to MathML, with terms that light up charts: `\term{phi}{\varphi_k}`.

use super::known;
use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// Stands for a term while the formula around it is converted: a letter of nobody's.
const MARK: u32 = 0xE000;
const MACRO: &str = r"\term{";

/// The MathML of a formula.
///
/// # Errors
/// In words, if it is no TeX or names a term that there is not.
pub fn mathml(tex: &str, display: bool) -> Result<String, String> {
    let (outer, terms) = marked(tex)?;
    let mut made = convert(&outer, display)?;
    for (i, (name, inner)) in terms.iter().enumerate() {
        let body = convert(inner, display)?;
        let body = body.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</math>")).unwrap_or(&body);
        let mark = format!("<mi>{}</mi>", letter(i)?);
        let charts = known::charts_of_term(name).ok_or_else(|| format!("there is no term {name:?}"))?;
        made = made.replacen(&mark, &format!("<mrow {}>{body}</mrow>", attributes(name, charts)), 1);
    }
    Ok(made)
}

/// What makes an element a term.
pub fn attributes(name: &str, charts: &str) -> String {
    format!("class=\"term\" tabindex=\"0\" data-term=\"{name}\" data-lights=\"{charts}\"")
}

fn letter(i: usize) -> Result<char, String> {
    u32::try_from(i).ok().and_then(|i| char::from_u32(MARK + i)).ok_or_else(|| "too many terms".to_owned())
}

/// The formula with a letter for each term, and the terms: name and TeX.
fn marked(tex: &str) -> Result<(String, Vec<(String, String)>), String> {
    let (mut outer, mut terms, mut rest) = (String::new(), Vec::new(), tex);
    while let Some(at) = rest.find(MACRO) {
        outer.push_str(&rest[..at]);
        let after = &rest[at + MACRO.len()..];
        let (name, after) = after.split_once("}{").ok_or(r"expected \term{name}{…}")?;
        let end = closing(after).ok_or(r"a \term is not closed")?;
        outer.push('{');
        outer.push(letter(terms.len())?);
        outer.push('}');
        terms.push((name.to_owned(), after[..end].to_owned()));
        rest = &after[end + 1..];
    }
    outer.push_str(rest);
    Ok((outer, terms))
}

/// Where the brace that closes a group stands, the opening one being left out.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (i, c) in text.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return Some(i);
        }
    }
    None
}

fn convert(tex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    // The renderer would write an error into the formula and go on.
    if let Some(Err(error)) = Parser::new(tex, &storage).find(Result::is_err) {
        let words = error.to_string();
        return Err(format!("{} in ${tex}$", words.lines().next().unwrap_or_default()));
    }
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let mut made = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    push_mathml(&mut made, Parser::new(tex, &storage), config).map_err(|error| error.to_string())?;
    if made.contains("style=") {
        return Err(format!("${tex}$ wants a style, which the page's policy forbids"));
    }
    Ok(made.replace("<mo><</mo>", "<mo>&lt;</mo>").replace("<mo>></mo>", "<mo>&gt;</mo>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_marked_within_the_formula() {
        let made = mathml(r"\frac{dL}{d\varphi} = -\term{alignment}{a_k} < 0", true).unwrap();
        assert!(
            made.starts_with("<math display=\"block\"><mfrac>") && made.contains("<mo>&lt;</mo>"),
            "{made}"
        );
        let term = "<mrow class=\"term\" tabindex=\"0\" data-term=\"alignment\" data-lights=\"alignment\">\
                    <msub><mi>a</mi><mi>k</mi></msub></mrow>";
        assert!(made.contains(term), "{made}");
        let inside = mathml(r"{\term{H}{H}}^{-1}", false).unwrap();
        assert!(inside.contains("data-term=\"H\"") && inside.contains("<msup>"), "{inside}");
    }

    #[test]
    fn what_is_no_tex_is_refused() {
        for (tex, words) in [
            (r"\frac{1}{", "unbalanced"),
            (r"\unknown x", "unknown"),
            (r"\term{nobody}{x}", "no term"),
            (r"\term{phi}{x", "not closed"),
            (r"\term{phi}", "expected"),
        ] {
            let error = mathml(tex, false).unwrap_err();
            assert!(error.contains(words), "{tex}: {error}");
        }
    }
}
