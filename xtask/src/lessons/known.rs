//! Names that lessons may use. A test holds them against the program and the page.

/// What a lesson can point at: charts, and the bars of the lanes' test errors.
pub const CHARTS: [&str; 10] = [
    "phi",
    "alignment",
    "losses",
    "ledger",
    "trust",
    "w_plane",
    "phi_landscape",
    "neumann",
    "cut_short",
    "lanes",
];

/// Controls of the charts of the problem: `data-problem` of each.
pub const CONTROLS: [&str; 8] = ["turn", "alpha", "terms", "damping", "official", "lane", "first", "second"];

/// Terms of formulas and words, and the charts that they light up.
const TERMS: [(&str, &str); 16] = [
    ("task_1", "phi alignment"),
    ("task_2", "phi alignment"),
    ("phi", "phi"),
    ("alignment", "alignment"),
    ("L_A", "losses"),
    ("L_T", "ledger"),
    ("loss_test", "losses lanes"),
    ("loss_k", "ledger"),
    ("W", "w_plane"),
    ("best_response", "w_plane"),
    ("grad_L_A", "w_plane"),
    ("grad_task", "w_plane"),
    ("H", "neumann"),
    ("series", "neumann"),
    ("landscape", "phi_landscape"),
    ("falls", "ledger"),
];

/// The charts that a term lights up, spaces between them.
pub fn charts_of_term(name: &str) -> Option<&'static str> {
    TERMS.iter().find(|(term, _)| *term == name).map(|(_, charts)| *charts)
}

/// The charts of all terms.
pub fn lit() -> impl Iterator<Item = &'static str> {
    TERMS.iter().flat_map(|(_, charts)| charts.split(' '))
}
