//! The teacher's sheet: a page to print, made of the lessons and of `teacher.md`.

use super::{FOLDER, LANGUAGES, Lesson, text};
use anyhow::{Context, Result, anyhow};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The sheet's file in the site.
pub fn file(language: &str) -> String {
    if language == LANGUAGES[0].0 { "teacher.html".to_owned() } else { format!("teacher-{language}.html") }
}

/// The sheet of a language. `teacher.md` has a first line `# title`, a second part `:::words` with the words
/// that the lessons are set with, a line each (`Lesson {n}` for their numbers), and its text before that.
///
/// # Errors
/// With file and line, if `teacher.md` is not as it should be.
pub fn sheet(root: &Path, language: &str, lessons: &[Lesson]) -> Result<String> {
    let path = format!("{FOLDER}/{language}/teacher.md");
    let source = fs::read_to_string(root.join(&path)).with_context(|| path.clone())?;
    let (body, words) =
        source.split_once(":::words\n").with_context(|| format!("{path} lacks its :::words"))?;
    let words: Vec<&str> = words.lines().filter(|line| !line.is_empty()).collect();
    let &[numbered, teaches, tries, asks] = words.as_slice() else {
        return Err(anyhow!("{path}: after :::words stand four lines: lesson, teaches, tries, asks"));
    };
    let title = body.lines().next().and_then(|line| line.strip_prefix("# "));
    let title = title.with_context(|| format!("{path}:1: the first line is `# title`"))?;
    let intro = text::plain(body).map_err(|fault| anyhow!("{path}:{}: {}", fault.line, fault.message))?;
    let mut out = head(language, title);
    out += &format!("<main>\n{intro}\n");
    for (i, lesson) in lessons.iter().enumerate() {
        let n = i + 1;
        let (number, name) = (numbered.replace("{n}", &n.to_string()), &lesson.front.title);
        writeln!(out, "<section class=\"lesson\"><h2><a href=\"./#lesson={n}\">{number}</a> · {name}</h2>")?;
        writeln!(out, "<h3>{teaches}</h3>\n{}", lesson.part("teach"))?;
        if !lesson.part("try").is_empty() {
            writeln!(out, "<h3>{tries}</h3>\n{}", lesson.part("try"))?;
        }
        writeln!(out, "<h3>{asks}</h3>\n<div class=\"ask\">{}</div></section>", demoted(lesson.part("ask")))?;
    }
    // On paper nothing lights up.
    Ok(out.replace(" tabindex=\"0\"", "") + "</main>\n</body>\n</html>\n")
}

/// Questions stand below the heading that announces them.
fn demoted(html: &str) -> String {
    html.replace("<h3>", "<h4>").replace("</h3>", "</h4>")
}

fn head(language: &str, title: &str) -> String {
    let others: String = LANGUAGES
        .iter()
        .filter(|(other, _)| *other != language)
        .map(|(other, name)| format!(" · <a href=\"{}\" lang=\"{other}\">{name}</a>", file(other)))
        .collect();
    let lang = if language == "zh" { "zh-Hans" } else { language };
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; img-src 'self'\">\n\
         <title>{title} · AuxiLearn Lab</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"www/icon.svg\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"www/teacher.css\">\n</head>\n<body>\n\
         <nav><a href=\"./\">AuxiLearn Lab</a>{others}</nav>\n"
    )
}
