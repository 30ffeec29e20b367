//! A list of words with codes, written once.

macro_rules! coded {
    ($( $(#[$meta:meta])* pub enum $type:ident { $( $(#[$doc:meta])* $name:ident = $code:literal ),+ $(,)? } )+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $( $(#[$doc])* $name ),+ }

        impl $type {
            /// Every one.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// Its code, as the settings and the API write it.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$name => $code ),+ }
            }

            /// The one of that code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$name), )+ _ => None }
            }
        }
    )+ };
}
