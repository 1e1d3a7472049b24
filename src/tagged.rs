//! Enums of settings that documents write as objects with a `kind`.

/// Defines an enum of structs that documents write as `{"kind": "name", …fields of the struct…}`;
/// the tag is `kind` unless `by "tag"` says another.
macro_rules! tagged_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($rest:tt)* }) => {
        $crate::tagged::tagged_enum! { $(#[$meta])* pub enum $name by "kind" { $($rest)* } }
    };
    ($(#[$meta:meta])* pub enum $name:ident by $tag:literal {
        $($(#[$doc:meta])* $variant:ident($type:ty) = $kind:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(tag = $tag)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $kind)] $variant($type),)+ }

        impl $name {
            #[doc = concat!("The word that documents write as `", $tag, "`.")]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)+ }
            }
        }
    };
}
pub(crate) use tagged_enum;
