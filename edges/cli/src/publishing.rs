//! The public files of the register and of its anchors, kept in a folder or an S3 store.

use crate::Failure;
use anchor::State;
use db::Db;
use objects::Objects;
use register::publish::Published;
use serde_json::Value;
use std::collections::BTreeSet;

/// Name of the list of anchors.
const LIST: &str = "anchors/list.json";

/// Brings what is published up to the register, then to its anchors, which add to it.
///
/// # Errors
/// As [`register::publish::publish`]; and when an anchor's file cannot be read or written.
pub async fn publish(db: &Db, objects: &Objects) -> Result<Published, Failure> {
    let mut published = register::publish::publish(db, objects).await?;
    published.files += anchors(db, objects).await?;
    Ok(published)
}

/// Writes the files of the anchors that the published list does not name as it is now, and the list last: whoever dies in between begins
/// with the old list and writes the same files again.
async fn anchors(db: &Db, objects: &Objects) -> Result<usize, Failure> {
    let mut tx = db.begin().await?;
    let Some(list) = anchor::resource(&mut tx, LIST).await? else { return Ok(0) };
    let before = objects.get(LIST).await?.map(|there| there.bytes);
    if before.as_deref() == Some(list.bytes.as_slice()) {
        return Ok(0);
    }
    let known = lines(before.as_deref().unwrap_or_default());
    let mut written = 1;
    for line in lines(&list.bytes).difference(&known) {
        let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
        let (Some(number), true) = (value["anchor"].as_i64(), value["state"] == State::Confirmed.word()) else {
            continue;
        };
        for kind in ["json", "payload", "tst"] {
            let path = format!("anchors/{number}.{kind}");
            // As an export has them: token and payload of time stamps only.
            if kind == "payload" && value["kind"] != anchor::Kind::Rfc3161.word() {
                continue;
            }
            if let Some(file) = anchor::resource(&mut tx, &path).await? {
                objects.put(&path, file.bytes).await?;
                written += 1;
            }
        }
    }
    tx.commit().await?;
    objects.put(LIST, list.bytes).await?;
    Ok(written)
}

/// The anchors in a list, each as its text.
fn lines(list: &[u8]) -> BTreeSet<String> {
    let value: Value = serde_json::from_slice(list).unwrap_or_default();
    value["anchors"].as_array().map(|lines| lines.iter().map(Value::to_string).collect()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
mod tests {
    use super::*;
    use anchor::{Anchors, Head, Reason};
    use kernel::{Clock, FixedClock};
    use objects::Place;
    use std::{path::Path, sync::Arc};
    use time::macros::datetime;
    use tlog::note::LogKey;

    /// Every file below a folder, with its bytes.
    fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder.join("anchors"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
            .collect();
        found.sort();
        found
    }

    #[tokio::test]
    async fn what_is_published_holds_the_anchors_as_an_export_does() {
        let test = testkit::database(&[register::MIGRATIONS, anchor::MIGRATIONS]).await;
        let folder = std::env::temp_dir().join(format!("renshi-published-anchors-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let (public, whole, pages) = (folder.join("public"), folder.join("whole"), folder.join("pages"));
        let objects = Objects::open(&Place::Folder(public.clone())).unwrap();
        let key = LogKey::from_seed("orders.example/2026", &[7; 32]).unwrap();
        let mut tx = test.db.begin().await.unwrap();
        register::log::create(&mut tx, &key).await.unwrap();
        tx.commit().await.unwrap();
        publish(&test.db, &objects).await.unwrap();
        assert_eq!(files(&public).len(), 1, "the list, and nothing in it");

        let clock: Arc<dyn Clock> = Arc::new(FixedClock(datetime!(2026-03-02 09:00 +8)));
        let anchors = Anchors::in_folder(pages);
        for size in [3, 9] {
            let note = format!("orders.example/2026\n{size}\n{}\n\n— x AAAAAAAA\n", "A".repeat(43) + "=");
            let head = Head { origin: "orders.example/2026".into(), size, root: [0; 32], checkpoint: note };
            let mut tx = test.db.begin().await.unwrap();
            assert!(anchor::due(&mut tx, &head, Reason::Hand, clock.now()).await.unwrap());
            tx.commit().await.unwrap();
            anchor::pass(&test.db, &anchors, None, &clock).await.unwrap();
            publish(&test.db, &objects).await.unwrap();
            crate::registry::export(&test.db, &whole).await.unwrap();
            assert_eq!(files(&public), files(&whole));
        }
        assert_eq!(files(&public).len(), 3);
        assert_eq!(publish(&test.db, &objects).await.unwrap().files, 0, "nothing is written twice");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
