//! A form with files. A file over the limit is read to its end and thrown away, so that the sender gets an answer
//! instead of a broken connection.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use kernel::Text;

use crate::errors::WebError;
use crate::form::{FORM_PAIRS_MAX, Form};

/// Most bytes read of one request in all. Beyond it the connection is closed.
const READ_MAX: usize = 1 << 30;

/// Most bytes of one field that is not a file.
const FIELD_MAX: usize = 1 << 20;

/// Most files of one form. Each is kept in memory until the handler has read it.
const FILES_MAX: usize = 4;

/// Most characters of a file's name that are kept.
const NAME_CHARS_MAX: usize = 200;

/// A file as sent.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// Name of the form field.
    pub field: String,
    /// Name the sender's computer gave it: to show, never to open.
    pub name: String,
    /// Content; empty if it was over the limit.
    pub bytes: Vec<u8>,
    /// Size in bytes as sent.
    pub size: u64,
    /// Whether it was over the limit, and its content is not here.
    pub too_large: bool,
}

/// A posted form with files of at most `MAX` bytes each.
#[derive(Debug, Default)]
pub struct Upload<const MAX: usize> {
    /// The other fields.
    pub form: Form,
    /// Files that were chosen, in order.
    pub files: Vec<UploadedFile>,
}

impl<const MAX: usize> Upload<MAX> {
    /// The file of a field. Notes an error on the form if there is none, or if it is too large or empty.
    pub fn file(&mut self, field: &str) -> Option<UploadedFile> {
        let found = self.files.iter().position(|file| file.field == field).map(|at| self.files.swap_remove(at));
        let wrong = match &found {
            None => Text::new("請選擇檔案。", "Choose a file."),
            Some(file) if file.too_large => too_large(MAX),
            Some(file) if file.size == 0 => Text::new("檔案是空的。", "The file is empty."),
            Some(_) => return found,
        };
        self.form.fault(field, wrong);
        None
    }
}

fn too_large(max: usize) -> Text {
    let mb = max >> 20;
    Text {
        zh: format!("檔案太大，最多 {mb} MB。").into(),
        en: format!("The file is too large. The most is {mb} MB.").into(),
    }
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Upload<MAX> {
    type Rejection = Response;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Self::Rejection> {
        DefaultBodyLimit::max(READ_MAX).apply(&mut request);
        let mut multipart = Multipart::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let mut upload = Self { form: Form::new(), files: Vec::new() };
        let mut fields = 0;
        while let Some(field) = multipart.next_field().await.map_err(IntoResponse::into_response)? {
            fields += 1;
            if fields > FORM_PAIRS_MAX {
                return Err(broken().into_response());
            }
            upload.take(field).await?;
        }
        Ok(upload)
    }
}

impl<const MAX: usize> Upload<MAX> {
    async fn take(&mut self, mut field: Field<'_>) -> Result<(), Response> {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let limit = if file_name.is_some() { MAX } else { FIELD_MAX };
        let (mut bytes, mut size) = (Vec::new(), 0_u64);
        while let Some(chunk) = field.chunk().await.map_err(IntoResponse::into_response)? {
            size += chunk.len() as u64;
            if size <= limit as u64 {
                bytes.extend_from_slice(&chunk);
            } else {
                bytes = Vec::new();
            }
        }
        let too_large = size > limit as u64;
        match file_name {
            // A file field left empty is sent with an empty name and no content.
            Some(file_name) if file_name.is_empty() && size == 0 => {}
            Some(_) if self.files.len() == FILES_MAX => return Err(broken().into_response()),
            Some(file_name) => {
                let file_name = plain_name(&file_name);
                self.files.push(UploadedFile { field: name, name: file_name, bytes, size, too_large });
            }
            None if too_large => return Err(broken().into_response()),
            None => self.form.push(name, String::from_utf8(bytes).map_err(|_| broken().into_response())?),
        }
        Ok(())
    }
}

/// The name without folders, and without characters that are not seen or turn the reading direction: `獎懲\u{202e}vsc.exe` must not
/// be shown as if it ended in `csv`.
fn plain_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or("");
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    name.chars().filter(|c| !hidden(*c)).take(NAME_CHARS_MAX).collect()
}

fn broken() -> WebError {
    WebError::BadRequest(Text::new("表單內容不完整或太長。", "The form is incomplete or too long."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::header::CONTENT_TYPE;

    async fn upload<const MAX: usize>(body: &str) -> Upload<MAX> {
        let request = Request::post("/")
            .header(CONTENT_TYPE, "multipart/form-data; boundary=cut")
            .body(Body::from(body.replace('\n', "\r\n")))
            .unwrap();
        Upload::from_request(request, &()).await.unwrap()
    }

    const BODY: &str = "--cut\nContent-Disposition: form-data; name=\"kind\"\n\naward\n--cut\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"獎勵.csv\"\n\n0123456789\n--cut--\n";

    #[tokio::test]
    async fn a_file_comes_with_the_fields_beside_it() {
        let mut sent = upload::<10>(BODY).await;
        assert_eq!(sent.form.value("kind"), "award");
        let file = sent.file("file").unwrap();
        assert_eq!((file.name.as_str(), file.bytes.as_slice()), ("獎勵.csv", b"0123456789".as_slice()));
    }

    #[tokio::test]
    async fn one_byte_over_the_limit_is_refused_on_its_field() {
        let mut sent = upload::<9>(BODY).await;
        assert!(sent.file("file").is_none());
        assert!(sent.form.error("file").is_some_and(|text| text.zh.contains("太大")));
        assert_eq!(sent.form.value("kind"), "award");
    }

    #[tokio::test]
    async fn a_form_of_many_files_is_refused() {
        let part = "--cut\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\n\nx\n";
        let request = |count: usize| {
            Request::post("/")
                .header(CONTENT_TYPE, "multipart/form-data; boundary=cut")
                .body(Body::from((part.repeat(count) + "--cut--\n").replace('\n', "\r\n")))
                .unwrap()
        };
        assert_eq!(Upload::<10>::from_request(request(FILES_MAX), &()).await.unwrap().files.len(), FILES_MAX);
        let refused = Upload::<10>::from_request(request(FILES_MAX + 1), &()).await.unwrap_err();
        assert_eq!(refused.status(), axum::http::StatusCode::BAD_REQUEST);
    }

    #[test]
    fn a_name_is_shown_without_folders_and_tricks() {
        assert_eq!(plain_name("C:\\文件\\獎懲.csv"), "獎懲.csv");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("獎懲\u{202e}vsc\u{200b}.e\0xe\r\n"), "獎懲vsc.exe");
        assert_eq!(plain_name(&"字".repeat(500)).chars().count(), NAME_CHARS_MAX);
    }

    #[tokio::test]
    async fn no_file_chosen_is_said_on_its_field() {
        let body = "--cut\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\n\n\n--cut--\n";
        let mut sent = upload::<9>(body).await;
        assert!(sent.file("file").is_none());
        assert_eq!(sent.form.error("file").unwrap().zh, "請選擇檔案。");
    }
}
