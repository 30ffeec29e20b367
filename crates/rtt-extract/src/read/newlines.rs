//! Line ends: `\r\n` is read as `\n`, so that lines are counted as an editor counts them.

use std::io::{Read, Result};

/// A reader without carriage returns.
pub(super) struct Newlines<R>(pub(super) R);

impl<R: Read> Read for Newlines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let read = self.0.read(buffer)?;
            let filled = buffer.get_mut(..read).unwrap_or_default();
            let kept = without_carriage_returns(filled);
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

/// Moves the other bytes to the front and says how many there are.
fn without_carriage_returns(bytes: &mut [u8]) -> usize {
    let mut kept = 0;
    for place in 0..bytes.len() {
        if bytes.get(place).is_some_and(|byte| *byte != b'\r') {
            bytes.swap(kept, place);
            kept += 1;
        }
    }
    kept
}
