//! The shape of a real list: how it divides over providers, functions and week bands.
//!
//! Figures of NHS England's RTT extract of January 2026, the rows commissioned by South East London
//! (QKK), Part 2 and Part 2A (Open Government Licence v3.0): 220,019 people at 163 providers. Each
//! table is drawn from by itself: which provider says nothing of which function or how long.

use super::chance::Shares;

/// How many wait on the list these figures are of.
pub(super) const PATHWAYS: u32 = 220_019;

/// How many of them have a decision to admit (Part 2A).
pub(super) const DECIDED: u32 = 43_287;

/// How many providers the list names.
pub(super) const PROVIDERS: usize = 163;

/// How many wait at each of the 36 largest providers, the largest first.
const AT_PROVIDER: [u32; 36] = [
    68_354, 61_367, 53_970, 10_128, 3_673, 3_467, 2_641, 2_142, 2_141, 1_655, 1_309, 1_178, 836,
    768, 767, 621, 493, 457, 375, 337, 294, 291, 288, 191, 185, 162, 158, 127, 121, 109, 108, 89,
    81, 62, 56, 53,
];

/// How many wait for each reporting function.
const IN_FUNCTION: [(&str, &str, u32); 23] = [
    ("C_100", "General Surgery Service", 16_558),
    ("C_101", "Urology Service", 12_782),
    ("C_110", "Trauma and Orthopaedic Service", 16_775),
    ("C_120", "Ear Nose and Throat Service", 16_998),
    ("C_130", "Ophthalmology Service", 16_086),
    ("C_140", "Oral Surgery Service", 10_746),
    ("C_150", "Neurosurgical Service", 1_671),
    ("C_160", "Plastic Surgery Service", 2_965),
    ("C_170", "Cardiothoracic Surgery Service", 58),
    ("C_300", "General Internal Medicine Service", 2_130),
    ("C_301", "Gastroenterology Service", 11_987),
    ("C_320", "Cardiology Service", 11_730),
    ("C_330", "Dermatology Service", 10_032),
    ("C_340", "Respiratory Medicine Service", 8_184),
    ("C_400", "Neurology Service", 5_116),
    ("C_410", "Rheumatology Service", 2_210),
    ("C_430", "Elderly Medicine Service", 1_348),
    ("C_502", "Gynaecology Service", 22_176),
    ("X02", "Other - Medical Services", 18_165),
    ("X03", "Other - Mental Health Services", 28),
    ("X04", "Other - Paediatric Services", 9_578),
    ("X05", "Other - Surgical Services", 18_394),
    ("X06", "Other - Other Services", 4_302),
];

/// How many have waited in each week band, 0 to 1 week first, 104 weeks and more last.
const IN_BAND: [u32; rtt_extract::BANDS] = [
    12_924, 11_908, 10_833, 9_642, 4_868, 4_768, 8_652, 8_417, 8_179, 7_667, 7_657, 7_588, 7_016,
    6_269, 6_276, 6_082, 5_657, 5_344, 4_471, 4_201, 4_068, 3_774, 2_766, 3_538, 3_362, 3_294,
    3_166, 3_021, 2_964, 2_812, 2_555, 2_458, 2_398, 2_345, 2_299, 1_750, 2_200, 2_087, 1_600,
    1_667, 1_241, 1_264, 1_467, 1_508, 1_302, 1_236, 1_099, 1_076, 849, 754, 721, 698, 581, 530,
    500, 401, 264, 152, 318, 273, 231, 512, 128, 95, 73, 32, 33, 32, 21, 12, 13, 3, 6, 4, 4, 4, 11,
    3, 1, 4, 2, 0, 1, 1, 3, 1, 1, 2, 2, 1, 1, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1,
];

/// Shares of the providers by rank; those beyond the largest share the rest alike.
pub(super) fn providers() -> Shares {
    let named: u32 = AT_PROVIDER.iter().sum();
    let others = u32::try_from(PROVIDERS - AT_PROVIDER.len()).unwrap_or(1);
    let rest = PATHWAYS - named;
    let alike = (0..others).map(|place| rest * (place + 1) / others - rest * place / others);
    Shares::of(AT_PROVIDER.into_iter().chain(alike))
}

/// Shares of the functions, in the order of [`function`].
pub(super) fn functions() -> Shares {
    Shares::of(IN_FUNCTION.map(|(_, _, count)| count))
}

/// Code and name of the function at that place.
pub(super) fn function(place: usize) -> (&'static str, &'static str) {
    IN_FUNCTION.get(place).map_or(("X06", ""), |(code, name, _)| (code, name))
}

/// Shares of the week bands.
pub(super) fn bands() -> Shares {
    Shares::of(IN_BAND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_of_the_same_list() {
        let functions: u32 = IN_FUNCTION.iter().map(|(_, _, count)| count).sum();
        assert_eq!((functions, IN_BAND.iter().sum()), (PATHWAYS, PATHWAYS));
        for (shares, places) in [(providers(), PROVIDERS), (super::functions(), 23), (bands(), 105)]
        {
            assert_eq!((shares.whole(), shares.places()), (PATHWAYS, places));
        }
    }
}
