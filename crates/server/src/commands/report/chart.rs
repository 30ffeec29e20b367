//! Charts as SVG. What they show is told by pattern, place and label, never by colour alone.

use std::fmt::Write as _;

use super::words::{count, escaped};

/// Width of every chart, in its own units.
const WIDTH: f64 = 900.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 20.0;
/// The tallest bar or line, and what stands below and above it.
const HEIGHT: f64 = 220.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 46.0;

/// How a bar is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    Solid,
    Striped,
    Dotted,
}

impl Fill {
    const fn value(self) -> &'static str {
        match self {
            Self::Solid => "#003087",
            Self::Striped => "url(#striped)",
            Self::Dotted => "url(#dotted)",
        }
    }
}

/// The patterns, once a page.
pub(super) const PATTERNS: &str = "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" \
    style=\"position:absolute\"><defs>\
    <pattern id=\"striped\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#fff\"/>\
    <rect width=\"3\" height=\"6\" fill=\"#003087\"/></pattern>\
    <pattern id=\"dotted\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
    <rect width=\"6\" height=\"6\" fill=\"#fff\"/><circle cx=\"3\" cy=\"3\" r=\"1.6\" \
    fill=\"#003087\"/></pattern></defs></svg>";

/// A chart: what it is called, what it says to who cannot see it, and its insides.
fn chart(id: &str, title: &str, said: &str, height: f64, inside: &str) -> String {
    format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         viewBox=\"0 0 {WIDTH} {height}\"><title id=\"{id}-title\">{}</title>\
         <desc id=\"{id}-desc\">{}</desc>{inside}</svg>",
        escaped(title),
        escaped(said)
    )
}

fn text(x: f64, y: f64, anchor: &str, words: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(words))
}

fn rule(from: (f64, f64), to: (f64, f64), class: &str) -> String {
    let ((x1, y1), (x2, y2)) = (from, to);
    format!("<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" class=\"{class}\"/>")
}

fn dot(x: f64, y: f64) -> String {
    format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#003087\"/>")
}

fn bar((x, y): (f64, f64), (width, height): (f64, f64), fill: Fill) -> String {
    format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{}\" \
         stroke=\"#003087\" stroke-width=\"0.8\"/>",
        fill.value()
    )
}

/// A round number at or above `most`, to draw up to: 1, 2 or 5 with noughts.
pub(super) fn ceiling(most: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 < most {
        power *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= most).unwrap_or(most)
}

/// Rules across at nought, half and all of `top`, each with its number.
fn scale(top: f64, label: impl Fn(f64) -> String) -> String {
    [0.0, 0.5, 1.0].into_iter().fold(String::new(), |drawn, part| {
        let y = TOP + HEIGHT * (1.0 - part);
        let line = rule((LEFT, y), (WIDTH - RIGHT, y), "grid");
        drawn + &line + &text(LEFT - 8.0, y + 4.0, "end", &label(top * part))
    })
}

/// How many wait in each week: solid up to 18 weeks, striped up to 52, dotted beyond.
pub(super) fn bands(bands: &[u32], said: &str) -> String {
    let most = f64::from(bands.iter().copied().max().unwrap_or(0));
    let top = ceiling(most.max(1.0));
    let step = (WIDTH - LEFT - RIGHT) / f64::from(u32::try_from(bands.len().max(1)).unwrap_or(1));
    let mut inside = scale(top, thousands);
    let at = |week: u32| LEFT + step * f64::from(week);
    for (week, number) in (0_u32..).zip(bands) {
        let tall = HEIGHT * f64::from(*number) / top;
        let fill = match week {
            0..18 => Fill::Solid,
            18..52 => Fill::Striped,
            _ => Fill::Dotted,
        };
        if *number > 0 {
            inside += &bar((at(week), TOP + HEIGHT - tall), (step * 0.86, tall), fill);
        }
    }
    for (week, words) in [(18, "18 weeks"), (52, "52 weeks"), (65, "65"), (78, "78"), (104, "104+")]
    {
        inside += &rule((at(week), TOP - 6.0), (at(week), TOP + HEIGHT), "mark");
        inside += &text(at(week), TOP - 12.0, "middle", words);
    }
    for week in [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100] {
        inside += &text(at(week), TOP + HEIGHT + 18.0, "middle", &week.to_string());
    }
    let below = TOP + HEIGHT + 38.0;
    inside += &text(LEFT + (WIDTH - LEFT) / 2.0, below, "middle", "Whole weeks waited");
    chart("bands", "How many people wait, by week waited", said, TOP + HEIGHT + BOTTOM, &inside)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers of a scale are round and of people"
)]
fn thousands(number: f64) -> String {
    if number.fract() == 0.0 { count(number as u32) } else { format!("{number:.1}") }
}

/// One line over months, from nought; `promised` is drawn across.
pub(super) struct Trend<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) said: &'a str,
    pub(super) points: &'a [(String, f64)],
    pub(super) top: f64,
    pub(super) promised: &'a [(String, f64)],
}

impl Trend<'_> {
    /// The chart; numbers are written by `label`.
    pub(super) fn svg(&self, label: impl Fn(f64) -> String) -> String {
        let mut inside = scale(self.top, &label);
        let gaps = f64::from(u32::try_from(self.points.len().max(2) - 1).unwrap_or(1));
        // The words of a promise stand right of the last point, not on it.
        let spare = if self.promised.is_empty() { 80.0 } else { 180.0 };
        let step = (WIDTH - LEFT - RIGHT - spare) / gaps;
        let y = |value: f64| TOP + HEIGHT * (1.0 - value / self.top);
        let places: Vec<(f64, f64)> = (0_u32..)
            .zip(self.points)
            .map(|(place, (_, value))| (LEFT + 40.0 + step * f64::from(place), y(*value)))
            .collect();
        for (words, value) in self.promised {
            inside += &rule((LEFT, y(*value)), (WIDTH - RIGHT, y(*value)), "promise");
            inside += &text(WIDTH - RIGHT, y(*value) - 5.0, "end", words);
        }
        let line = places.iter().fold(String::new(), |mut line, (x, y)| {
            // Writing to a string cannot fail.
            let _written = write!(line, "{x:.1},{y:.1} ");
            line
        });
        inside = inside + "<polyline class=\"trend\" points=\"" + line.trim_end() + "\"/>";
        for ((x, y), (month, value)) in places.iter().zip(self.points) {
            inside += &dot(*x, *y);
            inside += &text(*x, y - 10.0, "middle", &label(*value));
            inside += &text(*x, TOP + HEIGHT + 20.0, "middle", month);
        }
        chart(self.id, self.title, self.said, TOP + HEIGHT + BOTTOM - 12.0, &inside)
    }
}

/// One line of a month's account.
pub(super) struct Move {
    pub(super) words: String,
    /// From how many, and to how many.
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) fill: Fill,
    /// The number as it is written.
    pub(super) number: String,
}

/// The account of a month as steps from the opening to the closing.
pub(super) fn funnel(moves: &[Move], said: &str) -> String {
    let (label, number, row) = (270.0, 90.0, 30.0);
    let most = moves.iter().map(|one| one.from.max(one.to)).fold(1.0, f64::max);
    let wide = WIDTH - label - number;
    let mut inside = String::new();
    for (place, one) in (0_u32..).zip(moves) {
        let y = 8.0 + row * f64::from(place);
        let (low, high) = (one.from.min(one.to), one.from.max(one.to));
        let x = label + wide * low / most;
        let width = (wide * (high - low) / most).max(2.0);
        inside += &text(label - 10.0, y + 16.0, "end", &one.words);
        inside += &bar((x, y), (width, row - 8.0), one.fill);
        inside +=
            &text((x + width + 8.0).min(WIDTH - number + 8.0), y + 16.0, "start", &one.number);
    }
    let height = 16.0 + row * f64::from(u32::try_from(moves.len()).unwrap_or(0));
    chart("funnel", "How the list changed in the month", said, height, &inside)
}
