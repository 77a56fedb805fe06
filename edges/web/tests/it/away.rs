//! An authority whose keys are in a token that is away for a while.

use crate::approval::{approve, prepare};
use crate::world::{World, one_award};
use axum::http::StatusCode;
use seal::{Addressed, AgencyKeys, KeyElsewhere, Signature};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// A token that is a file of keys; it is away while the file is.
struct Token(PathBuf);

/// The address of a token is where its file is.
pub fn open(address: &str) -> Result<Box<dyn KeyElsewhere>, String> {
    Ok(Box::new(Token(address.into())))
}

impl KeyElsewhere for Token {
    fn sign_ed25519(&self, message: &[u8]) -> Option<Signature> {
        AgencyKeys::from_text(&fs::read_to_string(&self.0).ok()?, open).ok()?.sign(message).ok()
    }

    fn sign_p256(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

#[tokio::test]
async fn while_a_token_is_away_nothing_is_issued_and_nothing_is_lost() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let folder = world.app.outbox.with_file_name("keys");
    let file = folder.join(format!("{}.pem", crate::world::HERE));
    let token = folder.with_file_name("token");
    fs::rename(&file, &token).unwrap();
    let address = token.to_str().unwrap();
    let there = AgencyKeys::from_text(&fs::read_to_string(&token).unwrap(), open).unwrap();
    let addressed = || Addressed { address: address.to_owned(), key: open(address).unwrap() };
    let certificate = there.document_certificate().to_vec();
    let keys = AgencyKeys::elsewhere(addressed(), there.seal_key(), addressed(), certificate).unwrap();
    fs::write(&file, keys.to_text()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();

    let page = prepare(&world, &case, "each").await.is(StatusCode::OK);
    let away = token.with_extension("away");
    fs::rename(&token, &away).unwrap();
    let told = approve(&world, &case, &page, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("載具目前無法簽章");
    assert!(orders::orders_of_approval(&world.app.db, &case.reference()).await.unwrap().is_empty());
    fs::rename(&away, &token).unwrap();
    approve(&world, &case, &told, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(orders::orders_of_approval(&world.app.db, &case.reference()).await.unwrap().len(), 1);
}
