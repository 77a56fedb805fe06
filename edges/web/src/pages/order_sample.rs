//! Orders for samples.

use super::committee::sample_agency;
use kernel::{DocumentNumber, OrderId, PersonId};
use orders::{Amendment, Delivery, Erased, Erasure, Family, Issued, Person, field};
use time::macros::{date, datetime};

/// Three orders of one case.
pub fn orders() -> Vec<Issued> {
    ["示範甲", "谷辣斯·尤達卡·示範", "示範𠮷"]
        .into_iter()
        .zip(12_345..)
        .map(|(name, serial)| order(name, serial))
        .collect()
}

/// The same order, approved by a deputy.
pub fn by_deputy(order: &Issued) -> Issued {
    let mut order = order.clone();
    let pairs = [(field::HEAD_ABSENCE, "公差"), (field::DEPUTY_TITLE, "副市長"), (field::DEPUTY_NAME, "林代理")];
    order.fields.extend(field::fields(pairs.map(|(name, value)| (name, value.to_owned())).into()));
    order
}

/// An order.
pub fn order(name: &str, serial: u32) -> Issued {
    let number = DocumentNumber::new("範府人考", 115, serial).expect("a well-formed number");
    let text = |name, value: &str| (name, value.to_owned());
    let pairs = vec![
        text(field::DOCUMENT_NUMBER, &number.to_string()),
        text(field::ISSUED_ON, "2026-03-02"),
        text(field::ISSUING_AGENCY, "範例市政府"),
        text(field::RECIPIENT, name),
        text(field::SUBJECT, &format!("核定{name}君獎勵如下，請查照。")),
        text(field::SERVING_AGENCY, "範例市政府"),
        text(field::SERVING_UNIT, "原住民族文化發展及部落永續推動科"),
        text(field::TITLE, "高級分析師"),
        text(field::GRADE, "薦任第七職等"),
        text(
            field::REASON,
            "辦理一百十五年度跨機關人事資料介接及獎懲令電子化推動計畫，規劃周延、協調得宜，如期完成並通過驗收，辛勞得力",
        ),
        text(field::OUTCOME, "記功一次"),
        text(field::OUTCOME_CODE, "4010"),
        text(field::LEGAL_BASIS, "公務人員考績法施行細則第13條第1項第1款"),
        text(
            field::REMEDY,
            "受處分人如不服本令，得於收受本令次日起30日內，繕具復審書經由本府向公務人員保障暨培訓委員會提起復審。",
        ),
        text(field::REMEDY_CLAUSE, "1"),
        text(field::COPIES_TO, "範例市政府人事處"),
        text(field::HEAD_TITLE, "市長"),
        text(field::HEAD_NAME, "李範例"),
    ];
    Issued {
        id: OrderId([u8::try_from(serial % 251).expect("below 251"); 16]),
        agency: sample_agency(),
        number,
        part: (1, 1),
        person: PersonId(7),
        family: Family::Award,
        issued_on: date!(2026 - 03 - 02),
        sealed_at: datetime!(2026-03-02 01:20 UTC),
        fields: field::fields(pairs),
        amends: None,
        masked_id: "A12345****".into(),
        erased_at: None,
    }
}

/// The order that corrects `old`.
pub fn correction(old: &Issued) -> Issued {
    let mut new = order(old.text(field::RECIPIENT), 23_456);
    new.amends = Some((old.id, Amendment::Correct));
    new.fields.extend(field::fields(vec![
        (field::AMENDMENT, "更正".into()),
        (field::AMENDS_NUMBER, old.number.to_string()),
        (field::AMENDMENT_REASON, "原令事由之年度誤植，應予更正。".into()),
    ]));
    new
}

/// The same order after its content was destroyed.
pub fn erased(order: &Issued) -> Issued {
    let mut order = order.clone();
    order.fields.clear();
    order.masked_id.clear();
    order.erased_at = Some(datetime!(2026-11-20 06:30 UTC));
    order
}

/// What is public of that.
pub fn destroyed() -> Erased {
    Erased {
        on: date!(2026 - 11 - 20),
        basis: "個人資料保護法第11條第3項".into(),
        backups_until: date!(2026 - 12 - 25),
    }
}

/// The erasure of an order, waiting for a second person or carried out.
pub fn erasure(order: &Issued, done: bool) -> Erasure {
    let person = |id, name: &str| Person { id: PersonId(id), name: name.into() };
    Erasure {
        id: 3,
        order: order.id,
        number: order.number.clone(),
        agency: order.agency,
        person: order.person,
        basis: "個人資料保護法第11條第3項".into(),
        reason: "保存年限屆滿，並經檔案主管機關核准銷毀在案。".into(),
        proposed_by: person(8, "王承辦"),
        proposed_at: datetime!(2026-11-20 01:20 UTC),
        decided: done.then(|| (person(9, "陳首長"), datetime!(2026-11-20 06:30 UTC), true)),
        backups_until: done.then_some(date!(2026 - 12 - 25)),
    }
}

/// Delivered to the inbox, and opened if `opened`.
pub fn delivered(opened: bool) -> Delivery {
    Delivery {
        electronic: true,
        entered_at: Some(datetime!(2026-03-02 01:21 UTC)),
        opened_at: opened.then_some(datetime!(2026-03-02 04:05 UTC)),
        printed_at: None,
        served_on: None,
        receiver: None,
    }
}

/// Served on paper.
pub fn served() -> Delivery {
    Delivery {
        electronic: false,
        entered_at: None,
        opened_at: None,
        printed_at: Some(datetime!(2026-03-02 02:00 UTC)),
        served_on: Some(date!(2026 - 03 - 04)),
        receiver: Some("示範甲".into()),
    }
}
