//! What each party would hold at the end of the journey, written into a folder.

use crate::Failure;
use orders::{Issued, PaperSetting};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::App;

/// PDFs being made at the same time.
const PRESSES: usize = 2;

/// Writes `orders/`, `log/` and `mail/` into `folder`, which must be empty or new.
///
/// # Errors
/// When the folder holds something, a paper cannot be made, or storage fails.
pub async fn write(app: &App, issued: &[Issued], folder: &Path) -> Result<(), Failure> {
    let orders_folder = folder.join("orders");
    std::fs::create_dir_all(&orders_folder)?;
    if std::fs::read_dir(&orders_folder)?.next().is_some() {
        return Err(format!("`{}` holds something already; choose another folder", orders_folder.display()).into());
    }
    crate::registry::export(&app.db, &folder.join("log")).await?;
    copy_mail(&app.outbox, &folder.join("mail"))?;
    let work: Arc<Vec<Issued>> = Arc::new(issued.to_vec());
    let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut presses = tokio::task::JoinSet::new();
    for _ in 0..PRESSES {
        let (app, work, next, folder) = (app.clone(), Arc::clone(&work), Arc::clone(&next), orders_folder.clone());
        presses.spawn(async move {
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(order) = work.get(at) else { return Ok::<(), Failure>(()) };
                write_order(&app, order, &folder).await?;
            }
        });
    }
    while let Some(done) = presses.join_next().await {
        done??;
    }
    Ok(())
}

async fn write_order(app: &App, order: &Issued, folder: &Path) -> Result<(), Failure> {
    let bundle = orders::bundle(&app.db, order).await?.ok_or("an order is not in the register")?;
    let pdf = paper(app, order, bundle.clone()).await?;
    std::fs::write(folder.join(format!("{}.json", order.label())), bundle)?;
    std::fs::write(folder.join(format!("{}.pdf", order.label())), pdf)?;
    Ok(())
}

/// The paper of an order.
///
/// # Errors
/// When it cannot be made.
pub async fn paper(app: &App, order: &Issued, bundle: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let address = orders::address(&app.db, order, &app.public).await?;
    let (app, order) = (app.clone(), order.clone());
    let made = tokio::task::spawn_blocking(move || {
        let stated = seal::bundle::Bundle::parse(&bundle)?.issuer.statement;
        let keys = app.keys.keys_with(order.agency, &stated.document_certificate)?;
        let setting =
            PaperSetting { address: &address, watermark: app.watermark(), banner: app.banner(), now: app.now() };
        Ok::<_, Failure>(orders::paper_pdf(&app.press, &keys, &order, &bundle, setting)?)
    });
    made.await?
}

fn copy_mail(outbox: &Path, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let Ok(files) = std::fs::read_dir(outbox) else { return Ok(()) };
    for file in files {
        let path: PathBuf = file?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            std::fs::copy(&path, folder.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}
