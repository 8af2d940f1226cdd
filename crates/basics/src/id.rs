//! Names of procedures, parties and persons. An id is public, permanent and means nothing by itself.

use alloc::string::{String, ToString};
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The longest id, in bytes. An id stands in URLs, file names and log leaves.
pub const ID_LENGTH_MAX: usize = 64;

/// The text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 64 characters from a-z, 0-9 and '-', not first or last a '-', found {found:?}")]
pub struct IdSyntax {
    /// What stood there.
    pub found: String,
}

fn check(text: &str) -> Result<String, IdSyntax> {
    let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if text.is_empty() || text.len() > ID_LENGTH_MAX || !plain || text.starts_with('-') || text.ends_with('-')
    {
        return Err(IdSyntax { found: text.chars().take(2 * ID_LENGTH_MAX).collect() });
    }
    Ok(text.to_string())
}

macro_rules! id {
    ($(#[$meaning:meta])* $name:ident) => {
        $(#[$meaning])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdSyntax;

            fn from_str(text: &str) -> Result<$name, IdSyntax> {
                check(text).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

id! {
    /// A procedure at one centre, for instance `yc-2020-0603`; the id `registry` is the centre's own register of
    /// parties and persons.
    ProcedureId
}
id! {
    /// A party: a firm, a tenderer, an agent, an authority, a centre. The journal knows it by this id alone; its
    /// name is in the vault.
    PartyId
}
id! {
    /// A natural person (or a centre's own signing service) who holds one signing key and acts for one party.
    PersonId
}

id! {
    /// A lot of a procedure, for instance `lot-1`; unique within its procedure only.
    LotId
}

id! {
    /// A set of coefficients that a rules document names, for instance `k`; unique within its document only.
    CoefficientId
}

id! {
    /// A criterion of an evaluation 评审因素, for instance `plan`; unique within its rules document only.
    CriterionId
}

id! {
    /// A sealed set of a procedure, for instance `coefficient-k`; unique within its procedure, and used once.
    SetId
}

id! {
    /// A pool of experts 评标专家库, for instance `nantong-2026`; its keeper is another centre.
    PoolId
}

id! {
    /// A document of qualification 资格证明文件 that an application answers, for instance `licence`; unique within its
    /// rules document only.
    CredentialId
}

id! {
    /// A part of a pool from which a number of seats is filled, for instance `technical` or `economic-jiangsu`.
    StratumId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_safe_in_a_path_and_a_url() {
        assert!("yc-2020-0603".parse::<ProcedureId>().is_ok());
        for bad in ["", "-a", "a-", "A", "a b", "../x", "a/b", "标", "a.b", &"a".repeat(65)] {
            assert!(bad.parse::<ProcedureId>().is_err(), "{bad:?} must be refused");
        }
    }
}
