//! The bytes of a file on their way to the CSV reader: what an editor calls a line, and what is no text.
//!
//! Carriage returns and a byte order mark are taken out and a missing last line end is put in, so
//! that lines are counted as an editor counts them; quotes and UTF-8 are watched.

use std::{
    collections::VecDeque,
    io::{Error, Read, Result},
};

/// The most bytes of a quoted value: more is a quote that was never closed.
pub(crate) const VALUE_BYTES_MAX: u64 = 1024 * 1024;

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// Where in a value the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted { opened: u64, bytes: u64 },
    QuoteInQuoted { opened: u64, bytes: u64 },
}

/// What makes a file unreadable as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    Utf8 { line: u64, offset: u64 },
    Quote { line: u64 },
}

/// A quote in a value that is not in quotes, or text after the quote that closes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stray {
    /// The line in which it stands.
    pub(crate) line: u64,
    /// Its field, from 0.
    pub(crate) field: usize,
}

/// A reader that watches.
#[derive(Debug)]
pub(crate) struct Watch<R> {
    input: R,
    delimiter: u8,
    at: At,
    line: u64,
    /// Fields of the row before this one.
    field: usize,
    /// What was seen and not asked for yet, one a field.
    stray: VecDeque<Stray>,
    /// Bytes handed on so far.
    kept: u64,
    /// Bytes read so far, as they stand in the file.
    pub(crate) offset: u64,
    last: u8,
    /// The beginning of a character of which the rest is still to come.
    begun: Vec<u8>,
    ended: bool,
    /// What was found wrong; reading stops there.
    pub(crate) bad: Option<Bad>,
    /// Whether the file begins with the mark of UTF-16.
    pub(crate) utf16: bool,
}

impl<R: Read> Watch<R> {
    pub(crate) fn of(input: R, delimiter: u8) -> Self {
        let (at, begun) = (At::Start, Vec::new());
        Self {
            input,
            delimiter,
            at,
            line: 1,
            field: 0,
            stray: VecDeque::new(),
            kept: 0,
            offset: 0,
            last: b'\n',
            begun,
            ended: false,
            bad: None,
            utf16: false,
        }
    }

    /// The line where a quote was opened that nothing closed.
    pub(crate) fn open_quote(&self) -> Option<u64> {
        if let At::Quoted { opened, .. } = self.at { Some(opened) } else { None }
    }

    /// The first stray quote in these lines. What stands before them is forgotten.
    pub(crate) fn stray_within(&mut self, from: u64, to: u64) -> Option<Stray> {
        while self.stray.front().is_some_and(|stray| stray.line < from) {
            self.stray.pop_front();
        }
        self.stray.front().copied().filter(|stray| stray.line < to)
    }

    /// Whether what ends at this byte of what was handed on is ended by the file and by no line end.
    pub(crate) fn cut_off_at(&self, byte: u64) -> bool {
        self.ended && self.kept == byte && self.open_quote().is_some()
    }

    /// Whether the last line has its end.
    pub(crate) fn last_line_ended(&self) -> bool {
        self.last == b'\n'
    }

    /// Watches what was read and moves what is kept to the front.
    fn watched(&mut self, bytes: &mut [u8]) -> Result<usize> {
        if self.offset == 0 {
            self.utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        }
        self.check_text(bytes)?;
        let mut kept = 0;
        for place in 0..bytes.len() {
            let Some(byte) = bytes.get(place).copied() else { break };
            let of_mark = usize::try_from(self.offset).ok().and_then(|at| BYTE_ORDER_MARK.get(at));
            self.offset += 1;
            if byte == b'\r' || of_mark == Some(&byte) {
                continue;
            }
            self.follow(byte)?;
            self.last = byte;
            bytes.swap(kept, place);
            kept += 1;
        }
        self.kept += kept as u64;
        Ok(kept)
    }

    fn follow(&mut self, byte: u8) -> Result<()> {
        let ends = byte == self.delimiter || byte == b'\n';
        self.at = match (self.at, byte) {
            (At::Start, b'"') => At::Quoted { opened: self.line, bytes: 0 },
            (At::Quoted { opened, bytes }, b'"') => At::QuoteInQuoted { opened, bytes },
            (At::Quoted { opened, bytes }, _) if bytes >= VALUE_BYTES_MAX => {
                return self.stop(Bad::Quote { line: opened });
            }
            (At::Quoted { opened, bytes }, _) => At::Quoted { opened, bytes: bytes + 1 },
            (At::QuoteInQuoted { opened, bytes }, b'"') => At::Quoted { opened, bytes },
            (At::Start | At::Plain | At::QuoteInQuoted { .. }, _) if ends => At::Start,
            (At::Plain, b'"') | (At::QuoteInQuoted { .. }, _) => self.stray(),
            (At::Start | At::Plain, _) => At::Plain,
        };
        if self.at == At::Start {
            self.field = if byte == b'\n' { 0 } else { self.field + 1 };
        }
        self.line += u64::from(byte == b'\n');
        Ok(())
    }

    /// Notes a stray quote, once a field: the rest of it is a value without quotes.
    fn stray(&mut self) -> At {
        let stray = Stray { line: self.line, field: self.field };
        if self.stray.back() != Some(&stray) {
            self.stray.push_back(stray);
        }
        At::Plain
    }

    /// Stops at the first byte that is not UTF-8; a character may be cut by the end of what was read.
    fn check_text(&mut self, bytes: &[u8]) -> Result<()> {
        let before = self.begun.len() as u64;
        let mut text = std::mem::take(&mut self.begun);
        text.extend_from_slice(bytes);
        let Err(error) = std::str::from_utf8(&text) else { return Ok(()) };
        let good = error.valid_up_to();
        let rest = text.get(good..).unwrap_or_default();
        if error.error_len().is_none() && !bytes.is_empty() {
            self.begun = rest.to_vec();
            return Ok(());
        }
        let lines = text.iter().take(good).filter(|byte| **byte == b'\n').count() as u64;
        let offset = self.offset + good as u64 - before;
        self.stop(Bad::Utf8 { line: self.line + lines, offset })
    }

    fn stop(&mut self, bad: Bad) -> Result<()> {
        self.bad = Some(bad);
        Err(Error::other("the file is no CSV"))
    }
}

impl<R: Read> Read for Watch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let read = self.input.read(buffer)?;
            if read == 0 {
                if !self.begun.is_empty() {
                    self.check_text(&[])?;
                }
                return Ok(self.last_line_end(buffer));
            }
            let kept = self.watched(buffer.get_mut(..read).unwrap_or_default())?;
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

impl<R> Watch<R> {
    /// Puts in, once, the line end that the last line lacks.
    fn last_line_end(&mut self, buffer: &mut [u8]) -> usize {
        let lacks = self.last != b'\n' && !self.ended;
        self.ended = true;
        match buffer.first_mut() {
            Some(first) if lacks => {
                *first = b'\n';
                self.kept += 1;
                1
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives a few bytes at a time.
    struct Few<'a>(&'a [u8], usize);

    impl Read for Few<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    fn watched(input: &[u8], few: usize) -> (Vec<u8>, Watch<Few<'_>>) {
        let mut watch = Watch::of(Few(input, few), b',');
        let mut kept = Vec::new();
        let ended = watch.read_to_end(&mut kept);
        assert_eq!(ended.is_err(), watch.bad.is_some());
        (kept, watch)
    }

    #[test]
    fn a_mark_and_carriage_returns_are_taken_out_and_the_last_line_end_put_in() {
        for few in [1, 2, 3, 64] {
            let (kept, watch) = watched(b"\xef\xbb\xbfa,b\r\n\"c\r\nd\",\xc3\xa9", few);
            assert_eq!(kept, "a,b\n\"c\nd\",é\n".as_bytes());
            assert!(!watch.last_line_ended() && watch.open_quote().is_none());
            assert_eq!(watched(b"", few).0, b"");
        }
    }

    #[test]
    fn a_byte_that_is_not_utf_8_is_told_by_line_and_offset() {
        for few in [1, 2, 64] {
            let bad = |input| watched(input, few).1.bad;
            assert_eq!(bad(b"a\r\nb\xe9,c\n"), Some(Bad::Utf8 { line: 2, offset: 4 }));
            assert_eq!(bad(b"a\nb\xc3"), Some(Bad::Utf8 { line: 2, offset: 3 }));
            assert_eq!(bad(b"\xff\xfea\0"), Some(Bad::Utf8 { line: 1, offset: 0 }));
        }
        assert!(watched(b"\xff\xfea\0", 64).1.utf16);
    }

    #[test]
    fn a_quote_that_stays_open_is_known_by_its_line_and_others_are_let_be() {
        let open = |input: &[u8]| watched(input, 3).1.open_quote();
        assert_eq!(open(b"a\nb,\"c\nd\n"), Some(2));
        assert_eq!(open(b"a\nb,\"c\n\"\"\nd\n"), Some(2));
        assert_eq!(open(b"a\n5\" nail,\"c\"\"d\"\n"), None);
    }

    #[test]
    fn a_quote_inside_a_plain_value_and_text_after_a_closed_one_are_stray() {
        for few in [1, 3, 64] {
            let stray = |input| watched(input, few).1.stray.into_iter().collect::<Vec<_>>();
            let at = |line, field| Stray { line, field };
            assert_eq!(stray(b"a,b\n5\" nail\" x,\"c\"\"d\"\n"), [at(2, 0)]);
            assert_eq!(stray(b"a,b\nx,\"c\"d\n\"e\nf\",g\"\n"), [at(2, 1), at(4, 1)]);
            assert_eq!(stray(b"\"a\",\"\"\n\"\"\"b\"\"\",\r\n"), []);
        }
    }

    #[test]
    fn a_value_without_end_stops_the_reading() {
        let mut input = b"a\n\"".to_vec();
        input.extend(vec![b'x'; usize::try_from(VALUE_BYTES_MAX).unwrap() + 1]);
        assert_eq!(watched(&input, 4_096).1.bad, Some(Bad::Quote { line: 2 }));
    }
}
