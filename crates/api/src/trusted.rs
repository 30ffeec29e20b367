//! The documents that anybody may run, as they ship (`schema/graphql/trusted`).

use crate::{
    World,
    transport::{TrustedDocument, TrustedDocuments},
};

const PUBLIC_WAITS: &str = include_str!("../../../schema/graphql/trusted/public-waits.graphql");

/// Every document of the folder, each with the age its answers may have by the settings of today.
pub fn trusted_documents(world: &World) -> TrustedDocuments {
    let today = pathway::london::date_of(world.now());
    let settings = world.rules.public_waits.on(today);
    let max_age_seconds = settings.map_or(0, |settings| settings.max_age_seconds);
    TrustedDocuments::new(vec![TrustedDocument::new(PUBLIC_WAITS, max_age_seconds)])
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{parse_query, types::Selection};

    use super::*;

    /// The documents of the folder, by file name.
    fn in_the_folder() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/graphql/trusted");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    #[test]
    fn every_document_of_the_folder_ships_and_asks_for_public_fields_alone() {
        assert_eq!(in_the_folder(), [PUBLIC_WAITS]);
        let document = parse_query(PUBLIC_WAITS).unwrap();
        let operations: Vec<_> = document.operations.iter().collect();
        assert_eq!((operations.len(), document.fragments.len()), (1, 0));
        for (_, operation) in operations {
            let fields = operation.node.selection_set.node.items.iter();
            let names = fields.map(|item| match &item.node {
                Selection::Field(field) => field.node.name.node.as_str(),
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => "a fragment",
            });
            assert_eq!(names.collect::<Vec<_>>(), ["publicWaits"]);
        }
    }
}
