//! A folder and an S3 store keep the same promises.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use objects::{Keys, Objects, ObjectsError, Place};
use testkit::S3;

/// What every place must do.
async fn keeps_its_promises(objects: &Objects) {
    assert!(objects.get("a/b").await.unwrap().is_none());
    objects.put("a/b", b"one".to_vec()).await.unwrap();
    assert_eq!(objects.get("a/b").await.unwrap().unwrap().bytes, b"one");
    assert!(!objects.replace("a/b", b"two".to_vec(), None).await.unwrap(), "something is there");
    assert!(objects.replace("head", b"1".to_vec(), None).await.unwrap());

    let first = objects.get("head").await.unwrap().unwrap();
    assert!(objects.replace("head", b"22".to_vec(), Some(&first.version)).await.unwrap());
    assert!(!objects.replace("head", b"333".to_vec(), Some(&first.version)).await.unwrap(), "another was first");
    assert_eq!(objects.get("head").await.unwrap().unwrap().bytes, b"22");

    objects.put("a/c", vec![]).await.unwrap();
    objects.put("a/d/e", vec![0; 70_000]).await.unwrap();
    assert_eq!(objects.list("a").await.unwrap(), ["b", "c"]);
    objects.remove("a/b").await.unwrap();
    objects.remove("a/b").await.unwrap();
    assert_eq!(objects.list("a").await.unwrap(), ["c"]);
    assert_eq!(objects.get("a/d/e").await.unwrap().unwrap().bytes.len(), 70_000);
    assert!(matches!(objects.put("a/../b", vec![]).await, Err(ObjectsError::Name(_))));
}

/// Of many that saw the same state one may write.
async fn one_of_many_writes(objects: &Objects) {
    objects.put("race", b"0".to_vec()).await.unwrap();
    let seen = objects.get("race").await.unwrap().unwrap().version;
    let tries = (0..8_u8).map(|i| {
        let (objects, seen) = (objects.clone(), seen.clone());
        tokio::spawn(async move { objects.replace("race", vec![b'a' + i; 2], Some(&seen)).await.unwrap() })
    });
    let mut written = 0;
    for one in tries.collect::<Vec<_>>() {
        written += u8::from(one.await.unwrap());
    }
    assert_eq!(written, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder() {
    let folder = std::env::temp_dir().join(format!("renshi-objects-{}", std::process::id()));
    let objects = Objects::open(&Place::parse(folder.to_str().unwrap(), Keys::default()).unwrap()).unwrap();
    keeps_its_promises(&objects).await;
    one_of_many_writes(&objects).await;
    assert_eq!(std::fs::read(folder.join("head")).unwrap(), b"22");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_s3_store() {
    let server = S3::start();
    for prefix in ["", "logs/2026/"] {
        let place = Place::parse(&format!("s3://{}/{prefix}", server.bucket), keys(&server.endpoint)).unwrap();
        let objects = Objects::open(&place).unwrap();
        keeps_its_promises(&objects).await;
        one_of_many_writes(&objects).await;
    }
}

fn keys(endpoint: &str) -> Keys {
    let text = |text: &str| Some(text.to_owned());
    Keys { endpoint: text(endpoint), region: None, access_key: text("renshi"), secret: text("secret") }
}

#[test]
fn addresses() {
    let parse = |text| Place::parse(text, Keys::default()).map(|place| format!("{place:?}"));
    assert_eq!(parse("s3://b/c/d/").unwrap(), "s3://b/c/d");
    assert_eq!(parse("s3://b").unwrap(), "s3://b/");
    assert_eq!(parse("/srv/log").unwrap(), "/srv/log");
    for wrong in ["", "s3://", "s3:///x", "https://host/log"] {
        assert!(matches!(parse(wrong), Err(ObjectsError::Address(_))), "{wrong}");
    }
}

#[test]
fn an_s3_store_without_keys_is_refused() {
    let place = Place::parse("s3://b/c", Keys::default()).unwrap();
    assert!(matches!(Objects::open(&place), Err(ObjectsError::Setting(_))));
}
