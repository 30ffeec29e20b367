//! The sheet: one order of things, laid out as text and as HTML.

use std::fmt::Write as _;

use crate::Print;

/// Where lines of text are broken.
const WIDTH: usize = 78;

/// A block of a letter, its words escaped for where they go.
pub(crate) enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<String>),
}

/// A letter before it is laid out.
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) head: Vec<(&'static str, String)>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) signed: [String; 3],
}

/// As plain text.
pub(crate) fn text(sheet: &Sheet) -> String {
    let mut blocks: Vec<String> = vec![underlined(&sheet.title, '=')];
    let head = sheet.head.iter().map(|(label, value)| wrapped(&format!("{label}: {value}"), "  "));
    blocks.push(head.collect::<Vec<_>>().join("\n"));
    for block in &sheet.blocks {
        blocks.push(match block {
            Block::Heading(words) => underlined(words, '-'),
            Block::Paragraph(words) => wrapped(words, ""),
            Block::List(items) => {
                let items = items.iter().map(|item| wrapped(&format!("- {item}"), "  "));
                items.collect::<Vec<_>>().join("\n")
            }
        });
    }
    blocks.push(sheet.signed.join("\n"));
    blocks.join("\n\n") + "\n"
}

fn underlined(words: &str, line: char) -> String {
    let width = words.chars().count().min(WIDTH);
    format!("{words}\n{}", line.to_string().repeat(width))
}

/// Broken between words; lines after the first begin with `indent`.
fn wrapped(words: &str, indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words.split(' ') {
        let longer = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && longer > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines.join("\n")
}

/// As an HTML document that names its language, has one heading of each rank in order, and needs no
/// style sheet.
pub(crate) fn html(sheet: &Sheet, print: Print) -> String {
    let body = match print {
        Print::Ordinary => "<body>",
        Print::Large => "<body style=\"font-size: 150%; line-height: 1.5\">",
    };
    let title = &sheet.title;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n</head>\n{body}\n<main>\n<h1>{title}</h1>\n<dl>\n"
    );
    for (label, value) in &sheet.head {
        put(&mut html, format_args!("<dt>{label}</dt><dd>{value}</dd>\n"));
    }
    html.push_str("</dl>\n");
    for block in &sheet.blocks {
        match block {
            Block::Heading(words) => put(&mut html, format_args!("<h2>{words}</h2>\n")),
            Block::Paragraph(words) => put(&mut html, format_args!("<p>{words}</p>\n")),
            Block::List(items) => {
                html.push_str("<ul>\n");
                for item in items {
                    put(&mut html, format_args!("<li>{item}</li>\n"));
                }
                html.push_str("</ul>\n");
            }
        }
    }
    let [name, role, organisation] = &sheet.signed;
    put(&mut html, format_args!("<p>{name}<br>{role}<br>{organisation}</p>\n"));
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// Writing to a string cannot fail.
fn put(html: &mut String, words: std::fmt::Arguments<'_>) {
    if html.write_fmt(words).is_err() {
        html.clear();
    }
}
