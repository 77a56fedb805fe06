//! A good card nobody knows is bound by code, fragment and card together, and by nothing less.

use access::{
    AccessError, Authorities, BindRefusal, Duty, Family, NewCode, Office, Reach, Revocation, Role, SignInRefusal,
    Visit, WRONG_CODES_MAX,
};
use db::Db;
use kernel::{AgencyCode, FixedClock, PersonId, SeededRandom};
use seal::{CardAuthority, CardRules};
use testkit::TestDb;
use testkit::pki::{CARD, FRAGMENT_6789, P_256, Pki};
use time::{Duration, OffsetDateTime};

const PERSON: PersonId = PersonId(7);
const OFFICER: PersonId = PersonId(9);

fn here() -> AgencyCode {
    AgencyCode::parse("376480000A").unwrap()
}

fn there() -> AgencyCode {
    AgencyCode::parse("A09000000E").unwrap()
}

struct World {
    test: TestDb,
    random: SeededRandom,
    pki: Pki,
    now: OffsetDateTime,
}

impl World {
    /// A card `card` with the fragment 6789, and `plain` without one.
    async fn new() -> Self {
        let test = testkit::database(&[access::MIGRATIONS]).await;
        let pki = Pki::new();
        pki.issue("card", "ca", P_256, &format!("{CARD}{FRAGMENT_6789}"), "");
        pki.issue("plain", "ca", P_256, CARD, "");
        let now = pki.now() + Duration::seconds(1);
        Self { test, random: SeededRandom::new(6), pki, now }
    }

    fn db(&self) -> &Db {
        &self.test.db
    }

    fn authorities(&self, fragment: bool) -> Authorities {
        let rules = CardRules { fragment: fragment.then(|| "2.16.886.1.100.2.51".to_owned()), ..CardRules::default() };
        let (roots, below) = (vec![self.pki.der("root")], vec![self.pki.der("ca")]);
        let authority = CardAuthority::new("MOICA", roots, below, &rules).unwrap();
        Authorities::new(vec![Family { authority, revocation: Revocation::Off }]).unwrap()
    }

    async fn code(&self, person: PersonId, fragment: &str) -> String {
        self.code_at(&here(), person, fragment).await
    }

    async fn code_at(&self, agency: &AgencyCode, person: PersonId, fragment: &str) -> String {
        let mut tx = self.db().begin().await.unwrap();
        let new = NewCode { person, holder: "王小明", fragment, agency, by: OFFICER };
        let code = access::issue_code(&mut tx, &self.random, &new, self.now).await.unwrap();
        tx.commit().await.unwrap();
        code
    }

    /// The card answers: the person it signs in, or the ticket with which it waits.
    async fn present(&self, name: &str, fragment: bool, at: OffsetDateTime) -> Result<PersonId, String> {
        let clock = FixedClock(at);
        let challenge = access::challenge(self.db(), &clock, &self.random).await.unwrap();
        let cms = self.pki.sign(name, challenge.as_bytes(), "");
        match access::sign_in(self.db(), &clock, &self.random, &self.authorities(fragment), &cms, &Visit::default())
            .await
        {
            Ok(opened) => Ok(opened.person),
            Err(AccessError::Refused(denied)) if denied.why == SignInRefusal::NotLetIn => Err(access::ticket(&cms)),
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn waiting(&self, name: &str) -> String {
        self.present(name, true, self.now).await.unwrap_err()
    }

    async fn bind(&self, ticket: &str, code: &str, at: OffsetDateTime) -> Result<PersonId, BindRefusal> {
        access::bind_card(self.db(), ticket, code, at).await.unwrap()
    }
}

#[tokio::test]
async fn code_fragment_and_card_together_bind_once() {
    let world = World::new().await;
    let (now, code) = (world.now, world.code(PERSON, "6789").await);
    let ticket = world.waiting("card").await;
    assert_eq!(code.len(), 14);
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    assert_eq!(world.bind(&ticket, &typed, now).await, Ok(PERSON));
    assert_eq!(world.present("card", true, now).await, Ok(PERSON));
    let cards = access::cards_of(world.db(), &here(), PERSON, now).await.unwrap();
    assert_eq!((cards.cards.len(), cards.code), (1, None));
    // The code is used up, and so is the ticket.
    assert_eq!(world.bind(&ticket, &code, now).await, Err(BindRefusal::StaleTicket));
    let second = world.waiting("plain").await;
    assert_eq!(world.bind(&second, &code, now).await, Err(BindRefusal::WrongCode));
}

#[tokio::test]
async fn what_does_not_belong_together_is_refused_in_the_same_words() {
    let world = World::new().await;
    let now = world.now;
    let ticket = world.waiting("card").await;
    let other = world.code(PersonId(8), "1111").await;
    assert_eq!(world.bind(&ticket, &other, now).await, Err(BindRefusal::WrongCode), "another person's fragment");
    assert_eq!(world.bind(&ticket, "0000-0000-0000", now).await, Err(BindRefusal::WrongCode), "no such code");
    let good = world.code(PERSON, "6789").await;
    let bare = world.waiting("plain").await;
    assert_eq!(world.bind(&bare, &good, now).await, Err(BindRefusal::WrongCode), "a card without a fragment");
    assert_eq!(world.bind("invented", &good, now).await, Err(BindRefusal::StaleTicket));
    assert_eq!(world.bind(&ticket, &good, now + Duration::minutes(16)).await, Err(BindRefusal::StaleTicket));
    let newer = world.code(PERSON, "6789").await;
    assert_eq!(world.bind(&ticket, &good, now).await, Err(BindRefusal::WrongCode), "a newer code takes its place");
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::withdraw_code(&mut tx, &here(), PERSON, now).await.unwrap());
    assert!(!access::withdraw_code(&mut tx, &here(), PERSON, now).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.bind(&ticket, &newer, now).await, Err(BindRefusal::WrongCode), "withdrawn");
    let late = now + Duration::days(access::CODE_DAYS_MAX);
    let last = world.code(PERSON, "6789").await;
    let ticket = world.present("card", true, late).await.unwrap_err();
    assert_eq!(world.bind(&ticket, &last, late).await, Err(BindRefusal::WrongCode), "too old");
}

#[tokio::test]
async fn after_some_wrong_codes_the_card_waits_a_day_even_with_the_right_one() {
    let world = World::new().await;
    let (now, code) = (world.now, world.code(PERSON, "6789").await);
    let ticket = world.waiting("card").await;
    for _ in 0..WRONG_CODES_MAX {
        assert_eq!(world.bind(&ticket, "1234-1234-1234", now).await, Err(BindRefusal::WrongCode));
    }
    let ticket = world.waiting("card").await;
    assert_eq!(world.bind(&ticket, &code, now).await, Err(BindRefusal::TooMany));
    let next_day = now + Duration::hours(25);
    access::sweep(world.db(), &FixedClock(next_day)).await.unwrap();
    let ticket = world.present("card", true, next_day).await.unwrap_err();
    assert_eq!(world.bind(&ticket, &code, next_day).await, Ok(PERSON));
}

#[tokio::test]
async fn of_two_cards_with_one_code_one_is_bound() {
    let world = World::new().await;
    world.pki.issue("second", "ca", P_256, &format!("{CARD}{FRAGMENT_6789}"), "");
    let (now, code) = (world.now + Duration::minutes(1), world.code(PERSON, "6789").await);
    let first = world.present("card", true, now).await.unwrap_err();
    let second = world.present("second", true, now).await.unwrap_err();
    let (first, second) = tokio::join!(world.bind(&first, &code, now), world.bind(&second, &code, now));
    assert_eq!([first, second].iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[tokio::test]
async fn where_cards_carry_no_fragment_no_code_binds() {
    let world = World::new().await;
    let ticket = world.present("plain", false, world.now).await.unwrap_err();
    let code = world.code(PERSON, "6789").await;
    assert_eq!(world.bind(&ticket, &code, world.now).await, Err(BindRefusal::NoFragment));
    assert_eq!(
        world.bind(&ticket, "0000-0000-0000", world.now).await,
        Err(BindRefusal::NoFragment),
        "whatever the code"
    );
    assert!(world.present("plain", false, world.now).await.is_err());
}

#[tokio::test]
async fn an_ended_card_comes_back_for_its_own_holder_alone() {
    let world = World::new().await;
    let now = world.now;
    let code = world.code_at(&there(), PERSON, "6789").await;
    assert_eq!(world.bind(&world.waiting("card").await, &code, now).await, Ok(PERSON));
    let fingerprint = seal::subject_of(&world.pki.der("card")).unwrap().fingerprint;
    let mut tx = world.db().begin().await.unwrap();
    assert!(access::end_card(&mut tx, &fingerprint, now).await.unwrap());
    tx.commit().await.unwrap();
    let another = world.code(PersonId(8), "6789").await;
    let other = world.bind(&world.waiting("card").await, &another, now).await;
    assert_eq!(other, Err(BindRefusal::WrongCode), "it was another person's");
    let code = world.code(PERSON, "6789").await;
    assert_eq!(world.bind(&world.waiting("card").await, &code, now).await, Ok(PERSON));
    assert_eq!(world.present("card", true, now).await, Ok(PERSON));
    let cards = async |agency| access::cards_of(world.db(), &agency, PERSON, now).await.unwrap().cards.len();
    assert_eq!((cards(here()).await, cards(there()).await), (1, 0), "it belongs to the agency that registered it last");
}

/// What an agency is told of a person's cards and does about them, in order.
async fn told(world: &World) -> Vec<String> {
    let mut told = Vec::new();
    told.push(format!("{:?}", access::cards_of(world.db(), &here(), PERSON, world.now).await.unwrap()));
    let mut tx = world.db().begin().await.unwrap();
    told.push(format!("{:?}", access::withdraw_code(&mut tx, &here(), PERSON, world.now).await.unwrap()));
    let office = Office::own(Role::Head, Reach::Agency(here()));
    let duty = Duty { id: 1, principal: OFFICER, name: String::new(), office };
    let facts = access::naming_facts(&mut tx, &duty, PERSON, true, kernel::office_date(world.now)).await.unwrap();
    told.push(format!("{facts:?}"));
    tx.commit().await.unwrap();
    world.code(PERSON, "6789").await;
    told.push(format!("{:?}", access::cards_of(world.db(), &here(), PERSON, world.now).await.unwrap()));
    told
}

#[tokio::test]
async fn an_agency_learns_nothing_of_cards_and_codes_of_another_and_does_nothing_to_them() {
    let known = World::new().await;
    let code = known.code_at(&there(), PERSON, "6789").await;
    assert_eq!(known.bind(&known.waiting("card").await, &code, known.now).await, Ok(PERSON));
    let open = known.code_at(&there(), PERSON, "6789").await;
    let unknown = World { now: known.now, ..World::new().await };
    let same = "the answer is the same whether or not the person has a card elsewhere";
    assert_eq!(told(&known).await, told(&unknown).await, "{same}");
    let theirs = access::cards_of(known.db(), &there(), PERSON, known.now).await.unwrap();
    assert!(
        theirs.cards[0].ended_at.is_none() && theirs.code.is_some(),
        "the other agency's card and code still count"
    );
    known.pki.issue("second", "ca", P_256, &format!("{CARD}{FRAGMENT_6789}"), "");
    let later = known.now + Duration::minutes(1);
    let second = known.present("second", true, later).await.unwrap_err();
    assert_eq!(known.bind(&second, &open, later).await, Ok(PERSON));
}
