//! Laws: what a row tells depends on nothing but the row, and no bytes make the reader fall over.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{HEADER, ROW, map, read, read_by};
use crate::MappedStep;

fn by_command(lines: &[&str]) -> BTreeMap<steps::CommandId, MappedStep> {
    let steps = read(lines).into_iter().flat_map(|row| row.steps);
    steps.map(|step| (step.command_id, step)).collect()
}

proptest! {
    #[test]
    fn rows_in_any_order_tell_the_same(shuffled in Just((1..=20).collect::<Vec<u32>>()).prop_shuffle()) {
        let row = |n: &u32| ROW.replace("R1", &format!("R{n}")).replace("W1", &format!("W{}", n % 4));
        let lines = |order: &[u32]| {
            let rows: Vec<String> = order.iter().map(row).collect();
            let mut lines = vec![HEADER.to_owned()];
            lines.extend(rows);
            lines
        };
        let read = |order: &[u32]| {
            let lines = lines(order);
            by_command(&lines.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let in_order: Vec<u32> = (1..=20).collect();
        prop_assert_eq!(read(&in_order), read(&shuffled));
        prop_assert_eq!(read(&shuffled).len(), 40);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0..400_usize) {
        let mut file = format!("{HEADER}\n{ROW}\n").into_bytes();
        file.truncate(cut);
        file.extend(bytes);
        if let Ok(rows) = read_by(map(), &file) {
            for row in rows {
                prop_assert!(row.line >= 2);
            }
        }
    }
}
