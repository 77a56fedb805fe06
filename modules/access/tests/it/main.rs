//! Signing in and what ends it, against a real database.

#![allow(clippy::unwrap_used, reason = "a helper of a test that cannot go on has failed")]

mod binding;
mod deputies;
mod mandates;
mod offices;
mod passkeys;
mod revocation;
mod sessions;

use access::{
    AccessError, Action, Authorities, Family, Office, Opened, Reach, Revocation, Role, Scope, SignInRefusal, Tree,
    Visit, permits,
};
use db::Db;
use kernel::{AgencyCode, Clock, FixedClock, PersonId, SeededRandom, office_date};
use seal::{Authority, CardAuthority, CardRules, CertificateRequest, SoftCard};
use std::sync::Arc;
use testkit::TestDb;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);
const PERSON: PersonId = PersonId(7);

struct World {
    test: TestDb,
    random: SeededRandom,
    authority: Authority,
    card: SoftCard,
}

impl World {
    async fn new() -> Self {
        let test = testkit::database(&[access::MIGRATIONS]).await;
        let random = SeededRandom::new(3);
        let authority = Authority::create(&random, "測試憑證中心", NOW - Duration::days(1)).unwrap();
        let card = card(&random, &authority);
        let world = Self { test, random, authority, card };
        let mut tx = world.db().begin().await.unwrap();
        let fingerprint = fingerprint(&world.card);
        let here = AgencyCode::parse("376480000A").unwrap();
        assert!(access::register_card(&mut tx, &fingerprint, PERSON, "王小明", Some(&here), NOW).await.unwrap());
        assert!(!access::register_card(&mut tx, &fingerprint, PersonId(8), "別人", None, NOW).await.unwrap());
        tx.commit().await.unwrap();
        world
    }

    fn db(&self) -> &Db {
        &self.test.db
    }

    async fn challenge(&self) -> String {
        access::challenge(self.db(), &FixedClock(NOW), &self.random).await.unwrap()
    }

    fn authorities(&self) -> Authorities {
        let root = vec![self.authority.certificate().to_vec()];
        let authority = CardAuthority::new("測試", root, Vec::new(), &CardRules::default()).unwrap();
        Authorities::new(vec![Family { authority, revocation: Revocation::Off }]).unwrap()
    }

    async fn answer(&self, cms: &[u8], at: OffsetDateTime) -> Result<Opened, AccessError> {
        let (clock, visit) = (FixedClock(at), Visit::default());
        access::sign_in(self.db(), &clock, &self.random, &self.authorities(), cms, &visit).await
    }

    async fn signed_in(&self) -> String {
        self.signed_in_at(NOW).await
    }

    async fn signed_in_at(&self, at: OffsetDateTime) -> String {
        let challenge = access::challenge(self.db(), &FixedClock(at), &self.random).await.unwrap();
        let opened = self.answer(&self.card.sign(challenge.as_bytes(), true, at), at).await.unwrap();
        assert_eq!(opened.person, PERSON);
        opened.token
    }

    async fn is_in(&self, token: &str, at: OffsetDateTime) -> bool {
        access::actor_of(self.db(), &FixedClock(at), &Arc::default(), token).await.unwrap().is_some()
    }
}

fn card(random: &SeededRandom, authority: &Authority) -> SoftCard {
    let request = CertificateRequest { name: "王小明", serial_number: "1", organization: "" };
    authority.issue_card(random, &request, NOW - Duration::days(1)).unwrap()
}

fn fingerprint(card: &SoftCard) -> [u8; 32] {
    seal::subject_of(card.certificate()).unwrap().fingerprint
}

fn refused(result: Result<Opened, AccessError>) -> SignInRefusal {
    match result {
        Err(AccessError::Refused(denied)) => denied.why,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_challenge_is_good_once_and_for_five_minutes() {
    let world = World::new().await;
    let cms = world.card.sign(world.challenge().await.as_bytes(), true, NOW);
    assert!(world.answer(&cms, NOW).await.is_ok());
    assert_eq!(refused(world.answer(&cms, NOW).await), SignInRefusal::StaleChallenge);
    let late = world.card.sign(world.challenge().await.as_bytes(), true, NOW);
    assert_eq!(refused(world.answer(&late, NOW + Duration::minutes(6)).await), SignInRefusal::StaleChallenge);
    let invented = world.card.sign(b"renshi-signin/1\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA", true, NOW);
    assert_eq!(refused(world.answer(&invented, NOW).await), SignInRefusal::StaleChallenge);
    let approval = world.card.sign(b"{\"format\":\"renshi-approval/1\"}", true, NOW);
    assert_eq!(refused(world.answer(&approval, NOW).await), SignInRefusal::StaleChallenge);
}

#[tokio::test]
async fn a_card_of_another_authority_an_unregistered_and_an_ended_one_do_not_sign_in() {
    let world = World::new().await;
    let stranger = Authority::create(&world.random, "別的憑證中心", NOW - Duration::days(1)).unwrap();
    let cms = card(&world.random, &stranger).sign(world.challenge().await.as_bytes(), true, NOW);
    assert!(matches!(refused(world.answer(&cms, NOW).await), SignInRefusal::BadCard(_)));
    assert!(matches!(refused(world.answer(b"not a signature", NOW).await), SignInRefusal::BadCard(_)));
    let second = card(&world.random, &world.authority);
    let cms = second.sign(world.challenge().await.as_bytes(), true, NOW);
    assert_eq!(refused(world.answer(&cms, NOW).await), SignInRefusal::NotLetIn);
    let token = world.signed_in().await;
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::end_card(&mut tx, &fingerprint(&world.card), NOW).await.unwrap());
    assert!(!access::end_card(&mut tx, &fingerprint(&world.card), NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!world.is_in(&token, NOW).await, "the session opened with an ended card is over");
    let cms = world.card.sign(world.challenge().await.as_bytes(), true, NOW);
    assert_eq!(refused(world.answer(&cms, NOW).await), SignInRefusal::NotLetIn);
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_idleness_and_by_age() {
    let world = World::new().await;
    let token = world.signed_in().await;
    assert!(world.is_in(&token, NOW + Duration::minutes(59)).await);
    assert!(world.is_in(&token, NOW + Duration::minutes(118)).await, "being seen keeps it alive");
    assert!(!world.is_in(&token, NOW + Duration::minutes(180)).await, "idle for more than an hour");
    let busy = world.signed_in().await;
    for minutes in (0..600).step_by(50) {
        assert!(world.is_in(&busy, NOW + Duration::minutes(minutes)).await, "after {minutes} minutes");
    }
    assert!(!world.is_in(&busy, NOW + Duration::minutes(601)).await, "ten hours are the most");
    let third = world.signed_in().await;
    access::sign_out(world.db(), &FixedClock(NOW), &third).await.unwrap();
    assert!(!world.is_in(&third, NOW).await);
    assert!(!world.is_in("not-a-token", NOW).await);
    let later = FixedClock(NOW + Duration::days(1));
    assert!(access::sweep(world.db(), &later).await.unwrap() >= 3);
}

#[tokio::test]
async fn an_office_counts_from_its_first_day_until_it_ends() {
    let world = World::new().await;
    let agency = AgencyCode::parse("A58000000A").unwrap();
    let office = Office::own(Role::Head, Reach::Agency(agency));
    let today = office_date(FixedClock(NOW).now());
    let tomorrow = today.next_day().unwrap();
    let token = world.signed_in().await;
    let may = async |at| {
        let actor = access::actor_of(world.db(), &FixedClock(at), &Arc::new(Tree::default()), &token).await.unwrap();
        permits(actor.as_ref(), Action::ApproveCase, Scope::Agency(&agency))
    };
    assert!(!may(NOW).await);
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::grant_office(&mut tx, PERSON, &office, today, NOW).await.unwrap());
    assert!(!access::grant_office(&mut tx, PERSON, &office, today, NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert!(may(NOW).await);
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::end_office(&mut tx, PERSON, &office, tomorrow, NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert!(may(NOW).await, "until the day it ends");
    let other = world.signed_in_at(NOW + Duration::days(1)).await;
    let actor =
        access::actor_of(world.db(), &FixedClock(NOW + Duration::days(1)), &Arc::default(), &other).await.unwrap();
    assert!(!permits(actor.as_ref(), Action::ApproveCase, Scope::Agency(&agency)));
}
