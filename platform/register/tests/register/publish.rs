//! The log as public files that grow, and a database that was restored from an older copy.

use crate::{
    folder::files,
    world::{Folder, World, id, order, signed},
};
use db::Db;
use objects::{Keys, Objects, Place};
use register::{
    Fault,
    audit::audit,
    fsck::fsck,
    log,
    publish::{Published, publish, published_standing},
    rebuild::{Rebuilt, rebuild},
    sequence::pad,
    serve::{export, resource},
    standing::Standing,
};
use std::{fs, path::Path};
use testkit::S3;
use tlog::{
    leaf::Kind,
    note::LogKey,
    pack::{Inclusion, Pack},
    policy::Policy,
};

fn at(folder: &Path) -> Objects {
    Objects::open(&Place::Folder(folder.to_owned())).unwrap()
}

fn policy(world: &World) -> Policy {
    Policy::of(world.key.vkey().clone())
}

/// A log of 300 orders as [`World::lived_in`] had it before the corrections, byte for byte.
async fn restored() -> World {
    let world = World::new().await;
    world.stage(&(0..300).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;
    world
}

async fn assert_whole(db: &Db) {
    let problems: Vec<String> = fsck(db).await.unwrap().problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_published_is_what_is_exported_and_grows() {
    let world = restored().await;
    let (folder, whole) = (Folder::new("published"), Folder::new("published-whole"));
    let objects = at(&folder.0);
    let first = publish(world.db(), &objects).await.unwrap();
    assert_eq!((first.from, first.to, first.busy), (0, 302, false));
    assert_eq!(first.files, export(world.db(), &whole.0).await.unwrap());
    assert_eq!(files(&folder.0), files(&whole.0));
    let again = publish(world.db(), &objects).await.unwrap();
    assert_eq!(again, Published { from: 302, to: 302, files: 0, busy: false });

    // Grows over the edge of a tile: the unfinished ones of it go, and nothing else differs from an export made now.
    world.stage(&(300..600).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;
    publish(world.db(), &objects).await.unwrap();
    let whole = Folder::new("published-whole-grown");
    export(world.db(), &whole.0).await.unwrap();
    // A new snapshot is not due yet, so the beginning of the pack is that of the first checkpoint, for which one tile was kept.
    let kept_for_older_checkpoints = |file: &String| file == "tile/1/000.p/1";
    let left: Vec<String> = files(&folder.0).into_iter().filter(|file| !kept_for_older_checkpoints(file)).collect();
    assert_eq!(left, files(&whole.0));
    for file in left.into_iter().filter(|file| file != "pack.json") {
        assert_eq!(fs::read(folder.0.join(&file)).unwrap(), fs::read(whole.0.join(&file)).unwrap(), "{file}");
    }
    audit(&folder.0, &policy(&world)).unwrap();
    let pack = |folder: &Folder| {
        let read = |file: &str| fs::read(folder.0.join(file)).ok();
        Pack::open(read, &policy(&world)).map(|pack| pack.judged().checkpoint.size)
    };
    assert_eq!(pack(&whole), Ok(audit(&whole.0, &policy(&world)).unwrap().checkpoint().size));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_s3_store_holds_the_same() {
    let world = World::lived_in().await;
    let server = S3::start();
    let text = |text: &str| Some(text.to_owned());
    let keys =
        Keys { endpoint: text(&server.endpoint), access_key: text("renshi"), secret: text("secret"), region: None };
    let objects = Objects::open(&Place::parse(&format!("s3://{}/2026", server.bucket), keys).unwrap()).unwrap();
    let written = publish(world.db(), &objects).await.unwrap();
    let folder = Folder::new("s3-whole");
    assert_eq!(written.files, export(world.db(), &folder.0).await.unwrap());
    for file in files(&folder.0) {
        let there = objects.get(&file).await.unwrap().unwrap();
        assert_eq!(there.bytes, fs::read(folder.0.join(&file)).unwrap(), "{file}");
    }
    // Of two publishers that saw the same checkpoint one moves it; what they publish is the same.
    world.stage(&[order(7000)]).await;
    world.sequence().await;
    let (a, b) = tokio::join!(publish(world.db(), &objects), publish(world.db(), &objects));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(!(a.busy && b.busy), "{a:?} {b:?}");
    assert_eq!(published_standing(world.db(), &objects).await.unwrap(), Some(Standing::Same));
}

#[tokio::test]
async fn a_publication_that_was_cut_off_goes_on() {
    let world = World::lived_in().await;
    let folder = Folder::new("cut-off");
    let whole = Folder::new("cut-off-whole");
    export(world.db(), &whole.0).await.unwrap();
    // Whatever a publisher had written when it died, short of the checkpoint.
    for dead_after in 0..files(&whole.0).len() {
        let _ = fs::remove_dir_all(&folder.0);
        for file in files(&whole.0).iter().filter(|file| *file != "checkpoint").take(dead_after) {
            fs::create_dir_all(folder.0.join(file).parent().unwrap()).unwrap();
            fs::write(folder.0.join(file), b"the beginning").unwrap();
        }
        publish(world.db(), &at(&folder.0)).await.unwrap();
        audit(&folder.0, &policy(&world)).unwrap();
    }
}

#[tokio::test]
async fn a_restored_database_publishes_nothing_and_is_rebuilt() {
    let lost = World::lived_in().await;
    let folder = Folder::new("ahead");
    let objects = at(&folder.0);
    let size = publish(lost.db(), &objects).await.unwrap().to;
    let before = fs::read(folder.0.join("checkpoint")).unwrap();

    let world = restored().await;
    let ahead = publish(world.db(), &objects).await.unwrap_err();
    assert!(matches!(ahead, Fault::Ahead { standing: Standing::Ahead(s), .. } if s == size), "{ahead:?}");
    assert_eq!(published_standing(world.db(), &objects).await.unwrap(), Some(Standing::Ahead(size)));
    assert_eq!(fs::read(folder.0.join("checkpoint")).unwrap(), before);

    // On its way here and in the lost log already: it must not enter twice. The other one is new.
    let known = signed(Kind::Supersede, id(5), [9; 32], world.newest(&id(5)).await);
    world.stage(&[known, order(9000)]).await;
    let copy = audit(&folder.0, &policy(&world)).unwrap();
    let rebuilt = rebuild(world.db(), &[&world.key], &copy).await.unwrap();
    assert_eq!(rebuilt, Rebuilt { from: 302, to: size, arrived: 1 });
    assert_whole(world.db()).await;
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(resource(&mut tx, "checkpoint").await.unwrap().unwrap().bytes, before);
    assert_eq!(log::waiting(&mut tx).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(world.sequence().await.to, size + 1);
    assert_whole(world.db()).await;
    publish(world.db(), &objects).await.unwrap();
    audit(&folder.0, &policy(&world)).unwrap();
}

#[tokio::test]
async fn a_database_that_lost_all_is_rebuilt_from_the_copy() {
    let lost = World::lived_in().await;
    let folder = Folder::new("from-nothing");
    let size = publish(lost.db(), &at(&folder.0)).await.unwrap().to;
    let test = testkit::database(&[register::MIGRATIONS]).await;
    let mut tx = test.db.begin().await.unwrap();
    log::create(&mut tx, &lost.key).await.unwrap();
    tx.commit().await.unwrap();
    let copy = audit(&folder.0, &policy(&lost)).unwrap();
    assert_eq!(rebuild(&test.db, &[&lost.key], &copy).await.unwrap(), Rebuilt { from: 0, to: size, arrived: 0 });
    assert_whole(&test.db).await;
}

#[tokio::test]
async fn a_fork_and_a_foreign_log_are_not_taken_over() {
    let lost = World::lived_in().await;
    let folder = Folder::new("forked");
    let objects = at(&folder.0);
    let size = publish(lost.db(), &objects).await.unwrap().to;
    let copy = audit(&folder.0, &policy(&lost)).unwrap();

    let world = restored().await;
    world.stage(&(9000..9020).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;
    let forked = publish(world.db(), &objects).await.unwrap_err();
    assert!(matches!(forked, Fault::Ahead { standing: Standing::Forked(s), .. } if s == size), "{forked:?}");
    let refused = rebuild(world.db(), &[&world.key], &copy).await.unwrap_err();
    assert!(matches!(&refused, Fault::Rebuild(why) if why.contains("fewer leaves")), "{refused:?}");

    let world = World::new().await;
    world.stage(&(9000..9020).map(order).collect::<Vec<_>>()).await;
    world.sequence().await;
    let refused = rebuild(world.db(), &[&world.key], &copy).await.unwrap_err();
    assert!(matches!(&refused, Fault::Rebuild(why) if why.contains("does not begin")), "{refused:?}");
    assert_whole(world.db()).await;

    let foreign = LogKey::from_seed("orders.example/2026", &[8; 32]).unwrap();
    assert!(matches!(rebuild(world.db(), &[&foreign], &copy).await.unwrap_err(), Fault::Rebuild(_)));
    fs::write(folder.0.join("checkpoint"), "orders.example/2026\n1\nAAAA\n\n— x y\n").unwrap();
    assert!(matches!(publish(world.db(), &objects).await.unwrap_err(), Fault::NotOurs(_)));
}

#[tokio::test]
async fn padding_fills_the_tile_once_and_changes_nothing_else() {
    let world = restored().await;
    let clock = kernel::FixedClock(crate::world::START);
    let padded = pad(world.db(), &clock, &world.key, 4096).await.unwrap();
    assert_eq!((padded.from, padded.to), (302, 512));
    let again = pad(world.db(), &clock, &world.key, 4096).await.unwrap();
    assert_eq!((again.from, again.to), (512, 512));
    assert_whole(world.db()).await;
    let folder = Folder::new("padded");
    export(world.db(), &folder.0).await.unwrap();
    let audited = audit(&folder.0, &policy(&world)).unwrap();
    assert_eq!(audited.leaf_at(511).unwrap().unwrap().kind, Kind::Padding);
    let read = |file: &str| fs::read(folder.0.join(file)).ok();
    let pack = Pack::open(read, &policy(&world)).unwrap();
    let leaf = audited.leaf_at(300).unwrap().unwrap().hash();
    let path = audited.inclusion(300).unwrap();
    let path = path.first_chunk().unwrap();
    assert_eq!(pack.inclusion(&leaf, 300, Some(path)), Inclusion::Held);
    assert_eq!(pack.inclusion(&leaf, 301, Some(path)), Inclusion::Other);
    assert_eq!(pack.inclusion(&leaf, 300, None), Inclusion::WithoutPath);
    assert_eq!(pack.inclusion(&leaf, 512, Some(path)), Inclusion::Beyond);
    assert_eq!(pack.bits(300), Some(0));
    // What comes next begins a new tile.
    world.stage(&[order(9000)]).await;
    assert_eq!(world.sequence().await.to, 513);
    assert_whole(world.db()).await;
}
