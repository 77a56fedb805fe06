//! From what a module answers to what a page says: a refusal is told to the person, a fault is logged under a number.

use kernel::Refusal;
use orders::OrdersError;
use personnel::PersonnelError;
use std::error::Error;
use webkit::{Form, WebError};

/// An error of a module, taken apart.
pub enum Said {
    /// The rules say no.
    No(Refusal),
    /// We could not do it.
    Fault(Box<dyn Error + Send + Sync>),
}

impl From<OrdersError> for Said {
    fn from(error: OrdersError) -> Self {
        match error {
            OrdersError::Refused(no) => Self::No(no),
            fault => Self::Fault(fault.into()),
        }
    }
}

impl From<PersonnelError> for Said {
    fn from(error: PersonnelError) -> Self {
        match error {
            PersonnelError::Refused(no) => Self::No(no),
            PersonnelError::File(fault) => Self::No(fault.refusal()),
            fault => Self::Fault(fault.into()),
        }
    }
}

impl From<access::OfficeError> for Said {
    fn from(error: access::OfficeError) -> Self {
        match error {
            access::OfficeError::Refused(no) => Self::No(no),
            fault => Self::Fault(fault.into()),
        }
    }
}

impl From<access::DeputyError> for Said {
    fn from(error: access::DeputyError) -> Self {
        match error {
            access::DeputyError::Refused(no) => Self::No(no),
            fault @ access::DeputyError::Store(_) => Self::Fault(fault.into()),
        }
    }
}

impl From<access::MandateError> for Said {
    fn from(error: access::MandateError) -> Self {
        match error {
            access::MandateError::Refused(no) => Self::No(no),
            fault @ access::MandateError::Store(_) => Self::Fault(fault.into()),
        }
    }
}

impl From<org::Error> for Said {
    fn from(error: org::Error) -> Self {
        match error {
            org::Error::Refused(no) => Self::No(no),
            fault => Self::Fault(fault.into()),
        }
    }
}

impl From<readlog::Error> for Said {
    fn from(error: readlog::Error) -> Self {
        match error {
            readlog::Error::Refused(no) => Self::No(no),
            fault => Self::Fault(fault.into()),
        }
    }
}

/// For `map_err` where there is no form: a refusal gets a page of its own.
pub fn page<E: Into<Said>>(doing: &'static str) -> impl FnOnce(E) -> WebError {
    move |error| match error.into() {
        Said::No(no) => no.into(),
        Said::Fault(cause) => WebError::fault(doing)(cause),
    }
}

/// Notes a refusal on the form, so that it comes back with what was typed.
///
/// # Errors
/// When it is no refusal but a fault.
pub fn on_form(form: &mut Form, doing: &'static str, error: impl Into<Said>) -> Result<(), WebError> {
    match error.into() {
        Said::No(no) => {
            form.refuse(&no);
            Ok(())
        }
        Said::Fault(cause) => Err(WebError::fault(doing)(cause)),
    }
}
