//! Reads one field of a step without writing out the others.
//!
//! Most steps have a score of fields and a rule asks for one or two: writing each step to JSON whole
//! was most of the cost of judging a history. What is only compared is not written at all.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeStruct},
};
use serde_json::{Error, Value};

use super::matching::Ask;
use crate::Field;

/// The value of one field of `step` by its path; `None` where it is left out.
pub(super) fn field(step: &steps::Step, field: &Field) -> Option<Value> {
    walk(step, field, Written).filter(|value| !value.is_null())
}

/// What is said of one field of `step`; `None` where it is left out.
pub(super) fn matches(step: &steps::Step, field: &Field, ask: Ask<'_>) -> Option<bool> {
    walk(step, field, Compared(ask))
}

fn walk<S: Sink>(step: &steps::Step, field: &Field, sink: S) -> Option<S::Out> {
    step.serialize(Walk { path: field.parts(), sink }).ok().flatten()
}

/// What is done with the value at the end of a path.
trait Sink: Copy {
    type Out;
    fn take<T: Serialize + ?Sized>(self, value: &T) -> Option<Self::Out>;
}

/// It is written as JSON.
#[derive(Clone, Copy)]
struct Written;

/// It is compared with what is asked.
#[derive(Clone, Copy)]
struct Compared<'a>(Ask<'a>);

impl Sink for Written {
    type Out = Value;
    fn take<T: Serialize + ?Sized>(self, value: &T) -> Option<Value> {
        serde_json::to_value(value).ok()
    }
}

impl Sink for Compared<'_> {
    type Out = bool;
    fn take<T: Serialize + ?Sized>(self, value: &T) -> Option<bool> {
        self.0.holds_of(value)
    }
}

struct Walk<'a, S> {
    path: &'a [String],
    sink: S,
}

/// The fields of a record, of which one is wanted: by its name, and from there on by the rest of the path.
struct Fields<'a, S: Sink> {
    wanted: &'a str,
    rest: &'a [String],
    sink: S,
    found: Option<S::Out>,
}

impl<S: Sink> SerializeStruct for Fields<'_, S> {
    type Ok = Option<S::Out>;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        if self.found.is_some() || self.wanted != name {
            return Ok(());
        }
        self.found = match self.rest {
            [] => self.sink.take(value),
            rest => value.serialize(Walk { path: rest, sink: self.sink })?,
        };
        Ok(())
    }

    fn end(self) -> Result<Self::Ok, Error> {
        Ok(self.found)
    }
}

/// A step is one variant around one struct, and a path goes through structs; nothing else is met.
fn stranger<T>() -> Result<T, Error> {
    Err(Error::custom("a step is a struct"))
}

macro_rules! strangers {
    ($( $method:ident($($argument:ty),*) -> $answer:ty; )+) => { $(
        fn $method(self, $( _: $argument ),*) -> Result<$answer, Error> { stranger() }
    )+ };
}

impl<'a, S: Sink> Serializer for Walk<'a, S> {
    type Ok = Option<S::Out>;
    type Error = Error;
    type SerializeSeq = Impossible<Self::Ok, Error>;
    type SerializeTuple = Impossible<Self::Ok, Error>;
    type SerializeTupleStruct = Impossible<Self::Ok, Error>;
    type SerializeTupleVariant = Impossible<Self::Ok, Error>;
    type SerializeMap = Impossible<Self::Ok, Error>;
    type SerializeStruct = Fields<'a, S>;
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

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, S>, Error> {
        let (wanted, rest) = self
            .path
            .split_first()
            .map_or(("", self.path), |(wanted, rest)| (wanted.as_str(), rest));
        Ok(Fields { wanted, rest, sink: self.sink, found: None })
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
    use testkit::{Fill, Value, json, sample, step};

    use super::{super::matching::Ask, field, matches};
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

    #[test]
    fn a_comparison_says_the_same_of_a_field_as_of_what_is_written_of_it() {
        let words: Vec<Value> = ["URGENT", "ROUTINE", "PATIENT", "WHEN_NEXT", "WHO_IS_RESPONSIBLE"]
            .map(Value::from)
            .to_vec();
        let words = [words, vec![json!(true), json!(1)]].concat();
        for kind in steps::StepKind::ALL.iter().copied() {
            let step = step(&kind.field_name(), sample(kind, Fill::All));
            for (name, value) in step.payload().unwrap().as_object().unwrap() {
                let said = |ask| matches(&step, &Field::of(name), ask);
                let items = value.as_array().cloned().unwrap_or_default();
                let is_plain = !value.is_array() && !value.is_object();
                let own = [words.clone(), vec![value.clone()]].concat();
                assert_eq!(said(Ask::OneOf(&own)), Some(is_plain), "{} {name}", kind.name());
                assert_eq!(said(Ask::NoneOf(&own)), Some(!is_plain), "{} {name}", kind.name());
                assert_eq!(said(Ask::OneOf(&words)), Some(words.contains(value)));
                assert_eq!(said(Ask::NoneOf(&words)), Some(!words.contains(value)));
                let held = |word: &Value| items.contains(word);
                assert_eq!(said(Ask::Holds(&words)), Some(words.iter().any(held)));
                assert_eq!(said(Ask::HoldsAll(&words)), Some(words.iter().all(held)));
                let plain = items.iter().filter(|item| !item.is_object()).cloned();
                let plain: Vec<Value> = plain.collect();
                assert_eq!(said(Ask::HoldsAll(&plain)), Some(value.is_array()), "{name}");
                let is_empty = value.as_array().is_some_and(Vec::is_empty);
                assert_eq!(said(Ask::Present), Some(!is_empty));
                assert_eq!(said(Ask::Absent), Some(is_empty));
            }
        }
    }
}
