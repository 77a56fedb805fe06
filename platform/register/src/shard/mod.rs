//! Shards: the register is a row of logs, one after the other (docs/verification.md, section 13).
//!
//! A shard is closed and the next one opened in two transactions ([`close`], [`open_next`]). A restart between them finds a closed shard:
//! nothing is appended to it, what is staged waits, and whoever looks next opens.

pub(crate) mod store;

use crate::{
    error::Fault,
    log,
    sequence::{End, Pass, Sequenced, now_ms, run, write},
    store::{self as rows, LogRow},
    witness,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use db::{Db, Tx};
use kernel::{Clock, office_date};
use tlog::{
    checkpoint::{Checkpoint, year_number},
    hash::ZERO,
    key_event::{KeyEvent, NextShard, Open},
    leaf::Kind,
    note::LogKey,
    status::{Section, StatusBits, StatusFile},
    tile::Edge,
    tree::empty_root,
};

/// The origin of the shard that follows the one of `origin`: of this year in Taipei, or of the next if the shard is of this year.
///
/// # Errors
/// When the origin does not end in a year, or the years have run out.
pub fn next_origin(origin: &str, clock: &dyn Clock) -> Result<String, Fault> {
    let bad = || Fault::Origin(origin.to_owned());
    let (host, _) = origin.rsplit_once('/').ok_or_else(bad)?;
    let year = year_number(origin).ok_or_else(bad)?;
    let now = u16::try_from(office_date(clock.now()).year()).unwrap_or(0);
    let next = now.max(year + 1);
    if next > 9999 { Err(bad()) } else { Ok(format!("{host}/{next:04}")) }
}

/// Closes the running shard: what is staged enters, then a status snapshot, the leaf that names `next` as the key of the next shard, and
/// the last leaf. To be called again while there is more to do ([`Sequenced::more`]) or another program is at work.
///
/// # Errors
/// As [`crate::sequence::sequence`]; when `next` is of the same log.
pub async fn close(db: &Db, clock: &dyn Clock, key: &LogKey, next: &LogKey, max: usize) -> Result<Sequenced, Fault> {
    let next_origin = next.vkey().name().to_owned();
    if year_number(&next_origin) <= year_number(key.vkey().name()) {
        return Err(Fault::Origin(next_origin));
    }
    // The kinds of keys that signed this shard sign the next one too.
    let vkeys = [Some(next.vkey()), next.ml_dsa_44()].into_iter().flatten().map(ToString::to_string).collect();
    run(db, clock, key, max, End::Close(&NextShard { next_origin, vkeys })).await
}

/// The origin of the next shard, if the running one is closed.
///
/// # Errors
/// When there is no log, or what is stored does not fit together.
pub async fn awaited(tx: &mut Tx) -> Result<Option<String>, Fault> {
    let head = log::head(tx).await?;
    if head.closed { Ok(Some(announced(tx, head.shard).await?.next_origin)) } else { Ok(None) }
}

/// What a closed shard says of the next.
pub(crate) async fn announced(tx: &mut Tx, shard: u16) -> Result<NextShard, Fault> {
    let next =
        store::key_events(tx, shard).await?.into_iter().rev().find_map(|(_, text)| match KeyEvent::parse(&text) {
            Ok(KeyEvent::NextShard(next)) => Some(next),
            _ => None,
        });
    next.ok_or_else(|| Fault::damaged("the closed shard names no next one"))
}

/// Opens the shard after a closed one, whose last checkpoint must have met its policy. It begins with the leaves of the key statements,
/// byte for byte, and what it follows. False if the shard is not closed, its witnesses have not all seen the end of it, another program is
/// at work, or nothing may be signed.
///
/// # Errors
/// When `key` is not the one that was announced, or what is stored does not fit together. Nothing is changed then.
pub async fn open_next(db: &Db, clock: &dyn Clock, key: &LogKey) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    let Some(old) = rows::log_lock(&mut tx).await? else { return Ok(false) };
    let seen = witness::witnessed_size_of(&mut tx, old.shard).await?;
    let refused = witness::store::refusal_fetch(&mut tx).await?.is_some();
    if !old.closed
        || refused
        || seen.is_some_and(|seen| seen < old.size)
        || rows::log_of(&mut tx, old.shard + 1).await?.is_some()
    {
        tx.commit().await?;
        return Ok(false);
    }
    let announced = announced(&mut tx, old.shard).await?;
    let vkey = key.vkey().to_string();
    if key.vkey().name() != announced.next_origin || !announced.vkeys.contains(&vkey) {
        // Not merely dropped: the head would stay locked until somebody uses the connection.
        tx.commit().await?;
        return Err(Fault::OtherKey(announced.vkeys.join(" ")));
    }
    let head = Checkpoint { origin: announced.next_origin, size: 0, root: empty_root() };
    let checkpoint = head.sign(key).map_err(Fault::unsigned)?;
    let Checkpoint { origin, size, root } = head;
    let shard = old.shard + 1;
    let new = LogRow { shard, closed: false, origin, vkey, size, root, time_ms: old.time_ms, checkpoint };
    rows::log_insert(&mut tx, &new).await?;
    let policy = witness::policy_text(&mut tx, &log::head_of_row(old.clone())?).await?;
    witness::store::policy_replace(&mut tx, shard, &witness::policy_for(&policy, key.vkey())).await?;
    let mut pass = Pass::new(Edge::default(), now_ms(clock).max(old.time_ms));
    for entry in rows::leaves_of_kind(&mut tx, old.shard, Kind::Key, 0, old.size).await? {
        if !entry.leaf.is_of_the_log() {
            pass.append(entry.leaf);
        }
    }
    let follows = Open { origin: old.origin, root: URL_SAFE_NO_PAD.encode(old.root), size: old.size };
    pass.say(&mut tx, shard, &KeyEvent::Open(follows), ZERO).await?;
    write(&mut tx, &new, pass, key).await?;
    tx.commit().await?;
    Ok(true)
}

/// What the newest snapshot of a shard says; before its first, what the shard before it ended with.
pub(crate) async fn status(tx: &mut Tx, head: &LogRow) -> Result<StatusFile, Fault> {
    let year = |origin: &str| year_number(origin).ok_or_else(|| Fault::Origin(origin.to_owned()));
    let own = year(&head.origin)?;
    if let Some(row) = store::status_fetch(tx, head.shard).await? {
        let file = store::status_file(tx, head.shard).await?.unwrap_or_default();
        let leaf = rows::leaves_at(tx, head.shard, &[row.index]).await?.pop();
        let file = leaf.and_then(|entry| StatusFile::open(&file, &entry.leaf.commitment, own, row.index));
        return file.ok_or_else(|| Fault::damaged("the status snapshot is not what its leaf commits to"));
    }
    let begun = Section { year: own, leaves: 0, bits: StatusBits::new(0) };
    let Some(before) = head.shard.checked_sub(1) else { return Ok(StatusFile::new(vec![], begun)) };
    let before = rows::log_of(tx, before).await?.ok_or_else(|| Fault::damaged("the shard before is missing"))?;
    let (mut earlier, mut last) = Box::pin(status(tx, &before)).await?.into_parts();
    // Every correction made a snapshot, so the leaves after the last one are valid.
    last.leaves = before.size;
    last.bits.grow(before.size);
    earlier.push(last);
    Ok(StatusFile::new(earlier, begun))
}
