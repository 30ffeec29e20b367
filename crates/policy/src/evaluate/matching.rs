//! Compares a value with words while it is being written, so that it need not be written.

use serde::{
    Serialize, Serializer,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use serde_json::{Error, Value};

use crate::Test;

/// What can be asked of a value without writing it.
#[derive(Clone, Copy)]
pub(super) enum Ask<'a> {
    Present,
    Absent,
    OneOf(&'a [Value]),
    NoneOf(&'a [Value]),
    Holds(&'a [Value]),
    HoldsAll(&'a [Value]),
}

impl<'a> Ask<'a> {
    /// The test as such a question; `None` where it asks more than words or presence.
    pub(super) fn of(test: &'a Test) -> Option<Self> {
        match test {
            Test::Present => Some(Self::Present),
            Test::Absent => Some(Self::Absent),
            Test::OneOf(words) => Some(Self::OneOf(words)),
            Test::NoneOf(words) => Some(Self::NoneOf(words)),
            Test::Holds(words) => Some(Self::Holds(words)),
            Test::HoldsAll(words) => Some(Self::HoldsAll(words)),
            Test::NotAfterStep
            | Test::NotBeforeStep
            | Test::SameAs(_)
            | Test::DiffersFrom(_)
            | Test::WithinDaysOf(..)
            | Test::AsLastTold(..) => None,
        }
    }

    /// What it says of a value; `None` where nothing is there.
    pub(super) fn holds_of<T: Serialize + ?Sized>(self, value: &T) -> Option<bool> {
        value.serialize(Matcher(self)).ok().flatten()
    }

    /// What it says of one value that is no list.
    fn of_one(self, is: impl Fn(&Value) -> bool) -> bool {
        match self {
            Self::Present => true,
            Self::OneOf(words) => words.iter().any(is),
            Self::NoneOf(words) => !words.iter().any(is),
            Self::Absent | Self::Holds(_) | Self::HoldsAll(_) => false,
        }
    }
}

#[derive(Clone, Copy)]
struct Matcher<'a>(Ask<'a>);

/// A list, by which of the words asked for it holds.
struct Items<'a> {
    ask: Ask<'a>,
    count: usize,
    /// Whether it holds one of them.
    holds_one: bool,
    /// Which it holds, where all are asked for.
    held: Vec<bool>,
}

impl<'a> Items<'a> {
    fn of(ask: Ask<'a>) -> Self {
        let words = match ask {
            Ask::HoldsAll(words) => words.len(),
            Ask::Present | Ask::Absent | Ask::OneOf(_) | Ask::NoneOf(_) | Ask::Holds(_) => 0,
        };
        Self { ask, count: 0, holds_one: false, held: vec![false; words] }
    }

    fn take<T: Serialize + ?Sized>(&mut self, value: &T) {
        self.count += 1;
        let is_one_of = |words| Ask::OneOf(words).holds_of(value) == Some(true);
        match self.ask {
            Ask::Holds(words) => self.holds_one = self.holds_one || is_one_of(words),
            Ask::HoldsAll(words) => {
                for (held, word) in self.held.iter_mut().zip(words) {
                    *held = *held || is_one_of(std::slice::from_ref(word));
                }
            }
            Ask::Present | Ask::Absent | Ask::OneOf(_) | Ask::NoneOf(_) => {}
        }
    }

    fn holds(&self) -> bool {
        match self.ask {
            Ask::Present => self.count > 0,
            Ask::Absent => self.count == 0,
            Ask::NoneOf(_) => true,
            Ask::OneOf(_) => false,
            Ask::Holds(_) => self.holds_one,
            Ask::HoldsAll(_) => !self.held.contains(&false),
        }
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = Option<bool>;
    type Error = Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.take(value);
        Ok(())
    }
    fn end(self) -> Result<Option<bool>, Error> {
        Ok(Some(self.holds()))
    }
}

/// A record or a tuple: something is there, and no word of a pack is like it.
struct Record<'a>(Ask<'a>);

impl Record<'_> {
    fn holds(&self) -> bool {
        self.0.of_one(|_word| false)
    }
}

macro_rules! records {
    ($( $kind:ident: $method:ident($($name:ty)?); )+) => { $(
        impl $kind for Record<'_> {
            type Ok = Option<bool>;
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, $( _: $name, )? _: &T) -> Result<(), Error> {
                Ok(())
            }
            fn end(self) -> Result<Option<bool>, Error> {
                Ok(Some(self.holds()))
            }
        }
    )+ };
}

records! {
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

impl SerializeMap for Record<'_> {
    type Ok = Option<bool>;
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Error> {
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Error> {
        Ok(())
    }
    fn end(self) -> Result<Option<bool>, Error> {
        Ok(Some(self.holds()))
    }
}

macro_rules! numbers {
    ($( $method:ident($kind:ty) as $read:ident($wide:ty); )+) => { $(
        fn $method(self, number: $kind) -> Result<Option<bool>, Error> {
            Ok(Some(self.0.of_one(|word| word.$read() == Some(<$wide>::from(number)))))
        }
    )+ };
}

impl<'a> Serializer for Matcher<'a> {
    type Ok = Option<bool>;
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Record<'a>;
    type SerializeTupleStruct = Record<'a>;
    type SerializeTupleVariant = Record<'a>;
    type SerializeMap = Record<'a>;
    type SerializeStruct = Record<'a>;
    type SerializeStructVariant = Record<'a>;

    numbers! {
        serialize_bool(bool) as as_bool(bool);
        serialize_i8(i8) as as_i64(i64);
        serialize_i16(i16) as as_i64(i64);
        serialize_i32(i32) as as_i64(i64);
        serialize_i64(i64) as as_i64(i64);
        serialize_u8(u8) as as_u64(u64);
        serialize_u16(u16) as as_u64(u64);
        serialize_u32(u32) as as_u64(u64);
        serialize_u64(u64) as as_u64(u64);
        serialize_f32(f32) as as_f64(f64);
        serialize_f64(f64) as as_f64(f64);
    }

    fn serialize_str(self, text: &str) -> Result<Self::Ok, Error> {
        Ok(Some(self.0.of_one(|word| word.as_str() == Some(text))))
    }

    fn serialize_char(self, letter: char) -> Result<Self::Ok, Error> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Self::Ok, Error> {
        Ok(Some(Record(self.0).holds()))
    }

    fn serialize_none(self) -> Result<Self::Ok, Error> {
        Ok(None)
    }

    fn serialize_unit(self) -> Result<Self::Ok, Error> {
        Ok(None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Self::Ok, Error> {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Self::Ok, Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Self::Ok, Error> {
        Ok(Some(Record(self.0).holds()))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(Items::of(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Record<'a>, Error> {
        Ok(Record(self.0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Record<'a>, Error> {
        Ok(Record(self.0))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Record<'a>, Error> {
        Ok(Record(self.0))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Record<'a>, Error> {
        Ok(Record(self.0))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Record<'a>, Error> {
        Ok(Record(self.0))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Record<'a>, Error> {
        Ok(Record(self.0))
    }
}
