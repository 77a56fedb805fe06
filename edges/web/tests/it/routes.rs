//! Every route answers for whom it is meant, and for nobody else.

use crate::world::{Who, World};
use axum::http::StatusCode;

#[tokio::test]
async fn everybody_signs_in_and_a_stranger_is_asked_to() {
    let world = World::new().await;
    for who in [Who::Officer, Who::Secretary, Who::Head, Who::Operator, Who::Civil, Who::Stranger] {
        world.get(who, "/").await.is(StatusCode::OK);
    }
    let page = world.get(Who::Nobody, "/signin").await.is(StatusCode::OK);
    assert!(page.text().contains("王承辦"), "the demonstration offers its cards");
}
