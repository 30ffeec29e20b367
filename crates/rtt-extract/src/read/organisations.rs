//! The organisations that the rows name, each once.

use std::collections::BTreeMap;

use steps::{Label, OdsCode};

use super::{header::Named, line::Line};
use crate::{ExtractError, extract::OrganisationEntry};

/// The columns that name one organisation and its parent.
struct Columns {
    code: Named,
    name: Named,
    parent: Named,
    parent_name: Named,
}

const PROVIDER: Columns = Columns {
    code: Named::Provider,
    name: Named::ProviderName,
    parent: Named::ProviderParent,
    parent_name: Named::ProviderParentName,
};

const COMMISSIONER: Columns = Columns {
    code: Named::Commissioner,
    name: Named::CommissionerName,
    parent: Named::CommissionerParent,
    parent_name: Named::CommissionerParentName,
};

/// What a row says of its two organisations.
pub(super) struct Parties {
    pub(super) provider: OdsCode,
    pub(super) provider_parent: Option<OdsCode>,
    pub(super) commissioner: OdsCode,
    pub(super) commissioner_parent: Option<OdsCode>,
}

/// Takes the organisations of a line into `all`.
pub(super) fn take(
    all: &mut BTreeMap<OdsCode, OrganisationEntry>,
    line: &Line<'_>,
) -> Result<Parties, ExtractError> {
    let (provider, provider_parent) = take_one(all, line, &PROVIDER)?;
    let (commissioner, commissioner_parent) = take_one(all, line, &COMMISSIONER)?;
    if let Some(entry) = all.get_mut(&provider) {
        entry.provides = true;
    }
    if let Some(entry) = all.get_mut(&commissioner) {
        entry.commissions = true;
    }
    Ok(Parties { provider, provider_parent, commissioner, commissioner_parent })
}

fn take_one(
    all: &mut BTreeMap<OdsCode, OrganisationEntry>,
    line: &Line<'_>,
    columns: &Columns,
) -> Result<(OdsCode, Option<OdsCode>), ExtractError> {
    let code: OdsCode = line.value(columns.code)?;
    let parent: Option<OdsCode> = line.optional(columns.parent)?;
    let name = line.optional(columns.name)?;
    note(all, line, (&code, name), columns.name)?;
    if let Some(parent) = &parent {
        let parent_name = line.optional(columns.parent_name)?;
        note(all, line, (parent, parent_name), columns.parent_name)?;
        if let Some(entry) = all.get_mut(&code)
            && entry.parent.is_none()
            && *parent != code
        {
            entry.parent = Some(parent.clone());
        }
    }
    Ok((code, parent))
}

/// Keeps an organisation at its first naming; one without a name goes by its code.
fn note(
    all: &mut BTreeMap<OdsCode, OrganisationEntry>,
    line: &Line<'_>,
    (code, name): (&OdsCode, Option<Label>),
    column: Named,
) -> Result<(), ExtractError> {
    if all.contains_key(code) {
        return Ok(());
    }
    let by_code =
        || code.as_str().parse().map_err(|_not_a_label| line.bad(column.title(), Label::EXPECTED));
    let name = name.map_or_else(by_code, Ok)?;
    let entry = OrganisationEntry { name, parent: None, provides: false, commissions: false };
    all.insert(code.clone(), entry);
    Ok(())
}
