//! A database with one agency: 南投縣政府.

use testkit::TestDb;
use time::OffsetDateTime;
use time::macros::date;

pub const AGENCY: &str = "376480000A";
pub const AGENCIES: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\r\n\
    376480000A,南投縣政府,540,南投市中興路660號,049-2222106,376480000A,南投縣政府,,0000000,,2,,,,,,\r\n";

/// A database of the test's own, the agency imported at this moment.
pub async fn database(at: OffsetDateTime) -> TestDb {
    let test = testkit::database(&[
        register::MIGRATIONS,
        access::MIGRATIONS,
        readlog::MIGRATIONS,
        org::MIGRATIONS,
        personnel::MIGRATIONS,
        orders::MIGRATIONS,
    ])
    .await;
    let upload =
        org::Upload { file_name: "orglist.csv", bytes: AGENCIES.as_bytes(), published_on: date!(2026 - 01 - 01) };
    let confirmation = org::Confirmation { by: "測試", at, base: org::Base::Empty, accept_missing: false };
    org::import(&test.db, upload, confirmation).await.unwrap();
    test
}
