//! Drawings of what was measured: bars, one file for each part.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::measure::Line;

const WIDTH: u64 = 760;
const LEFT: u64 = 230;
const ROW: u64 = 22;

/// Draws each part, time and memory beside each other.
pub(crate) fn draw(lines: &[Line], folder: &Path) {
    let mut parts: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        parts.entry(&line.part).or_default().push(line);
    }
    for (part, lines) in parts {
        let name: String = part
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
            .collect();
        for (what, unit, value) in [
            (
                "time",
                "ms",
                (|it: &Line| it.milliseconds) as fn(&Line) -> u64,
            ),
            ("memory", "KiB", |it: &Line| it.kibibytes),
        ] {
            let path = folder.join(format!("{name}-{what}.svg"));
            let text = bars(&format!("{part}: {what}"), unit, &lines, value);
            std::fs::write(path, text).expect("a file can be written");
        }
    }
}

fn bars(title: &str, unit: &str, lines: &[&Line], value: fn(&Line) -> u64) -> String {
    let most = lines.iter().map(|it| value(it)).max().unwrap_or(1).max(1);
    let rows = u64::try_from(lines.len()).expect("a number");
    let height = (rows + 2) * ROW;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\"><title>{title}</title>\
         <text x=\"8\" y=\"16\" font-weight=\"bold\">{title} ({unit})</text>\n"
    );
    for (index, line) in lines.iter().enumerate() {
        let y = (u64::try_from(index).expect("a number") + 1) * ROW + 6;
        let number = value(line);
        let width = number * (WIDTH - LEFT - 90) / most;
        let colour = if line.way.starts_with("audit") {
            "#0b57b0"
        } else {
            "#8a94a0"
        };
        // Writing to a text can't fail.
        let _ = writeln!(
            text,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}, {}</text>\
             <rect x=\"{LEFT}\" y=\"{y}\" width=\"{width}\" height=\"14\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{}\">{number}</text>",
            LEFT - 8,
            y + 12,
            line.way,
            line.size,
            LEFT + width + 6,
            y + 12
        );
    }
    text.push_str("</svg>\n");
    text
}
