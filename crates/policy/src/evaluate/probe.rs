//! Reads one field of a step without writing out the others.
//!
//! Most steps have a score of fields and a rule asks for one or two: writing each step to JSON whole
//! was most of the cost of judging a history.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeStruct},
};
use serde_json::{Error, Value};

use crate::Field;

/// The value of one field of `step` by its path; `None` where it is left out.
pub(super) fn field(step: &steps::Step, field: &Field) -> Option<Value> {
    let (first, rest) = field.parts().split_first()?;
    let found = step.serialize(Probe { wanted: first }).ok().flatten()?;
    let value = rest.iter().try_fold(found, |record, name| match record {
        Value::Object(mut fields) => fields.remove(name),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    });
    value.filter(|value| !value.is_null())
}

struct Probe<'a> {
    wanted: &'a str,
}

struct Kept<'a> {
    wanted: &'a str,
    found: Option<Value>,
}

impl SerializeStruct for Kept<'_> {
    type Ok = Option<Value>;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        if name == self.wanted {
            self.found = Some(serde_json::to_value(value)?);
        }
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Error> {
        Ok(self.found)
    }
}

/// A step is one variant around one struct; nothing else is ever met.
fn stranger<T>() -> Result<T, Error> {
    Err(Error::custom("a step is a struct"))
}

macro_rules! strangers {
    ($( $method:ident($($argument:ty),*) -> $answer:ty; )+) => { $(
        fn $method(self, $( _: $argument ),*) -> Result<$answer, Error> { stranger() }
    )+ };
}

impl<'a> Serializer for Probe<'a> {
    type Ok = Option<Value>;
    type Error = Error;
    type SerializeSeq = Impossible<Self::Ok, Error>;
    type SerializeTuple = Impossible<Self::Ok, Error>;
    type SerializeTupleStruct = Impossible<Self::Ok, Error>;
    type SerializeTupleVariant = Impossible<Self::Ok, Error>;
    type SerializeMap = Impossible<Self::Ok, Error>;
    type SerializeStruct = Kept<'a>;
    type SerializeStructVariant = Impossible<Self::Ok, Error>;

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Kept<'a>, Error> {
        Ok(Kept { wanted: self.wanted, found: None })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    strangers! {
        serialize_bool(bool) -> Self::Ok;
        serialize_i8(i8) -> Self::Ok;
        serialize_i16(i16) -> Self::Ok;
        serialize_i32(i32) -> Self::Ok;
        serialize_i64(i64) -> Self::Ok;
        serialize_u8(u8) -> Self::Ok;
        serialize_u16(u16) -> Self::Ok;
        serialize_u32(u32) -> Self::Ok;
        serialize_u64(u64) -> Self::Ok;
        serialize_f32(f32) -> Self::Ok;
        serialize_f64(f64) -> Self::Ok;
        serialize_char(char) -> Self::Ok;
        serialize_str(&str) -> Self::Ok;
        serialize_bytes(&[u8]) -> Self::Ok;
        serialize_none() -> Self::Ok;
        serialize_unit() -> Self::Ok;
        serialize_unit_struct(&'static str) -> Self::Ok;
        serialize_unit_variant(&'static str, u32, &'static str) -> Self::Ok;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }
}

#[cfg(test)]
mod tests {
    use testkit::{Fill, json, sample, step};

    use super::field;
    use crate::Field;

    #[test]
    fn every_field_of_every_step_is_read_as_the_step_writes_it() {
        for kind in steps::StepKind::ALL.iter().copied() {
            let step = step(&kind.field_name(), sample(kind, Fill::All));
            let written = step.payload().unwrap();
            for (name, value) in written.as_object().unwrap() {
                let read = field(&step, &Field::of(name));
                assert_eq!(read.as_ref(), Some(value), "{} {name}", kind.name());
            }
        }
    }

    #[test]
    fn a_field_inside_a_record_is_read_and_one_that_is_left_out_is_none() {
        let sent = step(
            "referralSent",
            json!({"consent": {"consentBasis": "BEST_INTERESTS", "reasonExplained": false}}),
        );
        assert_eq!(field(&sent, &Field::of("consent.reasonExplained")), Some(json!(false)));
        assert_eq!(field(&sent, &Field::of("consent.consentedAt")), None);
        assert_eq!(field(&sent, &Field::of("intendedOutcome")), None);
    }
}
