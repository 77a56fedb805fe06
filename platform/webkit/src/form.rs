//! What was typed into a form, and what is wrong with it: kept together so that a refused form comes back as it was sent.

use axum::extract::{FromRequest, Request};
use axum::http::{Method, header::CONTENT_TYPE};
use axum::response::IntoResponse;
use kernel::{Refusal, Text, roc};
use time::Date;

use crate::errors::WebError;

/// Most pairs a form may send; a page of rows with checkboxes stays far below it.
pub const FORM_PAIRS_MAX: usize = 20_000;

/// Something wrong with a form, and with which field.
#[derive(Debug, Clone)]
pub struct FieldError {
    /// Name of the field; `None` if it is the whole form.
    pub field: Option<String>,
    /// What is wrong and how to put it right.
    pub text: Text,
}

/// Values by field name, in the order sent, and errors. As a handler's argument it reads a query (GET) or a body (POST).
#[derive(Debug, Clone, Default)]
pub struct Form {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A form with these values.
    #[must_use]
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { pairs, errors: Vec::new() }
    }

    /// The same form with one more value: to fill in what is on file.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.pairs.push((name.to_owned(), value.to_string()));
        self
    }

    /// First value of a field as typed; empty if it was not sent.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The same without white space around it, half- or full-width.
    #[must_use]
    pub fn trimmed(&self, name: &str) -> &str {
        self.value(name).trim()
    }

    /// All values of a field: the checked boxes, the chosen rows.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether `value` is among the values of a field.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|sent| sent == value)
    }

    /// Whether a field was sent at all, as a checked box or a pressed button is.
    #[must_use]
    pub fn sent(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// The values that parse as `T`, such as ids of chosen rows; the others are left out.
    #[must_use]
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        self.values(name).filter_map(|value| value.parse().ok()).collect()
    }

    /// The text of a field that must be filled in; notes an error if it is empty.
    pub fn required(&mut self, name: &str, missing: Text) -> String {
        let value = self.trimmed(name).to_owned();
        if value.is_empty() {
            self.fault(name, missing);
        }
        value
    }

    /// The date of a field in any form that officials write (1150302, 115/03/02, 2026-03-02); `None` if it is empty.
    /// Notes an error if it is none of these.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        match roc::parse(self.trimmed(name)) {
            Ok(date) => date,
            Err(_) => {
                self.fault(
                    name,
                    Text::new(
                        "日期看不懂，請照「115/03/02」或「1150302」的樣子填寫。",
                        "This is not a date. Write it like 115/03/02, 1150302 or 2026-03-02.",
                    ),
                );
                None
            }
        }
    }

    /// Notes an error on a field.
    pub fn fault(&mut self, field: &str, text: Text) {
        self.errors.push(FieldError { field: Some(field.to_owned()), text });
    }

    /// Notes a refusal of the rules: on its field, if it names one.
    pub fn refuse(&mut self, refusal: &Refusal) {
        self.errors.push(FieldError { field: refusal.field.clone(), text: refusal.text.clone() });
    }

    /// The first error of a field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<&Text> {
        self.errors.iter().find(|error| error.field.as_deref() == Some(field)).map(|error| &error.text)
    }

    /// All errors, for the summary at the top of the page.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The values in the order sent.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    pub(crate) fn push(&mut self, name: String, value: String) {
        self.pairs.push((name, value));
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = axum::response::Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let has_body = !matches!(*request.method(), Method::GET | Method::HEAD);
        // A button outside any field posts an empty body, which some browsers send without a type.
        if has_body && !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(Self::default());
        }
        let axum::extract::Form(pairs) = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state)
            .await
            .map_err(IntoResponse::into_response)?;
        if pairs.len() > FORM_PAIRS_MAX {
            return Err(
                WebError::BadRequest(Text::new("表單欄位太多。", "The form has too many fields.")).into_response()
            );
        }
        Ok(Self { pairs, errors: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use time::macros::date;

    #[test]
    fn a_refused_form_keeps_what_was_typed() {
        let mut form =
            Form::of([("reason", " 辦理選務 "), ("on", "115/13/45"), ("row", "3"), ("row", "x"), ("row", "5")]);
        assert_eq!(form.date("on"), None);
        assert_eq!(form.required("reason", Text::new("請填事由。", "Give the reason.")), "辦理選務");
        assert!(form.error("on").is_some() && form.error("reason").is_none());
        assert_eq!(form.value("on"), "115/13/45");
        assert_eq!(form.parsed::<i64>("row"), [3, 5]);
    }

    #[test]
    fn dates_are_read_as_officials_write_them() {
        for written in ["1150302", "115/03/02", "2026-03-02"] {
            let mut form = Form::of([("on", written)]);
            assert_eq!(form.date("on"), Some(date!(2026 - 03 - 02)), "{written}");
            assert!(form.is_clean());
        }
        let mut form = Form::of([("on", "")]);
        assert_eq!(form.date("on"), None);
        assert!(form.is_clean());
    }

    #[tokio::test]
    async fn reads_repeated_names_from_a_body() {
        let request = Request::post("/")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("row=1&row=2&note=%E5%A5%BD"))
            .unwrap();
        let form = Form::from_request(request, &()).await.unwrap();
        assert_eq!((form.parsed::<i64>("row"), form.value("note")), (vec![1, 2], "好"));
    }
}
