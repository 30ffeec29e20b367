//! Laws of the figures, whatever the counts.

use proptest::{array::uniform32, prelude::*};

use crate::{BANDS, PercentileMethod};

fn bands(counts: [u32; 32]) -> [u32; BANDS] {
    let mut bands = [0; BANDS];
    counts.iter().enumerate().for_each(|(place, count)| bands[place * 3] = *count);
    bands
}

proptest! {
    #[test]
    fn a_percentile_lies_in_a_band_that_holds_somebody_and_grows_with_its_rank(
        counts in uniform32(0_u32..40),
        percent in 1_u64..99,
    ) {
        let bands = bands(counts);
        let total: u32 = bands.iter().sum();
        let method = PercentileMethod::Rtt2025;
        let found = method.percentile(percent, &bands);
        prop_assert_eq!(found.is_some(), total >= 20);
        let Some(found) = found else { return Ok(()) };
        let holds = |band: usize| bands[band] > 0;
        let at_border = found.weeks.fract() == 0.0 && found.weeks > 0.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 104")]
        let band = found.weeks as usize;
        prop_assert!(holds(band) || (at_border && holds(band - 1)), "{:?}", found);
        let next = method.percentile(percent + 1, &bands);
        prop_assert!(next.is_some_and(|next| next.weeks >= found.weeks));
    }
}
