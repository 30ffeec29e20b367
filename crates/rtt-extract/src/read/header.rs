//! Where each column is, by its name in the header.

use csv::StringRecord;

use crate::{
    ExtractError,
    bands::{BANDS, column_of_band},
};

/// The named columns beside the bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Period,
    ProviderParent,
    ProviderParentName,
    Provider,
    ProviderName,
    CommissionerParent,
    CommissionerParentName,
    Commissioner,
    CommissionerName,
    Part,
    Function,
    FunctionName,
    Total,
    UnknownStart,
    TotalAll,
}

/// Each named column with the title the file gives it, in the order of [`Named`].
const TITLES: [(Named, &str); 15] = [
    (Named::Period, "Period"),
    (Named::ProviderParent, "Provider Parent Org Code"),
    (Named::ProviderParentName, "Provider Parent Name"),
    (Named::Provider, "Provider Org Code"),
    (Named::ProviderName, "Provider Org Name"),
    (Named::CommissionerParent, "Commissioner Parent Org Code"),
    (Named::CommissionerParentName, "Commissioner Parent Name"),
    (Named::Commissioner, "Commissioner Org Code"),
    (Named::CommissionerName, "Commissioner Org Name"),
    (Named::Part, "RTT Part Type"),
    (Named::Function, "Treatment Function Code"),
    (Named::FunctionName, "Treatment Function Name"),
    (Named::Total, "Total"),
    (Named::UnknownStart, "Patients with unknown clock start date"),
    (Named::TotalAll, "Total All"),
];

impl Named {
    /// Its title in the file.
    pub(super) fn title(self) -> &'static str {
        TITLES.iter().find(|(named, _)| *named == self).map_or("", |(_, title)| title)
    }
}

/// The places of the columns.
#[derive(Debug)]
pub(super) struct Header {
    named: Vec<usize>,
    bands: Vec<usize>,
}

impl Header {
    /// Finds every column; a byte order mark, white space and letter case do not matter.
    pub(super) fn of(titles: &StringRecord) -> Result<Self, ExtractError> {
        let plain = |raw: &str| raw.trim_start_matches('\u{feff}').trim().to_ascii_lowercase();
        let titles: Vec<String> = titles.iter().map(plain).collect();
        let find = |column: &str| {
            let wanted = plain(column);
            titles
                .iter()
                .position(|title| *title == wanted)
                .ok_or_else(|| ExtractError::MissingColumn { column: column.to_owned() })
        };
        let named = TITLES.iter().map(|(_, title)| find(title)).collect::<Result<_, _>>()?;
        let bands = (0..BANDS).map(|band| find(&column_of_band(band))).collect::<Result<_, _>>()?;
        Ok(Self { named, bands })
    }

    /// The place of a named column.
    pub(super) fn place(&self, column: Named) -> Option<usize> {
        self.named.get(column as usize).copied()
    }

    /// The places of the bands, in order.
    pub(super) fn bands(&self) -> &[usize] {
        &self.bands
    }
}
