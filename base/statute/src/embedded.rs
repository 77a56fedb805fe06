//! What of `law/` is carried in the binary. A test compares these lists with the folder, so a file that is not named here is found.

/// Folder name, `act.toml`, and the newest text kept (empty for a measure whose text is not).
pub(crate) const ACTS: [(&str, &str, &str); 10] = [
    (
        "a0030018",
        include_str!("../../../law/a0030018/act.toml"),
        include_str!("../../../law/a0030018/text/2007-03-21.json"),
    ),
    (
        "a0030055",
        include_str!("../../../law/a0030055/act.toml"),
        include_str!("../../../law/a0030055/text/2021-01-20.json"),
    ),
    (
        "h0020040",
        include_str!("../../../law/h0020040/act.toml"),
        include_str!("../../../law/h0020040/text/2019-06-05.json"),
    ),
    (
        "j0080037",
        include_str!("../../../law/j0080037/act.toml"),
        include_str!("../../../law/j0080037/text/2024-05-15.json"),
    ),
    (
        "s0040001",
        include_str!("../../../law/s0040001/act.toml"),
        include_str!("../../../law/s0040001/text/2007-03-21.json"),
    ),
    (
        "s0040002",
        include_str!("../../../law/s0040002/act.toml"),
        include_str!("../../../law/s0040002/text/2021-07-30.json"),
    ),
    (
        "s0040003",
        include_str!("../../../law/s0040003/act.toml"),
        include_str!("../../../law/s0040003/text/2015-09-21.json"),
    ),
    (
        "s0110020",
        include_str!("../../../law/s0110020/act.toml"),
        include_str!("../../../law/s0110020/text/2023-11-09.json"),
    ),
    (
        "s0120001",
        include_str!("../../../law/s0120001/act.toml"),
        include_str!("../../../law/s0120001/text/2022-06-22.json"),
    ),
    ("residence-number", include_str!("../../../law/residence-number/act.toml"), ""),
];

/// Key and file of each value. The key is the path under `law/` without `.toml`.
pub(crate) const VALUES: [(&str, &str); 9] = [
    (crate::REVOCATION_MONTHS, include_str!("../../../law/a0030055/a121/revocation-months.toml")),
    (crate::REPEAL_MONTHS, include_str!("../../../law/a0030055/a124/repeal-months.toml")),
    (crate::TEACHER_REMEDY_DAYS, include_str!("../../../law/h0020040/a042/remedy-days.toml")),
    (crate::TEACHER_REMEDY_NOTICE, include_str!("../../../law/h0020040/a042/remedy-notice.toml")),
    (crate::OLD_RESIDENCE_NUMBER_UNTIL, include_str!("../../../law/residence-number/old-form-until.toml")),
    (crate::CONFIRMATION_MONTHS, include_str!("../../../law/s0040002/a013/confirmation-months.toml")),
    (crate::MISSING_NOTICE_MONTHS, include_str!("../../../law/s0120001/a027/missing-notice-months.toml")),
    (crate::REMEDY_DAYS, include_str!("../../../law/s0120001/a030/remedy-days.toml")),
    (crate::REMEDY_NOTICE, include_str!("../../../law/s0120001/a044/remedy-notice.toml")),
];
