//! The questions of C2SP tlog-witness. Whatever a witness answers is a stranger's word: it is bounded and compared, never obeyed.

use base64::{Engine, engine::general_purpose::STANDARD};
use fetch::{Client, Reply};
use tlog::hash::{Hash, sha256};

/// What a witness said to a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// 200: lines that should be cosignatures.
    Lines(String),
    /// 409: the size it cosigned last.
    Size(u64),
    /// 409 without a size, or 422: it knows another tree of this log.
    OtherTree,
}

/// Offers a checkpoint. The error is a short reason for the operator.
pub(super) async fn add_checkpoint(
    client: &Client,
    url: &str,
    old: u64,
    proof: &[Hash],
    note: &str,
) -> Result<Said, String> {
    let mut body = format!("old {old}\n");
    for hash in proof {
        body.push_str(&STANDARD.encode(hash));
        body.push('\n');
    }
    body.push('\n');
    body.push_str(note);
    let address = format!("{}/add-checkpoint", url.trim_end_matches('/'));
    let reply = client.post_any(&address, "text/plain; charset=utf-8", body.into_bytes()).await;
    let Reply { status, content_type, body } = reply.map_err(|error| error.to_string())?;
    let text = String::from_utf8(body).map_err(|_| "answers in no text".to_owned());
    match status {
        200 => text.map(Said::Lines),
        409 if content_type == "text/x.tlog.size" => size(&text?).map(Said::Size),
        409 | 422 => Ok(Said::OtherTree),
        _ => Err(format!("answers with status {status}")),
    }
}

/// The newest checkpoint it cosigned of a log, as it shows it; `None` if it cosigned none.
pub(super) async fn newest(client: &Client, url: &str, origin: &str) -> Result<Option<String>, String> {
    let name: String = sha256(origin.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let address = format!("{}/{name}/checkpoint", url.trim_end_matches('/'));
    let reply = client.get_any(&address, &[]).await.map_err(|error| error.to_string())?;
    match reply.status {
        200 => String::from_utf8(reply.body).map(Some).map_err(|_| "answers in no text".to_owned()),
        404 => Ok(None),
        status => Err(format!("answers with status {status}")),
    }
}

/// A decimal number and a line feed.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.strip_suffix('\n').unwrap_or_default();
    let number = digits.parse::<u64>().ok().filter(|number| number.to_string() == digits);
    // PostgreSQL's sizes end there, and so do ours.
    number.filter(|number| i64::try_from(*number).is_ok()).ok_or_else(|| "tells a size that is none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_digits_and_a_line_feed() {
        assert_eq!(size("0\n"), Ok(0));
        assert_eq!(size("20852014\n"), Ok(20_852_014));
        for bad in ["", "\n", "1", "01\n", "+1\n", "-1\n", "1\n\n", " 1\n", "9223372036854775808\n"] {
            assert!(size(bad).is_err(), "{bad:?}");
        }
    }
}
