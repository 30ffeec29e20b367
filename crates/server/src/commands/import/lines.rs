//! Lines of a file or a pipe, each read up to a bound: a line that is too long is never held whole.

use std::io::{self, BufRead};

/// The most bytes of a line.
pub(in crate::commands) const LINE_BYTES_MAX: usize = 1024 * 1024;

/// Lines of an input.
pub(in crate::commands) struct Lines<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
    bytes: u64,
}

/// What a line holds, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::commands) enum Line<'a> {
    Whole(&'a [u8]),
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(in crate::commands) fn of(input: R) -> Self {
        Self { input, line: Vec::new(), number: 0, bytes: 0 }
    }

    /// Bytes read so far.
    pub(in crate::commands) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line and its number, from 1; none at the end.
    pub(in crate::commands) fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.line.clear();
        let before = self.bytes;
        let mut fits = true;
        loop {
            let (taken, ended) = self.take(&mut fits)?;
            self.bytes += taken as u64;
            if taken == 0 && self.bytes == before {
                return Ok(None);
            }
            if ended || taken == 0 {
                break;
            }
        }
        self.number += 1;
        let line = if fits { Line::Whole(&self.line) } else { Line::TooLong };
        Ok(Some((self.number, line)))
    }

    /// Takes what the buffer has of this line: how many bytes, and whether the line ended.
    fn take(&mut self, fits: &mut bool) -> io::Result<(usize, bool)> {
        let there = match self.input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return self.take(fits),
            other => other?,
        };
        let end = there.iter().position(|byte| *byte == b'\n');
        let part = there.get(..end.unwrap_or(there.len())).unwrap_or_default();
        *fits = *fits && self.line.len() + part.len() <= LINE_BYTES_MAX;
        if *fits {
            self.line.extend_from_slice(part);
        }
        let taken = part.len() + usize::from(end.is_some());
        self.input.consume(taken);
        Ok((taken, end.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Vec<(u64, Option<usize>)> {
        let mut lines = Lines::of(io::BufReader::with_capacity(7, input));
        let mut all = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            all.push((number, if let Line::Whole(line) = line { Some(line.len()) } else { None }));
        }
        assert_eq!(lines.bytes(), input.len() as u64);
        all
    }

    #[test]
    fn lines_are_numbered_from_one_and_the_last_needs_no_end() {
        assert_eq!(read(b"one\n\nthree is longer"), [(1, Some(3)), (2, Some(0)), (3, Some(15))]);
        assert_eq!(read(b"one\n"), [(1, Some(3))]);
        assert_eq!(read(b""), []);
    }

    #[test]
    fn a_line_of_the_most_bytes_is_read_and_one_byte_more_is_skipped_to_its_end() {
        let mut input = vec![b'a'; LINE_BYTES_MAX];
        input.push(b'\n');
        input.extend(vec![b'b'; LINE_BYTES_MAX + 1]);
        input.extend(b"\nlast");
        assert_eq!(read(&input), [(1, Some(LINE_BYTES_MAX)), (2, None), (3, Some(4))]);
    }
}
