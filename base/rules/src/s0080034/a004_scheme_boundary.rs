//! # First day of the new scheme (退撫新制實施日)
//!
//! ## The law says
//! Article 4 (1) names the day for civil servants, 條例 4 (1) that for teachers, 條例 94 II (1) that for nurse teachers; who came over from
//! another service keeps the day of that service (優惠存款辦法 3 III): political appointees, the military.
//!
//! ## How we read it
//! The day goes with the kind of service, not with the post held at retirement. Kinds without a day of their own, conscription among them,
//! follow the act somebody retires under.
//!
//! ## Example
//! A civil servant who taught until 1996-01-31 has old-scheme service to that day.

use statute::Valued;
use time::Date;

use crate::facts::ServiceKind;
use crate::{SchemeLaw, Stop};

crate::law::values! {
    /// Civil servants.
    civil: Date = "s0080034/a004/new-scheme-from";
    /// Teachers.
    teacher: Date = "h0150049/a004/new-scheme-from";
    /// Nurse teachers.
    nurse: Date = "h0150049/a094/new-scheme-from-nurse";
    /// Political appointees.
    political: Date = "s0080036/a003/new-scheme-from-political", "h0150054/a003/new-scheme-from-political";
    /// The military.
    military: Date = "s0080036/a003/new-scheme-from-military", "h0150054/a003/new-scheme-from-military";
    /// The act somebody retires under.
    own: Date = "s0080034/a004/new-scheme-from", "h0150049/a004/new-scheme-from";
}

/// The first day of the new scheme for a kind of service.
///
/// # Errors
/// No value was in force that day.
pub fn first_new_day(law: &SchemeLaw, kind: ServiceKind, on: Date) -> Result<&Valued<Date>, Stop> {
    let values = &law.a004_scheme_boundary;
    let series = match kind {
        ServiceKind::Civil => &values.civil,
        ServiceKind::Teacher => &values.teacher,
        ServiceKind::NurseTeacher => &values.nurse,
        ServiceKind::Political => &values.political,
        ServiceKind::Military => &values.military,
        ServiceKind::MilitaryCivilian
        | ServiceKind::Conscript
        | ServiceKind::Employee
        | ServiceKind::PublicEnterprise
        | ServiceKind::Approved
        | ServiceKind::Irregular => &values.own,
    };
    Ok(series.on(on)?)
}

/// The first day of the new scheme for anybody.
///
/// # Errors
/// No value was in force that day.
pub fn earliest(law: &SchemeLaw, on: Date) -> Result<&Valued<Date>, Stop> {
    let values = &law.a004_scheme_boundary;
    let (civil, teacher) = (values.civil.on(on)?, values.teacher.on(on)?);
    Ok(if civil.value <= teacher.value { civil } else { teacher })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme};

    #[test]
    fn each_kind_has_its_day() {
        let on = date!(2026 - 01 - 16);
        let law = Law::on(on).unwrap();
        let day = |scheme, kind| first_new_day(law.of(scheme), kind, on).unwrap().value;
        let (civil, teacher) = (date!(1995 - 07 - 01), date!(1996 - 02 - 01));
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            assert_eq!(day(scheme, ServiceKind::Civil), civil);
            assert_eq!(day(scheme, ServiceKind::Teacher), teacher);
            assert_eq!(day(scheme, ServiceKind::Political), date!(1996 - 05 - 01));
            assert_eq!(day(scheme, ServiceKind::Military), date!(1997 - 01 - 01));
            assert_eq!(day(scheme, ServiceKind::NurseTeacher), date!(2001 - 10 - 31));
        }
        assert_eq!(day(Scheme::Civil, ServiceKind::Conscript), civil);
        assert_eq!(day(Scheme::Teacher, ServiceKind::Conscript), teacher);
    }
}
