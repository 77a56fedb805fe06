//! The key under which the running shard of the register is signed. It changes while the program runs, when the next shard is opened.

use crate::App;
use db::Tx;
use std::sync::{Arc, RwLock};
use tlog::note::LogKey;

/// Finds the key of the log with an origin, if it is kept here.
type Find = Box<dyn Fn(&str) -> Option<LogKey> + Send + Sync>;

/// The key at hand, and where that of another shard is found.
pub struct LogKeys {
    now: RwLock<Arc<LogKey>>,
    find: Find,
}

impl LogKeys {
    /// The key of the running shard; `find` gives that of another by its origin.
    pub fn new(now: LogKey, find: impl Fn(&str) -> Option<LogKey> + Send + Sync + 'static) -> Self {
        Self { now: RwLock::new(Arc::new(now)), find: Box::new(find) }
    }

    /// The key at hand.
    #[must_use]
    pub fn now(&self) -> Arc<LogKey> {
        Arc::clone(&self.now.read().expect("nothing panics while it is held"))
    }

    /// The key of another shard, as it is kept now.
    #[must_use]
    pub fn find(&self, origin: &str) -> Option<LogKey> {
        (self.find)(origin)
    }

    /// Takes up the key of the shard that runs by now. False if it is not kept here.
    pub(crate) fn turn(&self, head: &register::log::Head) -> bool {
        let found = self.find(head.vkey.name()).filter(|key| *key.vkey() == head.vkey);
        let Some(key) = found else { return false };
        *self.now.write().expect("nothing panics while it is held") = Arc::new(key);
        true
    }
}

/// One pass of the sequencer under the key of the running shard, whichever that is by now. Where the shard is closed, the next one is
/// opened as soon as the end of the closed one is witnessed.
///
/// # Errors
/// When the database is away or the key of the running shard is not kept here.
pub(crate) async fn sequence(app: &App, max: usize) -> Result<register::sequence::Sequenced, crate::work::Fault> {
    let clock = app.clock.as_ref();
    let first = register::sequence::sequence(&app.db, clock, &app.log_keys.now(), max).await;
    let mut sequenced = match first {
        Err(register::Fault::OtherKey(_)) => {
            let head = register::log::head(&mut app.db.begin().await?).await?;
            if !app.log_keys.turn(&head) {
                return Err(register::Fault::OtherKey(head.vkey.to_string()).into());
            }
            register::sequence::sequence(&app.db, clock, &app.log_keys.now(), max).await?
        }
        other => other?,
    };
    if sequenced.closed && open_next(app).await? {
        // What waited meanwhile enters the shard that was just opened.
        sequenced.more = true;
    }
    Ok(sequenced)
}

/// Opens the shard after the closed one, if its end is witnessed by now. False if it is to be tried again.
async fn open_next(app: &App) -> Result<bool, crate::work::Fault> {
    let mut tx = app.db.begin().await?;
    let Some(origin) = register::shard::awaited(&mut tx).await? else { return Ok(false) };
    let head = register::log::head(&mut tx).await?;
    let seen = register::witness::witnessed_size(&mut tx).await?;
    if seen.is_some_and(|seen| seen < head.checkpoint.size) {
        return Ok(false);
    }
    anchor::due(&mut tx, &crate::head_of(head), anchor::Reason::Frozen, app.now()).await?;
    tx.commit().await?;
    let key =
        app.log_keys.find(&origin).ok_or_else(|| format!("the key of the next shard `{origin}` is not kept here"))?;
    // Nothing is signed under the new name before the witnesses were asked whether somebody did already.
    Ok(app.witnessing.recover(&app.db, app.clock.as_ref()).await?
        && register::shard::open_next(&app.db, app.clock.as_ref(), &key).await?)
}

/// The keys of all shards, one a line, and where the policy of each is served, for pages that check in the browser.
///
/// # Errors
/// When the register cannot be read.
pub(crate) async fn known(tx: &mut Tx) -> Result<(String, String), register::Fault> {
    let heads = register::log::heads(tx).await?;
    let keys: Vec<String> = heads.iter().map(|head| head.vkey.to_string()).collect();
    let policies: Vec<String> =
        heads.iter().map(|head| format!("/log/{}policy.txt", register::serve::folder(head))).collect();
    Ok((keys.join("\n"), policies.join(" ")))
}
