//! The gate: sizes, one parse, the chosen operation, the budget. Nothing runs before it.

use async_graphql::parser::types::Selection;
use async_graphql::{
    Request, Response, Value as ConstValue, Variables,
    parser::{
        parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use super::{
    budget,
    faults::{Code, parse_refusal, refusal, shortened},
    limits::Limits,
};

/// A request that passed the gate: parsed, within its budget, its operation known.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// The request, carrying its parsed document.
    pub(crate) request: Request,
    /// What the chosen operation is.
    pub(crate) operation: OperationType,
}

/// Whether `__schema` and `__type` may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Introspection {
    /// By this caller.
    On,
    /// By whoever has a token, and this caller has none.
    NotForNobody,
    /// By nobody.
    Off,
}

impl Introspection {
    /// Why it is refused, if it is.
    fn refused(self) -> Option<Response> {
        match self {
            Self::On => None,
            Self::NotForNobody => {
                let text =
                    "a bearer token is needed to ask for the schema; it is published as a file";
                Some(refusal(Code::Unauthenticated, text))
            }
            Self::Off => {
                let text = "introspection is switched off; the schema is published as a file";
                Some(refusal(Code::QueryRefused, text))
            }
        }
    }
}

/// What the gate needs to know beside the request itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) introspection: Introspection,
}

impl Gate<'_> {
    /// Lets the request in or says why not. `body_bytes` is the weight of its body or message.
    #[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
    pub(crate) fn admit(
        self,
        mut request: Request,
        body_bytes: usize,
    ) -> Result<Admitted, Response> {
        let document = self.parse(&request.query)?;
        let chosen = choose(&document, request.operation_name.as_deref())?;
        self.weigh(chosen, body_bytes)?;
        has_its_variables(chosen, &request.variables)?;
        let operation = chosen.ty;
        let bill = budget::check(&document, self.limits)
            .map_err(|excess| refusal(Code::QueryRefused, excess.to_string()))?;
        let is_asked = bill.spent.introspection_depth > 0;
        if let Some(refused) = self.introspection.refused().filter(|_| is_asked) {
            return Err(refused);
        }
        request.set_parsed_query(document);
        Ok(Admitted { request, operation })
    }

    #[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
    fn parse(self, query: &str) -> Result<ExecutableDocument, Response> {
        let max = self.limits.document_bytes_max;
        if query.len() > max {
            let text = format!("the document is longer than {max} bytes; move values to variables");
            return Err(refusal(Code::QueryRefused, text));
        }
        let max = self.limits.brackets_open_max;
        match brackets_open(query) {
            None => {
                let text = "the document is not valid GraphQL: a string is not closed";
                return Err(refusal(Code::GraphqlParseFailed, text));
            }
            Some(open) if open > max => {
                let text = format!("the document opens more than {max} brackets inside each other");
                return Err(refusal(Code::QueryRefused, text));
            }
            Some(_) => (),
        }
        parse_query(query).map_err(|error| parse_refusal(&error))
    }

    #[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
    fn weigh(self, operation: &OperationDefinition, body_bytes: usize) -> Result<(), Response> {
        let max = self.limits.body_bytes_max;
        if body_bytes <= max || self.may_be_large(operation) {
            return Ok(());
        }
        let text = format!("the request is larger than {max} bytes; send less at once");
        Err(refusal(Code::PayloadTooLarge, text))
    }

    fn may_be_large(self, operation: &OperationDefinition) -> bool {
        let named = |name: &str| self.limits.large_body_fields.iter().any(|field| field == name);
        operation.ty == OperationType::Mutation
            && operation.selection_set.node.items.iter().all(|item| match &item.node {
                Selection::Field(field) => named(field.node.name.node.as_str()),
                Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
            })
    }
}

#[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, Response> {
    let unknown =
        || refusal(Code::BadUserInput, "`operationName` names no operation of the document");
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Single(_), Some(_)) => Err(unknown()),
        (DocumentOperations::Multiple(named), Some(name)) => {
            named.get(name).map(|operation| &operation.node).ok_or_else(unknown)
        }
        (DocumentOperations::Multiple(named), None) => {
            let mut operations = named.values();
            if let (Some(only), None) = (operations.next(), operations.next()) {
                return Ok(&only.node);
            }
            let text = "the document has several operations; say which in `operationName`";
            Err(refusal(Code::BadUserInput, text))
        }
    }
}

/// The library notices a missing variable only while it runs, and then as a fault of a field.
#[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
fn has_its_variables(
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<(), Response> {
    let missing = operation.variable_definitions.iter().map(|variable| &variable.node).find(|v| {
        let given = variables.get(&v.name.node).is_some_and(|value| *value != ConstValue::Null);
        !given && !v.var_type.node.nullable && v.default_value.is_none()
    });
    missing.map_or(Ok(()), |variable| {
        let text = format!("the variable `${}` is required", variable.name.node);
        Err(refusal(Code::BadUserInput, shortened(&text)))
    })
}

/// The most brackets open at once outside strings and comments; `None` if a string stays open.
///
/// The parser recurses once a bracket and would end the process on a few thousand of them.
/// An open string must be refused here: the parser would read on behind its first quotes and
/// find brackets that this count took for text.
fn brackets_open(document: &str) -> Option<usize> {
    let mut rest = document.as_bytes();
    let (mut open, mut most) = (0_usize, 0_usize);
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match byte {
            b'{' | b'[' | b'(' => {
                open += 1;
                most = most.max(open);
                tail
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                tail
            }
            b'#' => after_comment(tail),
            b'"' => match tail.strip_prefix(b"\"\"") {
                Some(block) => after_block(block)?,
                None => after_text(tail)?,
            },
            _ => tail,
        };
    }
    Some(most)
}

fn after_comment(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.and_then(|end| rest.get(end..)).unwrap_or_default()
}

fn after_text(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        match rest {
            [b'"', tail @ ..] => return Some(tail),
            [b'\n' | b'\r', ..] | [] => return None,
            [b'\\', _, tail @ ..] | [_, tail @ ..] => rest = tail,
        }
    }
}

fn after_block(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        match rest {
            [b'"', b'"', b'"', tail @ ..] => return Some(tail),
            [] => return None,
            [b'\\', b'"', b'"', b'"', tail @ ..] | [_, tail @ ..] => rest = tail,
        }
    }
}

#[cfg(test)]
mod tests;
