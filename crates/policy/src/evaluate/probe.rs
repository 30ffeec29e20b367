//! Reads some fields of a step without writing out the others.
//!
//! Most steps have a score of fields and a rule asks for one or two: writing each step to JSON whole
//! was most of the cost of judging a history.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeStruct},
};
use serde_json::{Error, Map, Value};

/// The fields of `step` whose names `wanted` accepts.
pub(super) fn fields(step: &steps::Step, wanted: &dyn Fn(&str) -> bool) -> Value {
    step.serialize(Probe { wanted }).map_or(Value::Null, Value::Object)
}

struct Probe<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
}

struct Kept<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
    fields: Map<String, Value>,
}

impl SerializeStruct for Kept<'_> {
    type Ok = Map<String, Value>;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        if (self.wanted)(name) {
            self.fields.insert(name.to_owned(), serde_json::to_value(value)?);
        }
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Error> {
        Ok(self.fields)
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
    type Ok = Map<String, Value>;
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
        Ok(Kept { wanted: self.wanted, fields: Map::new() })
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
    use super::*;
    use steps::StepKind;

    #[test]
    fn the_fields_of_every_step_are_those_of_its_json() {
        for kind in StepKind::ALL {
            let sample = testkit::sample(*kind, testkit::Fill::All);
            let step = testkit::step(&kind.field_name(), sample);
            assert_eq!(fields(&step, &|_| true), step.payload().unwrap(), "{}", kind.name());
        }
    }

    #[test]
    fn a_field_that_nobody_wants_is_not_written() {
        let step = testkit::step("outpatientAttended", testkit::json!({"appointmentId": "A1"}));
        let kept = fields(&step, &|name| name == "appointmentId");
        assert_eq!(kept, testkit::json!({"appointmentId": "A1"}));
    }
}
