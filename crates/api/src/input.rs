//! What a client may record: `StepInput`, a `@oneOf` input with one field a step.
//!
//! The input types are read off each step's JSON Schema, so a step is defined once. The value is
//! kept as JSON and decoded by `steps::decode_input`, whose refusals name the field; a malformed
//! value is an answer, not a GraphQL error.

mod types;

use std::borrow::Cow;

use async_graphql::{
    InputType, InputValueError, InputValueResult, Value,
    registry::{MetaTypeId, Registry},
};

/// One step as JSON, `{"referralSent": {…}}`; its shape is checked, its values are not yet.
#[derive(Debug, Clone)]
pub struct StepInput(pub Vec<u8>);

impl InputType for StepInput {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("StepInput")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, types::step_input)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let json = value.into_json().and_then(|json| serde_json::to_vec(&json));
        json.map(Self).map_err(|_not_json| InputValueError::custom("a step as an object"))
    }

    fn to_value(&self) -> Value {
        serde_json::from_slice::<serde_json::Value>(&self.0)
            .ok()
            .and_then(|json| Value::from_json(json).ok())
            .unwrap_or_default()
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }
}
