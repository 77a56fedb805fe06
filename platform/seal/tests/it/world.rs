//! A small invented world for tests and for the published cases: two agencies, a card authority, a log of 272 leaves,
//! nine orders and what became of them. All chance is seeded and the clock stands still, except for the nonces of
//! P-256 signatures, which no one may choose.

use std::path::Path;

use kernel::{Random, SeededRandom};
use seal::approval::{self, Batch};
use seal::bundle::{Bundle, IssuerProof, Logged};
use seal::record::{Field, Salts, Scribe, Sealed, disclosures, name};
use seal::{AgencyKeys, Authority, CardSubject, CertificateRequest, Event, Signature, SoftCard, Summary};
use time::OffsetDateTime;
use time::macros::datetime;
use tlog::checkpoint::Checkpoint;
use tlog::hash::{Hash, ZERO};
use tlog::issuer;
use tlog::leaf::{Kind, Leaf};
use tlog::note::LogKey;
use tlog::policy::Policy;
use tlog::state::{State, fold};
use tlog::status::StatusBits;
use tlog::tile::{bundle_entries, entries_of, root_of, tiles_of};
use tlog::tree::{Node, inclusion_spans, prove};

pub const NOW: OffsetDateTime = datetime!(2026-03-02 01:00 UTC);
pub const ORIGIN: &str = "orders.example.gov.tw/2026";
/// Leaves of other people's orders, so that the log has a full tile.
const FILLERS: usize = 250;

pub struct Agency {
    pub keys: AgencyKeys,
    pub statement: issuer::Statement,
    signature: Signature,
    leaf_at: u64,
}

pub struct Order {
    pub fields: Vec<Field>,
    pub masked_id: &'static str,
    pub serving: &'static str,
    pub salts: Salts,
    pub sealed: Sealed,
    pub leaf_at: u64,
    pub signature: Signature,
    pub approval: approval::Proof,
    pub amends_at: Option<u64>,
}

pub struct World {
    pub random: SeededRandom,
    pub ca: Authority,
    pub card: SoftCard,
    pub agencies: Vec<Agency>,
    pub log_key: LogKey,
    pub leaves: Vec<Leaf>,
    pub orders: Vec<Order>,
    statuses: Vec<u64>,
    bits: StatusBits,
    time_ms: u64,
}

impl Order {
    pub fn summary(&self) -> Summary<'_> {
        Summary { masked_id: self.masked_id.into(), serving: self.serving.into(), ..Summary::of(&self.fields) }
    }
}

impl World {
    /// The whole story: a batch of five, other people's orders, and four corrections in a second batch, approved by a deputy.
    pub fn new(seed: u64) -> Self {
        let random = SeededRandom::new(seed);
        let ca = Authority::create(&random, "示範卡片憑證機構", NOW).unwrap();
        let subject = CardSubject { name: "李範例", serial_number: "0000000012345678", organization: "" };
        let card = ca.issue_card(&random, &subject, NOW).unwrap();
        let mut seed = [0; 32];
        random.fill(&mut seed);
        let log_key = LogKey::from_seed(ORIGIN, &seed).unwrap();
        let mut world = Self {
            random,
            ca,
            card,
            agencies: vec![],
            log_key,
            leaves: vec![],
            orders: vec![],
            statuses: vec![],
            bits: StatusBits::default(),
            time_ms: u64::try_from(NOW.unix_timestamp()).unwrap() * 1000,
        };
        world.agency("376470000A", "範例市政府");
        world.agency("376480000B", "另一市政府");
        world.issue(&["王小明", "𠮷野．Pasuya", "陳\"引號\"\\美玉", "李四", "林五"], "115-獎-0001", 1, false);
        world.fill();
        world.status();
        world.issue(&["王小明", "𠮷野．Pasuya", "陳\"引號\"\\美玉", "李四"], "115-獎-0002", 6, true);
        for (new, old, kind) in
            [(5, 1, Kind::Supersede), (6, 2, Kind::Revoke), (7, 3, Kind::Repeal), (8, 4, Kind::Supersede)]
        {
            world.correct(new, old, kind);
        }
        world.status();
        world
    }

    fn agency(&mut self, code: &str, title: &str) {
        let request = CertificateRequest { name: title, serial_number: code, organization: "示範資料" };
        let keys = AgencyKeys::create(&self.random, &self.ca, &request, NOW).unwrap();
        let number = u16::try_from(self.agencies.len() + 1).unwrap();
        let statement = keys.statement(number, code, title, self.ca.fingerprint());
        let (event, signed) = keys.sign_statement(&statement, self.id()).unwrap();
        let leaf_at = self.append(&event, signed.auth);
        self.agencies.push(Agency { keys, statement, signature: signed.signature, leaf_at });
    }

    fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        self.random.fill(&mut id);
        id
    }

    fn append(&mut self, event: &Event, auth: Hash) -> u64 {
        self.time_ms += 7;
        self.leaves.push(event.leaf(self.time_ms, auth));
        self.leaves.len() as u64 - 1
    }

    /// Approves and issues a batch, as the head or as a deputy of the head.
    fn issue(&mut self, names: &[&str], case: &str, first_serial: usize, acting: bool) {
        let mut scribe = Scribe::default();
        let drafts: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(at, recipient)| {
                let fields = fields(recipient, first_serial + at);
                let salts = Salts::draw(&self.random, fields.len());
                (fields, salts)
            })
            .collect();
        let roots: Vec<Hash> = drafts.iter().map(|(fields, salts)| scribe.content_root(fields, salts)).collect();
        let batch = Batch::new(&roots);
        let statement = batch.statement(&self.agencies[0].statement.agency, case).by_deputy(acting);
        let cms = self.card.sign(statement.canonical().as_bytes(), true, NOW);
        for (at, (fields, salts)) in (0u64..).zip(drafts) {
            let approval = approval::Proof { cms: cms.clone(), index: at, path: batch.path(at).unwrap() };
            self.seal(&mut scribe, fields, salts, approval);
        }
    }

    fn seal(&mut self, scribe: &mut Scribe, fields: Vec<Field>, salts: Salts, approval: approval::Proof) {
        let (masked_id, serving) = ("A12345****", "範例市政府資訊局系統發展科　科員");
        let summary = Summary { masked_id: masked_id.into(), serving: serving.into(), ..Summary::of(&fields) };
        let sealed = scribe.seal(&fields, &salts, &summary);
        let event = Event { kind: Kind::Issue, issuer: 1, id: self.id(), commitment: sealed.commitment, prev: ZERO };
        let signed = self.agencies[0].keys.sign_event(&event).unwrap();
        let leaf_at = self.append(&event, signed.auth);
        let signature = signed.signature;
        let amends_at = None;
        self.orders.push(Order { fields, masked_id, serving, salts, sealed, leaf_at, signature, approval, amends_at });
    }

    fn fill(&mut self) {
        for _ in 0..FILLERS {
            let mut commitment = [0; 32];
            self.random.fill(&mut commitment);
            let event = Event { kind: Kind::Issue, issuer: 2, id: self.id(), commitment, prev: ZERO };
            let auth = self.agencies[1].keys.sign_event(&event).unwrap().auth;
            self.append(&event, auth);
        }
    }

    /// Writes the event under the old order's id that the new order causes.
    fn correct(&mut self, new: usize, old: usize, kind: Kind) {
        let before = self.leaves[usize::try_from(self.orders[old].leaf_at).unwrap()];
        let commitment = self.orders[new].sealed.commitment;
        let event = Event { kind, issuer: 1, id: before.id, commitment, prev: before.hash() };
        let auth = self.agencies[0].keys.sign_event(&event).unwrap().auth;
        self.orders[new].amends_at = Some(self.append(&event, auth));
    }

    /// Takes a snapshot of all states and commits to it.
    fn status(&mut self) {
        let mut bits = StatusBits::new(self.leaves.len() as u64);
        for (at, leaf) in (0u64..).zip(&self.leaves).filter(|(_, leaf)| leaf.kind == Kind::Issue) {
            let same = self.leaves.iter().filter(|other| other.id == leaf.id);
            let state = fold(same).map_or(State::Valid, |folded| folded.state);
            bits.set(at, state);
        }
        let commitment = tlog::hash::sha256(bits.bytes());
        let prev = self.statuses.last().map_or(ZERO, |at| self.leaves[usize::try_from(*at).unwrap()].hash());
        let event = Event { kind: Kind::Status, issuer: 0, id: [0; 16], commitment, prev };
        let at = self.append(&event, ZERO);
        self.statuses.push(at);
        self.bits = bits;
    }

    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    fn hashes(&self) -> Vec<Hash> {
        self.leaves.iter().map(Leaf::hash).collect()
    }

    /// The checkpoint of the first `size` leaves.
    pub fn checkpoint(&self, size: u64) -> String {
        let root = root_of(&self.hashes()[..usize::try_from(size).unwrap()]);
        Checkpoint { origin: ORIGIN.into(), size, root }.sign(&self.log_key).unwrap()
    }

    pub fn logged(&self, index: u64, size: u64) -> Logged {
        let hashes = self.hashes();
        let read = |node: Node| {
            let from = usize::try_from(node.index << node.level).unwrap();
            hashes.get(from..from + (1 << node.level)).map(root_of)
        };
        let inclusion = prove(&inclusion_spans(index, size).unwrap(), &read).unwrap();
        Logged { leaf: self.leaves[usize::try_from(index).unwrap()], index, inclusion }
    }

    /// The bundle of order `number`, against the checkpoint of the first `size` leaves.
    pub fn bundle(&self, number: usize, size: u64) -> Bundle {
        let (order, agency) = (&self.orders[number], &self.agencies[0]);
        Bundle {
            disclosures: disclosures(&order.fields, &order.salts),
            withheld: vec![],
            summary: order.summary().to_cbor(),
            summary_salt: order.salts.summary(),
            logged: self.logged(order.leaf_at, size),
            signature: order.signature,
            checkpoint: self.checkpoint(size),
            issuer: IssuerProof {
                statement: agency.statement.clone(),
                signature: agency.signature,
                logged: self.logged(agency.leaf_at, size),
            },
            approval: order.approval.clone(),
            amends: order.amends_at.map(|at| self.logged(at, size)),
        }
    }

    pub fn policy(&self) -> Policy {
        Policy::of(self.log_key.vkey().clone())
    }

    /// Writes the log as it is served.
    pub fn write_log(&self, dir: &Path) {
        let write = |path: &str, bytes: &[u8]| {
            let path = dir.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        let leaves: Vec<_> = self.leaves.iter().map(Leaf::encode).collect();
        for path in entries_of(self.size()) {
            let from = usize::try_from(path.n * 256).unwrap();
            write(&path.to_string(), &bundle_entries(&leaves[from..from + usize::from(path.width)]));
        }
        for path in tiles_of(self.size()) {
            let below = 8 * u32::from(path.level.unwrap());
            let hash = |at: u64| root_of(&self.hashes()[usize::try_from(at << below).unwrap()..][..1 << below]);
            let first = path.n * 256;
            let hashes: Vec<Hash> = (first..first + u64::from(path.width)).map(hash).collect();
            write(&path.to_string(), hashes.as_flattened());
        }
        for agency in &self.agencies {
            let text = agency.statement.file(&agency.signature);
            write(&format!("issuers/{}.json", agency.statement.issuer), text.as_bytes());
        }
        write("status/2026.bits", self.bits.bytes());
        write("checkpoint", self.checkpoint(self.size()).as_bytes());
        write("policy.txt", self.policy().to_string().as_bytes());
    }
}

/// The fields of an invented award order.
fn fields(recipient: &str, serial: usize) -> Vec<Field> {
    let named = |name: &'static str, value: &str| Field::new(name, value);
    vec![
        named("issuing_agency_code", "376470000A"),
        named(name::ISSUING_AGENCY, "範例市政府"),
        named(name::ISSUED_ON, "2026-03-02"),
        named(name::DOCUMENT_NUMBER, &format!("範府人考字第115{serial:07}號")),
        named("subject", &format!("核定{recipient}君獎勵如下，請查照。")),
        named(name::RECIPIENT, recipient),
        named("national_id", "A123456789"),
        named("serving_agency", "範例市政府資訊局"),
        named("serving_unit", "系統發展科"),
        named("title", "科員"),
        named("grade", "薦任第七職等"),
        named(name::REASON, "辦理「114年度跨機關人事資料介接」\n如期完成，辛勞得力。"),
        named(name::OUTCOME, "記功一次"),
        named("outcome_code", "4010"),
        named(name::LEGAL_BASIS, "公務人員考績法第12條第1項第1款"),
        named("remedy", "如不服本令，得於收受次日起30日內，繕具復審書經由本府向公務人員保障暨培訓委員會提起復審。"),
        named("head_title", "市長"),
        named("head_name", "李範例"),
    ]
}
