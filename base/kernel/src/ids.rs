//! Typed row ids, so that a person is never looked up with the number of a batch.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Random;

/// The text is not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct IdFault;

macro_rules! row_id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(
            /// The number in the owning module's table; always positive there.
            pub i64,
        );

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, IdFault> {
                let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
                if !canonical { return Err(IdFault); }
                text.parse().map(Self).map_err(|_| IdFault)
            }
        }
    )*};
}

row_id! {
    /// A person on record.
    PersonId
    /// A batch of rows that came in together.
    BatchId
    /// A case (案) that goes through committee and approval.
    CaseId
    /// One row of a batch.
    RowId
}

/// The random id of one order, the same in the register for all events on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(
    /// The 16 bytes as they stand in the leaf.
    pub [u8; 16],
);

impl OrderId {
    /// A new random id.
    pub fn random(random: &dyn Random) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// The 16 bytes as they stand in the leaf.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for OrderId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl From<Uuid> for OrderId {
    fn from(id: Uuid) -> Self {
        Self(id.into_bytes())
    }
}

impl From<OrderId> for Uuid {
    /// How the database holds it. Not an RFC 9562 UUID: all 128 bits are random.
    fn from(id: OrderId) -> Self {
        Uuid::from_bytes(id.0)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for OrderId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "OrderId({self})")
    }
}

impl FromStr for OrderId {
    type Err = IdFault;

    fn from_str(text: &str) -> Result<Self, IdFault> {
        let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 32 || !text.bytes().all(lower_hex) {
            return Err(IdFault);
        }
        u128::from_str_radix(text, 16).map(|n| Self(n.to_be_bytes())).map_err(|_| IdFault)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn row_ids_have_one_spelling() {
        assert_eq!("12".parse(), Ok(PersonId(12)));
        for bad in ["", "0", "012", "+1", "-1", "1.0", "99999999999999999999"] {
            assert_eq!(bad.parse::<BatchId>(), Err(IdFault), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn order_ids_print_and_parse(bytes: [u8; 16]) {
            let id = OrderId(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(OrderId::from(Uuid::from(id)), id);
        }

        #[test]
        fn any_text_is_an_id_or_a_fault(text: String) {
            if let Ok(id) = text.parse::<OrderId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
