//! Papers and what becomes of them.

use kernel::{AgencyCode, DocumentNumber, OrderId, PersonId, Redacted, Text};
use seal::record::Field;
use time::{Date, OffsetDateTime};

/// A family of orders: consent to electronic delivery is said per family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// 獎勵令, up to 記一大功: may be delivered electronically.
    Award,
    /// 懲處令: not part of the electronic scheme, always on paper.
    Penalty,
}

impl Family {
    /// The families a person may consent to.
    pub const ELECTRONIC: [Self; 1] = [Self::Award];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::Penalty => "penalty",
        }
    }

    /// The family with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Award, Self::Penalty].into_iter().find(|family| family.code() == code)
    }

    /// Whether the electronic scheme covers it.
    #[must_use]
    pub fn is_electronic(self) -> bool {
        Self::ELECTRONIC.contains(&self)
    }

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Award => Text::new("獎勵令", "Award order"),
            Self::Penalty => Text::new("懲處令", "Penalty order"),
        }
    }
}

/// How a later order changes an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Amendment {
    /// 更正: an obvious error in writing or calculation (行政程序法 §101).
    Correct,
    /// 撤銷: unlawful, as if it had never been (行政程序法 §117, §118).
    Revoke,
    /// 廢止: lawful, no longer from a day on (行政程序法 §122–§125).
    Repeal,
    /// 註銷: the paper of an order that has lost its effect is cancelled (行政程序法 §130).
    Cancel,
}

impl Amendment {
    /// All four, in the order of the state grid.
    pub const ALL: [Self; 4] = [Self::Correct, Self::Revoke, Self::Repeal, Self::Cancel];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Revoke => "revoke",
            Self::Repeal => "repeal",
            Self::Cancel => "cancel",
        }
    }

    /// The amendment with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|amendment| amendment.code() == code)
    }

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Correct => Text::new("更正", "Correct"),
            Self::Revoke => Text::new("撤銷", "Revoke"),
            Self::Repeal => Text::new("廢止", "Repeal"),
            Self::Cancel => Text::new("註銷", "Cancel"),
        }
    }
}

/// A paper before it has a number: one person's own part.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Whom it is for.
    pub person: PersonId,
    /// Its family.
    pub family: Family,
    /// The fields in the order of the paper, without document number and date of issue (see [`crate::field`]).
    pub fields: Vec<Field>,
    /// The national id as it may be shown, `A12345****`.
    pub masked_id: String,
    /// Where a notice may be mailed.
    pub email: Option<Redacted<String>>,
    /// The order this one changes, and how.
    pub amends: Option<(OrderId, Amendment)>,
}

/// How a batch is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// 一人一令: each paper its own number.
    OneEach,
    /// 多人一令: one number for the batch; each person still gets their own part only.
    OneForAll,
}

impl Numbering {
    /// The word in tables and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OneEach => "each",
            Self::OneForAll => "all",
        }
    }

    /// The numbering with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::OneEach, Self::OneForAll].into_iter().find(|numbering| numbering.code() == code)
    }
}

/// An order that was sealed.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its id in the register.
    pub id: OrderId,
    /// The authority.
    pub agency: AgencyCode,
    /// 發文字號.
    pub number: DocumentNumber,
    /// Which part of the number, from 1; and of how many.
    pub part: (u16, u16),
    /// Whom it is for.
    pub person: PersonId,
    /// Its family.
    pub family: Family,
    /// 發文日期.
    pub issued_on: Date,
    /// When it was sealed.
    pub sealed_at: OffsetDateTime,
    /// All fields in the order of the paper, document number and date of issue first.
    pub fields: Vec<Field>,
    /// The order this one changes, and how.
    pub amends: Option<(OrderId, Amendment)>,
    /// The national id as it may be shown.
    pub masked_id: String,
    /// When what it says was destroyed; it has no fields and no masked id then.
    pub erased_at: Option<OffsetDateTime>,
}

impl Issued {
    /// The text of a field; empty if the order has none of that name.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|field| field.name == name).map_or("", |field| field.value.as_str())
    }

    /// The deputy who approved in place of the head, as printed: 職銜, name, 代行. Empty if the head did.
    #[must_use]
    pub fn deputy(&self) -> String {
        let name = self.text(crate::field::DEPUTY_NAME);
        if name.is_empty() {
            String::new()
        } else {
            format!("{}　{name}　代行", self.text(crate::field::DEPUTY_TITLE))
        }
    }

    /// The number as printed; a part of a number shared by several people says which part.
    #[must_use]
    pub fn label(&self) -> String {
        if self.part.1 == 1 { self.number.to_string() } else { format!("{}-{}", self.number, self.part.0) }
    }
}

/// The stages an order can be in, read from its leaves in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Sealed, not yet in the register.
    Staged,
    /// In force.
    Valid,
    /// Replaced by a corrected order.
    Superseded,
    /// Repealed from a day on.
    Repealed,
    /// Revoked or cancelled.
    Revoked,
}

impl Standing {
    /// All, in the order of the state grid.
    pub const ALL: [Self; 5] = [Self::Staged, Self::Valid, Self::Superseded, Self::Repealed, Self::Revoked];

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Staged => Text::new("登錄中", "Being registered"),
            Self::Valid => Text::new("有效", "In force"),
            Self::Superseded => Text::new("已更正", "Corrected"),
            Self::Repealed => Text::new("已廢止", "Repealed"),
            Self::Revoked => Text::new("已撤銷或註銷", "Revoked or cancelled"),
        }
    }
}

/// Electronic delivery, as the person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// 未表示.
    Unsaid,
    /// 同意.
    Agreed,
    /// Presumed from silence after a notice (電子簽章法 §5 IV).
    Presumed,
    /// 停止.
    Stopped,
}

impl Consent {
    /// Whether an order goes to the inbox.
    #[must_use]
    pub const fn is_electronic(self) -> bool {
        matches!(self, Self::Agreed | Self::Presumed)
    }

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Unsaid => Text::new("未表示", "Not said"),
            Self::Agreed => Text::new("同意", "Agreed"),
            Self::Presumed => Text::new("經通知未異議，推定同意", "Presumed after notice"),
            Self::Stopped => Text::new("停止", "Stopped"),
        }
    }
}

/// What an agency prints on its papers, and how it delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// The agency.
    pub agency: AgencyCode,
    /// Its name as printed.
    pub name: String,
    /// 發文字, without 字第.
    pub word: String,
    /// Address line.
    pub address: String,
    /// Contact line (承辦人, 電話).
    pub contact: String,
    /// Title of who signs.
    pub head_title: String,
    /// Name of who signs.
    pub head_name: String,
    /// 副本.
    pub copies_to: String,
    /// Days to object under the notice rule; none where express consent is asked for.
    pub objection_days: Option<i32>,
}

/// How an order reached the person.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Whether it goes to the inbox (else on paper).
    pub electronic: bool,
    /// When it entered the person's inbox (電子簽章法 §9).
    pub entered_at: Option<OffsetDateTime>,
    /// When the person first opened it.
    pub opened_at: Option<OffsetDateTime>,
    /// When the officer printed it.
    pub printed_at: Option<OffsetDateTime>,
    /// Day of service on paper.
    pub served_on: Option<Date>,
    /// Who signed for it (簽收).
    pub receiver: Option<String>,
}

impl Delivery {
    /// The day of service from which the remedy period runs.
    #[must_use]
    pub fn service_date(&self) -> Option<Date> {
        if self.electronic { self.entered_at.map(kernel::office_date) } else { self.served_on }
    }
}
