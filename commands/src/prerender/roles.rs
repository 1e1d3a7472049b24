//! Colours by what they stand for: a theme of placeholder colours, the classes that take their place, and their style sheet.

use std::fmt::Write;

use auxilearn_lab::chart::{Rgb, Theme};

/// Names of the roles that a theme has colours for, as classes and custom properties contain them.
const ROLES: [&str; 16] = [
    "background",
    "ink",
    "muted",
    "grid",
    "zero",
    "cursor",
    "grows",
    "shrinks",
    "task-0",
    "task-1",
    "task-2",
    "task-3",
    "task-4",
    "task-5",
    "task-6",
    "task-7",
];

/// A colour that stands for a role and occurs in no picture otherwise.
const fn placeholder(role: u8) -> Rgb {
    Rgb(0xfe, 0x01, role)
}

/// The light theme with a placeholder for each colour, so that two roles of one colour are told apart.
pub static PLACEHOLDERS: Theme = Theme {
    name: "placeholders",
    background: placeholder(0),
    ink: placeholder(1),
    muted: placeholder(2),
    grid: placeholder(3),
    zero: placeholder(4),
    cursor: placeholder(5),
    grows: placeholder(6),
    shrinks: placeholder(7),
    tasks: [
        placeholder(8),
        placeholder(9),
        placeholder(10),
        placeholder(11),
        placeholder(12),
        placeholder(13),
        placeholder(14),
        placeholder(15),
    ],
    ..Theme::LIGHT
};

/// A theme's colours in the order of [`ROLES`].
fn colours(theme: &Theme) -> [Rgb; 16] {
    let [a, b, c, d, e, f, g, h] = theme.tasks;
    let Theme { background, ink, muted, grid, zero, cursor, grows, shrinks, .. } = *theme;
    [background, ink, muted, grid, zero, cursor, grows, shrinks, a, b, c, d, e, f, g, h]
}

/// The role that a placeholder such as `#FE0103` stands for; `None` for any other colour.
pub fn role_of(colour: &str) -> Option<&'static str> {
    let placeholders = colours(&PLACEHOLDERS);
    let found = placeholders.iter().position(|placeholder| placeholder.css().eq_ignore_ascii_case(colour));
    found.map(|role| ROLES[role])
}

/// The style sheet that gives the classes `fill-ROLE` and `stroke-ROLE` the colours of the page's theme.
pub fn style_sheet() -> String {
    let light = colours(&Theme::LIGHT);
    let [dark, projector] = [&Theme::DARK, &Theme::PROJECTOR].map(|theme| {
        let others = colours(theme).into_iter().zip(light).map(|(own, usual)| (own != usual).then_some(own));
        properties(others)
    });
    let mut sheet = format!(
        "/* Colours of the pictures in the page, by what they stand for: made from the charts' themes. */\n\
         :root{{{}}}\n\
         @media (prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}}}}}\n\
         :root[data-theme=dark]{{{dark}}}\n\
         :root[data-theme=projector]{{{projector}}}\n\
         .prerendered,.prerendered text{{forced-color-adjust:none}}\n",
        properties(light.into_iter().map(Some)),
    );
    for property in ["fill", "stroke"] {
        for role in ROLES {
            // Writing to a string cannot fail.
            let _ = writeln!(sheet, ".{property}-{role}{{{property}:var(--role-{role})}}");
        }
    }
    sheet
}

/// Custom properties of the roles that have a colour.
fn properties(colours: impl Iterator<Item = Option<Rgb>>) -> String {
    let one = |(role, colour): (&str, Option<Rgb>)| colour.map(|rgb| format!("--role-{role}:{}", rgb.css()));
    ROLES.into_iter().zip(colours).filter_map(one).collect::<Vec<_>>().join(";")
}
