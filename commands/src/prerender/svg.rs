//! Turns a picture in placeholder colours into markup for the page: classes in the place of colours, without attributes
//! that have their default value.

use std::fmt::{self, Display, Formatter, Write};

use super::roles::role_of;

/// Attributes of the root that every element inherits, with the values that the canvas uses.
const INHERITED: &str =
    r#"font-family="system-ui, sans-serif" font-size="12" fill="none" stroke-miterlimit="10""#;
/// Attributes with their default value, which are left out.
const USUAL: [(&str, &str); 7] = [
    ("opacity", "1"),
    ("stroke", "none"),
    ("stroke-width", "1"),
    ("text-anchor", "start"),
    ("font-family", "system-ui, sans-serif"),
    ("font-size", "12"),
    ("font-style", "normal"),
];

/// The picture that the backend wrote, to be put into a page with a strict policy; `layout` is one more class of it.
///
/// # Errors
/// If it has a colour that is no placeholder, a style of its own, or is not what the backend writes.
pub fn for_page(svg: &str, layout: &str) -> Result<String, String> {
    let mut page = String::with_capacity(svg.len());
    let mut line: Option<Line> = None;
    // What follows an element is on a line of its own: text, or nothing.
    for part in svg.split('<').skip(1) {
        let (tag, text) =
            part.split_once('>').ok_or_else(|| format!("an element without an end: <{part}"))?;
        let element = Element::read(tag).map_err(|error| format!("{error} in <{tag}>"))?;
        if let Some(drawn) = element.line()? {
            match &mut line {
                Some(before) if before.looks == drawn.looks => before.path.push_str(&drawn.path),
                before => page.extend(before.replace(drawn).map(|line| line.to_string())),
            }
            continue;
        }
        page.extend(line.take().map(|line| line.to_string()));
        page.push_str(&element.written(layout)?);
        page.push_str(text.trim());
    }
    Ok(page)
}

/// An element of the picture: its name, with the slash of an end in front, its classes and its other attributes.
struct Element<'a> {
    name: &'a str,
    closed: bool,
    classes: Vec<String>,
    attributes: Vec<(&'a str, String)>,
}

/// Neighbouring lines with the same classes and attributes, which are drawn as one path.
struct Line {
    looks: String,
    path: String,
}

impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "<path{} d=\"{}\"/>", self.looks, self.path)
    }
}

impl<'a> Element<'a> {
    /// Reads what stands between the brackets.
    fn read(tag: &'a str) -> Result<Self, String> {
        let (inner, closed) = tag.strip_suffix('/').map_or((tag, false), |inner| (inner, true));
        let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
        let (mut classes, mut kept) = (Vec::new(), Vec::new());
        for (name, value) in attributes(rest)? {
            match name {
                "style" | "class" => return Err(format!("an attribute {name}")),
                "fill" | "stroke" if value != "none" => {
                    let role = role_of(value).ok_or_else(|| format!("the colour {value}"))?;
                    classes.push(format!("{name}-{role}"));
                }
                _ if USUAL.contains(&(name, value)) => {}
                // The canvas centres text by the middle of its em box, rounded to whole pixels, not by its small letters.
                "dy" if value == "0.5ex" => kept.push((name, ".28em".to_owned())),
                "dy" => return Err(format!("text that stands by {value}")),
                "font-size" => kept.push((name, thousandths(value)?.to_string())),
                _ => kept.push((name, value.trim_end().to_owned())),
            }
        }
        Ok(Self { name, closed, classes, attributes: kept })
    }

    fn get(&self, wanted: &str) -> Result<&str, String> {
        let found = self.attributes.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.as_str()).ok_or_else(|| format!("a {} without {wanted}", self.name))
    }

    /// Classes and attributes but for one, as they are written.
    fn looks(&self, but: &str) -> String {
        let class = (!self.classes.is_empty()).then(|| format!(" class=\"{}\"", self.classes.join(" ")));
        let others = self.attributes.iter().filter(|(name, _)| *name != but);
        let others = others.map(|(name, value)| format!(" {name}=\"{value}\""));
        class.into_iter().chain(others).collect()
    }

    /// The element as a line, if it is one.
    fn line(&self) -> Result<Option<Line>, String> {
        if self.name != "polyline" {
            return Ok(None);
        }
        Ok(Some(Line { looks: self.looks("points"), path: path(self.get("points")?)? }))
    }

    /// The element with its brackets.
    fn written(&self, layout: &str) -> Result<String, String> {
        if self.name == "svg" {
            let view_box = self.get("viewBox")?;
            return Ok(format!(
                "<svg class=\"prerendered {layout}\" viewBox=\"{view_box}\" aria-hidden=\"true\" \
                 focusable=\"false\" {INHERITED}>"
            ));
        }
        Ok(format!("<{}{}{}>", self.name, self.looks(""), if self.closed { "/" } else { "" }))
    }
}

/// A line through whole pixels by the steps between its points.
fn path(points: &str) -> Result<String, String> {
    let mut path = String::new();
    let mut before: Option<(i32, i32)> = None;
    for point in points.split_whitespace() {
        let pair = point.split_once(',').and_then(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)));
        let (x, y) = pair.ok_or_else(|| format!("the point {point}"))?;
        // Writing to a string cannot fail.
        let _ = match before.map(|(x0, y0)| (x - x0, y - y0)) {
            None => write!(path, "M{x} {y}"),
            Some((dx, 0)) => write!(path, "h{dx}"),
            Some((0, dy)) => write!(path, "v{dy}"),
            Some((dx, dy)) => write!(path, "l{dx}{}{dy}", if dy < 0 { "" } else { " " }),
        };
        before = Some((x, y));
    }
    Ok(path)
}

/// `name="value"` after `name="value"`; values are escaped, so no quotation mark stands in them.
fn attributes(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").ok_or_else(|| format!("no attribute: {rest}"))?;
        let (value, after) = after.split_once('"').ok_or_else(|| format!("an open value: {after}"))?;
        if value.contains(':') && name != "xmlns" || value.contains("url(") {
            return Err(format!("the value {value}"));
        }
        found.push((name.trim(), value));
        rest = after.trim_start();
    }
    Ok(found)
}

/// A size without the digits that multiplying and dividing left.
fn thousandths(size: &str) -> Result<f64, String> {
    let size: f64 = size.parse().map_err(|_| format!("the size {size}"))?;
    Ok((1000.0 * size).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "<svg width=\"30\" height=\"20\" viewBox=\"0 0 30 20\" xmlns=\"http://www.w3.org/2000/svg\">\n";

    fn inside(elements: &str) -> Result<String, String> {
        let page = for_page(&format!("{HEAD}{elements}\n</svg>\n"), "wide")?;
        let (_, inner) = page.split_once('>').expect("a picture");
        Ok(inner.trim_end_matches("</svg>").to_owned())
    }

    #[test]
    fn colours_become_classes_and_what_goes_without_saying_goes() {
        let rect =
            "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" opacity=\"1\" fill=\"#FE0101\" stroke=\"none\"/>";
        let expected = "<rect class=\"fill-ink\" x=\"1\" y=\"2\" width=\"3\" height=\"4\"/>";
        assert_eq!(inside(rect).as_deref(), Ok(expected));
        let line = "<polyline fill=\"none\" opacity=\"1\" stroke=\"#FE010B\" stroke-width=\"2\" points=\"1,2 3,4 \"/>";
        let expected = "<path class=\"stroke-task-3\" fill=\"none\" stroke-width=\"2\" d=\"M1 2l2 2\"/>";
        assert_eq!(inside(line).as_deref(), Ok(expected));
        let both = "<circle cx=\"1\" fill=\"#fe0100\" stroke=\"#fe0107\"/>";
        let expected = "<circle class=\"fill-background stroke-shrinks\" cx=\"1\"/>";
        assert_eq!(inside(both).as_deref(), Ok(expected));
        let text = "<text x=\"1\" dy=\"0.5ex\" font-size=\"13.499999999999998\" fill=\"#FE0102\">\na &lt; b\n</text>";
        let expected = "<text class=\"fill-muted\" x=\"1\" dy=\".28em\" font-size=\"13.5\">a &lt; b</text>";
        assert_eq!(inside(text).as_deref(), Ok(expected));
    }

    #[test]
    fn lines_of_one_look_are_one_element() {
        let line = |role: &str, points: &str| {
            format!("<polyline fill=\"none\" stroke=\"#FE010{role}\" points=\"{points} \"/>\n")
        };
        let lines = line("1", "0,9 5,9 5,3 5,3") + &line("1", "7,7 6,5") + &line("2", "-1,2 -3,1");
        let expected = "<path class=\"stroke-ink\" fill=\"none\" d=\"M0 9h5v-6h0M7 7l-1-2\"/>\
                        <path class=\"stroke-muted\" fill=\"none\" d=\"M-1 2l-2-1\"/>";
        assert_eq!(inside(&lines).as_deref(), Ok(expected));
        assert!(inside("<polyline points=\"1,2 3\"/>").is_err() && inside("<polyline/>").is_err());
    }

    #[test]
    fn other_colours_and_styles_are_refused() {
        for element in [
            "<rect fill=\"#1D2228\"/>",
            "<rect stroke=\"red\"/>",
            "<rect style=\"fill:#FE0101\"/>",
            "<rect class=\"mine\"/>",
            "<rect opacity=\"url(#a)\"/>",
            "<rect x=\"1/>",
        ] {
            assert!(inside(element).is_err(), "{element}");
        }
    }
}
