//! A document without its plain strings: what stays the same when only the pathway asked about
//! changes, however the client writes it down.

/// Bytes of a document whose plan may be kept.
const DOCUMENT_BYTES_MAX: usize = 4 * 1024;

/// A document and the strings taken out of it, in their order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Skeleton<'a> {
    /// The document with `""` where a string stood.
    pub(crate) text: String,
    /// The strings.
    pub(crate) strings: Vec<&'a str>,
}

impl<'a> Skeleton<'a> {
    /// Takes the strings out. `None` for a document that is long, has a comment, or has a string of
    /// another kind than `"letters-digits:_"`: with escapes and block strings, what is a string would
    /// be the lexer's to say. No string taken out is empty, so no two documents that differ in more
    /// than the strings have the same text.
    pub(crate) fn of(document: &'a str) -> Option<Self> {
        if document.len() > DOCUMENT_BYTES_MAX || document.contains('#') {
            return None;
        }
        let mut text = String::with_capacity(document.len());
        let mut strings = Vec::new();
        let mut parts = document.split('"');
        text.push_str(parts.next()?);
        while let Some(string) = parts.next() {
            if string.is_empty() || !string.bytes().all(is_plain) {
                return None;
            }
            text.push_str("\"\"");
            text.push_str(parts.next()?);
            strings.push(string);
        }
        Some(Self { text, strings })
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(document: &str) -> Option<String> {
        Skeleton::of(document).map(|skeleton| skeleton.text)
    }

    #[test]
    fn documents_that_differ_in_their_plain_strings_alone_have_one_text() {
        let one = Skeleton::of(r#"{ a(x: "1") b(y: "2-3") }"#).unwrap();
        assert_eq!(one.text, r#"{ a(x: "") b(y: "") }"#);
        assert_eq!(one.strings, ["1", "2-3"]);
        assert_eq!(text(r#"{ a(x: "7") b(y: "8") }"#), Some(one.text));
    }

    #[test]
    fn a_document_without_strings_is_its_own_text() {
        assert_eq!(text("{ a }").as_deref(), Some("{ a }"));
        assert_eq!(text("").as_deref(), Some(""));
    }

    #[test]
    fn strings_that_only_a_lexer_can_tell_are_left_alone() {
        for document in [
            r#"{ a(x: "") }"#,
            r#"{ a(x: """1""") }"#,
            r#"{ a(x: "\"1") }"#,
            r#"{ a(x: "1 2") }"#,
            r#"{ a(x: "1) }"#,
            "{ a(x: \"1\n\") }",
            "{ a # \"1\"\n }",
        ] {
            assert_eq!(text(document), None, "{document}");
        }
    }

    #[test]
    fn a_long_document_is_left_alone_at_the_byte() {
        assert!(text(&" ".repeat(DOCUMENT_BYTES_MAX)).is_some());
        assert!(text(&" ".repeat(DOCUMENT_BYTES_MAX + 1)).is_none());
    }
}
