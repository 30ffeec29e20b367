//! A plan: a document of `whoToContact` alone, read once and ready to be answered.

use async_graphql::{
    Name, Request, Value as ConstValue,
    parser::types::{ExecutableDocument, Field, OperationDefinition, OperationType, Selection},
};
use async_graphql_value::Value;

use super::writing::Chosen;
use crate::{
    World,
    identity::Principal,
    schema::{
        scalars::pathway_id,
        who_to_contact::{Contacts, as_of_now},
    },
};

const FIELD: &str = "whoToContact";
const ARGUMENT: &str = "pathwayId";

/// Questions in one document. More of them are worth the executor, which lets others have a turn.
const QUESTIONS_MAX: usize = 8;

/// A document that was read.
pub(crate) struct Plan {
    operation: Option<Name>,
    questions: Vec<Question>,
}

/// One `whoToContact` of the document.
struct Question {
    key: String,
    pathway: Asked,
    chosen: Chosen<Contacts>,
}

/// Where the id of the pathway stands.
enum Asked {
    /// The string of this number in the document.
    String(usize),
    Variable(Name),
}

impl Plan {
    /// Reads a document out of which so many strings were taken. `None`: it is not for us.
    pub(crate) fn of(document: &ExecutableDocument, strings: usize) -> Option<Self> {
        let mut operations = document.operations.iter();
        let (Some((name, operation)), None) = (operations.next(), operations.next()) else {
            return None;
        };
        let operation = &operation.node;
        if !document.fragments.is_empty() || !is_plain(operation) {
            return None;
        }
        let items = &operation.selection_set.node.items;
        let mut questions: Vec<Question> = Vec::with_capacity(items.len());
        let mut taken = 0..;
        for item in items {
            let Selection::Field(field) = &item.node else { return None };
            let question = Question::of(&field.node, &mut taken)?;
            if questions.iter().any(|other| other.key == question.key) {
                return None;
            }
            questions.push(question);
        }
        // A string anywhere else would shift the numbers.
        let all_known = taken.next() == Some(strings) && questions.len() <= QUESTIONS_MAX;
        all_known.then(|| Self { operation: name.cloned(), questions })
    }

    /// Answers a request of this document with these strings. `None`: something of it is for the
    /// executor to answer, be it an error.
    pub(crate) fn answer(
        &self,
        world: &World,
        principal: &Principal,
        request: &Request,
        strings: &[&str],
    ) -> Option<Vec<u8>> {
        let named = request.operation_name.as_deref();
        if named.is_some() && named != self.operation.as_deref() {
            return None;
        }
        let mut out = Vec::with_capacity(1_024);
        out.extend_from_slice(b"{\"data\":");
        let mut before = b'{';
        for question in &self.questions {
            let asked = question.pathway.of(request, strings)?;
            let contacts = as_of_now(world, principal, pathway_id(asked).ok()?).ok()?;
            out.push(before);
            out.extend_from_slice(question.key.as_bytes());
            match &contacts {
                Some(contacts) => question.chosen.write(contacts, &mut out),
                None => out.extend_from_slice(b"null"),
            }
            before = b',';
        }
        out.extend_from_slice(b"}}");
        Some(out)
    }
}

/// A query without directives, whose variables are all ids that must be given.
fn is_plain(operation: &OperationDefinition) -> bool {
    operation.ty == OperationType::Query
        && operation.directives.is_empty()
        && operation.variable_definitions.iter().map(|variable| &variable.node).all(|variable| {
            variable.directives.is_empty()
                && variable.default_value.is_none()
                && variable.var_type.node.to_string() == "ID!"
        })
}

impl Question {
    fn of(field: &Field, taken: &mut impl Iterator<Item = usize>) -> Option<Self> {
        let [(argument, value)] = field.arguments.as_slice() else { return None };
        let ours = field.name.node == FIELD && argument.node == ARGUMENT;
        if !ours || !field.directives.is_empty() {
            return None;
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "all other values are the executor's")]
        let pathway = match &value.node {
            Value::String(_) => Asked::String(taken.next()?),
            Value::Variable(name) => Asked::Variable(name.clone()),
            _ => return None,
        };
        let chosen = Chosen::of(&field.selection_set.node)?;
        Some(Self { key: format!("\"{}\":", field.response_key().node), pathway, chosen })
    }
}

impl Asked {
    /// An id may also be written as a number: that is left to the executor.
    fn of<'a>(&self, request: &'a Request, strings: &[&'a str]) -> Option<&'a str> {
        match self {
            Self::String(nth) => strings.get(*nth).copied(),
            Self::Variable(name) => match request.variables.get(name)? {
                ConstValue::String(id) => Some(id),
                ConstValue::Null
                | ConstValue::Number(_)
                | ConstValue::Boolean(_)
                | ConstValue::Binary(_)
                | ConstValue::Enum(_)
                | ConstValue::List(_)
                | ConstValue::Object(_) => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    /// The keys of the questions of a document's plan.
    fn keys(document: &str) -> Option<Vec<String>> {
        let strings = document.matches('"').count() / 2;
        let plan = Plan::of(&parse_query(document).unwrap(), strings)?;
        Some(plan.questions.into_iter().map(|question| question.key).collect())
    }

    #[test]
    fn a_document_of_the_question_alone_has_a_plan() {
        for document in [
            r#"{ whoToContact(pathwayId: "1") { state } }"#,
            r#"query { whoToContact(pathwayId: "1") { __typename s: state } }"#,
            "query Q($id: ID!) { whoToContact(pathwayId: $id) { forDelay { value } } }",
        ] {
            assert_eq!(keys(document).unwrap(), ["\"whoToContact\":"], "{document}");
        }
        let two = r#"query Q($id: ID!) {
            b: whoToContact(pathwayId: $id) { state } a: whoToContact(pathwayId: "1") { state } }"#;
        assert_eq!(keys(two).unwrap(), ["\"b\":", "\"a\":"]);
    }

    #[test]
    fn whatever_else_a_document_holds_makes_it_the_executors() {
        for document in [
            r#"{ whoToContact(pathwayId: "1", atLeast: "p1") { state } }"#,
            "{ whoToContact(pathwayId: 1) { state } }",
            r#"{ whoToContact(pathwayId: "1") { state @include(if: true) } }"#,
            r#"{ whoToContact(pathwayId: "1") @skip(if: true) { state } }"#,
            r#"{ whoToContact(pathwayId: "1") { ...F } } fragment F on Contacts { state }"#,
            r#"{ whoToContact(pathwayId: "1") { ... on Contacts { state } } }"#,
            r#"{ whoToContact(pathwayId: "1") { state state } }"#,
            r#"{ whoToContact(pathwayId: "1") { state: ownerPlain state } }"#,
            r#"{ whoToContact(pathwayId: "1") { state { more } } }"#,
            r#"{ whoToContact(pathwayId: "1") { forDelay } }"#,
            r#"{ whoToContact(pathwayId: "1") { nope } }"#,
            r#"{ whoToContact(pathwayId: "1") { state(in: "words") } }"#,
            r#"{ whoToContact(pathwayId: "1") { state } whoToContact(pathwayId: "1") { state } }"#,
            r#"{ whoToContact(pathwayId: "1") { state } __typename }"#,
            r#"query A { whoToContact(pathwayId: "1") { state } } query B { __typename }"#,
            r#"query A @all { whoToContact(pathwayId: "1") { state } }"#,
            r#"query Q($id: ID! = "1") { whoToContact(pathwayId: $id) { state } }"#,
            "query Q($id: ID) { whoToContact(pathwayId: $id) { state } }",
            r#"mutation { whoToContact(pathwayId: "1") { state } }"#,
        ] {
            assert_eq!(keys(document), None, "{document}");
        }
    }

    #[test]
    fn as_many_questions_as_are_allowed_have_a_plan_and_one_more_has_none() {
        let document = |questions: usize| {
            let asked = (0..questions)
                .map(|nth| format!("q{nth}: whoToContact(pathwayId: \"{nth}\") {{ state }} "));
            format!("{{ {} }}", asked.collect::<String>())
        };
        assert_eq!(keys(&document(QUESTIONS_MAX)).unwrap().len(), QUESTIONS_MAX);
        assert_eq!(keys(&document(QUESTIONS_MAX + 1)), None);
    }
}
