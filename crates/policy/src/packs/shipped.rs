//! The texts of the packs that come with the program.

/// A file of the folder `schema/policies`, as its name and text.
macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../schema/policies/", $name)))
    };
}

/// The files of the packs.
pub(crate) const SHIPPED: &[(&str, &str)] = &[
    file!("sel-consensus-2025-08/pack.toml"),
    file!("sel-consensus-2025-08/principles.toml"),
    file!("sel-consensus-2025-08/complete-care.toml"),
    file!("sel-consensus-2025-08/call-and-recall.toml"),
    file!("sel-consensus-2025-08/referrals.toml"),
    file!("sel-consensus-2025-08/waiting.toml"),
    file!("sel-consensus-2025-08/declines.toml"),
    file!("sel-consensus-2025-08/medicines.toml"),
    file!("nhs-standard-contract.toml"),
    file!("humber-lmc-guidance.toml"),
    file!("northern-lincolnshire-2024-05.toml"),
    file!("rtt-rules.toml"),
];

/// The calendar that working days are counted by.
pub(crate) const SHIPPED_CALENDAR: (&str, &str) = file!("bank-holidays-england.toml");
