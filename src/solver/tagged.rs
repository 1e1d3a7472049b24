//! Enums of settings that documents write as objects with a `kind`.

/// Defines an enum of structs that documents write as `{"kind": "name", …fields of the struct…}`.
macro_rules! tagged_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$doc:meta])* $variant:ident($type:ty) = $kind:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(tag = "kind")]
        pub enum $name { $($(#[$doc])* #[serde(rename = $kind)] $variant($type),)+ }

        impl $name {
            /// The words that documents may write as `kind`.
            pub const KINDS: &[&str] = &[$($kind),+];

            /// The word that documents write as `kind`.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)+ }
            }
        }
    };
}
pub(crate) use tagged_enum;
