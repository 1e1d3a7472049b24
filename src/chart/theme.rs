//! Colours, type sizes and strokes: what differs between light, dark and projector.

/// An opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// WCAG relative luminance, from 0 (black) to 1 (white).
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// WCAG contrast ratio of two colours, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour as CSS writes it, such as `#0d7a6f`.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The colour with a share of another mixed in, channel by channel.
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let channel = |a: u8, b: u8| libm::round(f64::from(a) + share * (f64::from(b) - f64::from(a))) as u8;
        Self(channel(self.0, other.0), channel(self.1, other.1), channel(self.2, other.2))
    }

    const fn hex(rgb: u32) -> Self {
        Self((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
    }
}

/// How a chart looks. Lengths are in CSS pixels; [`View::pixel_ratio`](super::View) scales them.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Stable name: `light`, `dark` or `projector`.
    pub name: &'static str,
    /// Behind everything.
    pub background: Rgb,
    /// Titles, read-outs and the curves of the losses.
    pub ink: Rgb,
    /// Numbers on axes and explanations.
    pub muted: Rgb,
    /// Grid lines.
    pub grid: Rgb,
    /// The zero line, where a clamped weight ends.
    pub zero: Rgb,
    /// The cursor in time.
    pub cursor: Rgb,
    /// Positive sign: the weight grows (▲).
    pub grows: Rgb,
    /// Negative sign: the weight shrinks (▼, hatched).
    pub shrinks: Rgb,
    /// One colour per task, everywhere.
    pub tasks: [Rgb; 8],
    /// Type size of axes and labels.
    pub type_size: f64,
    /// Type size of panel titles.
    pub title_size: f64,
    /// Stroke of curves.
    pub curve: f64,
    /// Stroke of grid, ticks and leaders.
    pub hairline: f64,
}

/// Task colours on a light ground: at least 4.5:1, and told apart under protan, deutan and tritan
/// vision (differences checked in OKLab after simulation). Blue and orange are left to the sign.
const ON_LIGHT: [Rgb; 8] = [
    Rgb::hex(0x0d7a6f),
    Rgb::hex(0x5a1263),
    Rgb::hex(0x7a5c00),
    Rgb::hex(0x3411a0),
    Rgb::hex(0xd4148f),
    Rgb::hex(0x414758),
    Rgb::hex(0x7a45e6),
    Rgb::hex(0x5a0617),
];

/// The same hues in the same order on a dark ground.
const ON_DARK: [Rgb; 8] = [
    Rgb::hex(0x5eead4),
    Rgb::hex(0xb57bff),
    Rgb::hex(0xeef3b8),
    Rgb::hex(0xb9c2ff),
    Rgb::hex(0xf0468c),
    Rgb::hex(0x8a97a6),
    Rgb::hex(0xd6d514),
    Rgb::hex(0xc98a63),
];

impl Theme {
    /// Dark on white, for paper and daylight.
    pub const LIGHT: Self = Self {
        name: "light",
        background: Rgb::hex(0xffffff),
        ink: Rgb::hex(0x1d2228),
        muted: Rgb::hex(0x5d6672),
        grid: Rgb::hex(0xebedf0),
        zero: Rgb::hex(0x9aa1ab),
        cursor: Rgb::hex(0x5d6672),
        grows: Rgb::hex(0x1f6fc4),
        shrinks: Rgb::hex(0xb85c00),
        tasks: ON_LIGHT,
        type_size: 12.0,
        title_size: 13.5,
        curve: 2.0,
        hairline: 1.0,
    };

    /// Light on near black.
    pub const DARK: Self = Self {
        name: "dark",
        background: Rgb::hex(0x15181d),
        ink: Rgb::hex(0xe8eaed),
        muted: Rgb::hex(0x9da5b0),
        grid: Rgb::hex(0x272c34),
        zero: Rgb::hex(0x69727e),
        cursor: Rgb::hex(0x9da5b0),
        grows: Rgb::hex(0x6cb0f5),
        shrinks: Rgb::hex(0xf0a04b),
        tasks: ON_DARK,
        ..Self::LIGHT
    };

    /// Light, with type and strokes to be read from the last row.
    pub const PROJECTOR: Self = Self {
        name: "projector",
        ink: Rgb::hex(0x000000),
        muted: Rgb::hex(0x444b55),
        grid: Rgb::hex(0xdfe2e6),
        zero: Rgb::hex(0x6f7782),
        cursor: Rgb::hex(0x444b55),
        type_size: 18.0,
        title_size: 20.0,
        curve: 4.0,
        hairline: 1.5,
        ..Self::LIGHT
    };

    /// The theme of that [`name`](Self::name).
    pub fn named(name: &str) -> Option<&'static Self> {
        [&Self::LIGHT, &Self::DARK, &Self::PROJECTOR].into_iter().find(|theme| theme.name == name)
    }

    /// Colour of task `k`, from 0; past eight tasks they come round again.
    pub fn task(&self, k: usize) -> Rgb {
        self.tasks[k % self.tasks.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&Theme; 3] = [&Theme::LIGHT, &Theme::DARK, &Theme::PROJECTOR];

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-12);
        assert!((Rgb(0x77, 0x77, 0x77).contrast(Rgb(255, 255, 255)) - 4.48).abs() < 0.01);
    }

    #[test]
    fn text_has_at_least_four_and_a_half_to_one() {
        for theme in ALL {
            let texts = [theme.ink, theme.muted, theme.grows, theme.shrinks];
            for colour in texts.into_iter().chain(theme.tasks) {
                let contrast = colour.contrast(theme.background);
                assert!(contrast >= 4.5, "{} {}: {contrast}", theme.name, colour.css());
            }
        }
    }

    #[test]
    fn curves_and_the_cursor_have_at_least_three_to_one() {
        for theme in ALL {
            for colour in theme.tasks.into_iter().chain([theme.ink, theme.cursor]) {
                assert!(colour.contrast(theme.background) >= 3.0, "{} {}", theme.name, colour.css());
            }
        }
    }

    /// Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB; the first is normal vision.
    const VISIONS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    fn oklab(colour: Rgb, vision: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let rgb = [linear(colour.0), linear(colour.1), linear(colour.2)];
        let dot = |row: &[f64; 3], v: &[f64; 3]| row[0] * v[0] + row[1] * v[1] + row[2] * v[2];
        let seen = vision.each_ref().map(|row| dot(row, &rgb).clamp(0.0, 1.0));
        let lms = [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
        .map(|row| dot(&row, &seen).cbrt());
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
        .map(|row| dot(&row, &lms))
    }

    fn difference(a: Rgb, b: Rgb) -> f64 {
        let one = |vision| {
            let (a, b) = (oklab(a, vision), oklab(b, vision));
            a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
        };
        VISIONS.iter().map(one).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn tasks_differ_for_every_kind_of_colour_vision() {
        for theme in ALL {
            assert!(difference(theme.tasks[0], theme.tasks[1]) > 0.15, "{}", theme.name);
            for (k, &a) in theme.tasks.iter().enumerate() {
                for &b in &theme.tasks[..k] {
                    let d = difference(a, b);
                    assert!(d > 0.04, "{}: {} and {}: {d}", theme.name, a.css(), b.css());
                }
            }
        }
    }

    #[test]
    fn the_two_signs_differ_for_every_kind_of_colour_vision() {
        for theme in ALL {
            assert!(difference(theme.grows, theme.shrinks) > 0.15, "{}", theme.name);
        }
    }

    #[test]
    fn themes_are_found_by_name() {
        for theme in ALL {
            assert_eq!(Theme::named(theme.name), Some(theme));
        }
        assert_eq!(Theme::named("sepia"), None);
    }
}
