//! C2SP tlog-policy: which logs a verifier trusts, and which witnesses must have seen what it believes.

use crate::{
    checkpoint::{Checkpoint, CheckpointError},
    cosignature::Algorithm,
    note::{Note, NoteError, Vkey},
};
use std::{fmt, str::FromStr};

/// Largest policy that is read.
const POLICY_BYTES_MAX: usize = 1 << 20;

/// A log that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Its key, under the name of its origin.
    pub vkey: Vkey,
    /// Where it is served, if the policy says so.
    pub url: Option<String>,
}

/// A witness that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its name in this policy.
    pub name: String,
    /// Its key, of a kind that cosigns.
    pub vkey: Vkey,
    /// The prefix of its submission address, if the policy says so.
    pub url: Option<String>,
}

/// Some witnesses or groups, of which `threshold` must have cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name in this policy.
    pub name: String,
    /// How many of the members are enough.
    pub threshold: usize,
    /// Witnesses and groups named on lines above.
    pub members: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Member {
    Witness(Witness),
    Group(Group),
}

impl Member {
    fn name(&self) -> &str {
        match self {
            Self::Witness(witness) => &witness.name,
            Self::Group(group) => &group.name,
        }
    }
}

/// A policy: logs, witnesses, groups and the quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Log>,
    members: Vec<Member>,
    quorum: Option<String>,
}

/// Why a policy cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line that is not one of a policy.
    #[error("line {0} of the policy is not understood")]
    Line(usize),
    /// A name that no line above defines, or `none` where a witness must stand.
    #[error("line {0} of the policy names what no line above it defines")]
    Unknown(usize),
    /// A name that is defined twice, or `none`.
    #[error("line {0} of the policy defines a name that is taken")]
    Taken(usize),
    /// A member of two groups, or of one twice.
    #[error("line {0} of the policy names a member that a group has already")]
    Member(usize),
    /// A threshold of 0 or above the number of members.
    #[error("line {0} of the policy asks for a number of members that the group does not have")]
    Threshold(usize),
    /// Not exactly one quorum line.
    #[error("a policy has exactly one quorum line")]
    Quorum,
    /// One public key on two lines of logs or of witnesses.
    #[error("the policy names one key twice")]
    Twice,
    /// More text than a policy has.
    #[error("the policy is too large")]
    Large,
}

/// A checkpoint that a log of the policy signed, and what the witnesses of the policy say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The first key of the log that signed it.
    pub log: Vkey,
    /// Who cosigned it: the name in the policy, and the time in seconds since 1970 UTC. In the order of the policy.
    pub cosigned: Vec<(String, u64)>,
    /// Whether that is the quorum.
    pub quorum_met: bool,
}

/// Why a note is not a checkpoint of a trusted log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// The policy names no key of its origin: nothing can be decided.
    #[error("the policy does not name its log")]
    UnknownLog,
    /// It is false.
    #[error(transparent)]
    False(#[from] CheckpointError),
}

impl Policy {
    /// The policy of a log that no witness cosigns.
    #[must_use]
    pub fn of(log: Vkey) -> Self {
        Self { logs: vec![Log { vkey: log, url: None }], members: Vec::new(), quorum: None }
    }

    /// The same witnesses and quorum with another set of logs.
    #[must_use]
    pub fn with_logs(&self, logs: Vec<Log>) -> Self {
        Self { logs, ..self.clone() }
    }

    /// The logs it trusts.
    #[must_use]
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The first key of the log `origin`.
    #[must_use]
    pub fn log(&self, origin: &str) -> Option<&Vkey> {
        self.keys_of(origin).next()
    }

    /// Every key of the log `origin`: one for each kind of signature, or an old and a new one.
    pub fn keys_of(&self, origin: &str) -> impl Iterator<Item = &Vkey> {
        self.logs.iter().map(|log| &log.vkey).filter(move |key| key.name() == origin)
    }

    /// The witnesses it knows, whether or not the quorum needs them.
    pub fn witnesses(&self) -> impl Iterator<Item = &Witness> {
        self.members.iter().filter_map(|member| match member {
            Member::Witness(witness) => Some(witness),
            Member::Group(_) => None,
        })
    }

    /// The groups it defines, in the order of the text.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.members.iter().filter_map(|member| match member {
            Member::Witness(_) => None,
            Member::Group(group) => Some(group),
        })
    }

    /// The witness or group that must have cosigned; `None` for `quorum none`.
    #[must_use]
    pub fn quorum(&self) -> Option<&str> {
        self.quorum.as_deref()
    }

    /// Whether the quorum is met if exactly the witnesses cosigned for whose names `cosigned` says so.
    pub fn is_met(&self, cosigned: impl Fn(&str) -> bool) -> bool {
        // Whatever a group names stands above it, so one pass knows of each member whether it counts.
        let mut counted: Vec<&str> = Vec::new();
        for member in &self.members {
            let counts = match member {
                Member::Witness(witness) => cosigned(&witness.name),
                Member::Group(group) => {
                    group.members.iter().filter(|name| counted.contains(&name.as_str())).count() >= group.threshold
                }
            };
            if counts {
                counted.push(member.name());
            }
        }
        self.quorum.as_deref().is_none_or(|quorum| counted.contains(&quorum))
    }

    /// Opens a checkpoint: it must be signed by a key of its log, and no line under a key of this policy may be false. Whether the
    /// quorum is met is part of the answer and not an error: a checkpoint that waits for witnesses is not false.
    ///
    /// # Errors
    /// When the policy does not know its log, or it is false.
    pub fn judge(&self, note: &str) -> Result<Judged, JudgeError> {
        let checkpoint = Checkpoint::read_unverified(note)?;
        let note = Note::parse(note).map_err(CheckpointError::from)?;
        let signed = |key: &Vkey| match note.signed_at(key) {
            Ok(time) => Ok(Some(time)),
            Err(NoteError::Unsigned) => Ok(None),
            Err(error) => Err(CheckpointError::from(error)),
        };
        let mut known = false;
        let mut log = None;
        for key in self.keys_of(&checkpoint.origin) {
            known = true;
            log = log.or(signed(key)?.map(|_| key.clone()));
        }
        if !known {
            return Err(JudgeError::UnknownLog);
        }
        let log = log.ok_or(CheckpointError::Note(NoteError::Unsigned))?;
        let mut cosigned = Vec::new();
        for witness in self.witnesses() {
            cosigned.extend(signed(&witness.vkey)?.map(|time| (witness.name.clone(), time)));
        }
        let quorum_met = self.is_met(|name| cosigned.iter().any(|(other, _)| other == name));
        Ok(Judged { checkpoint, log, cosigned, quorum_met })
    }

    fn define(&mut self, line: usize, member: Member) -> Result<(), PolicyError> {
        if member.name() == "none" || self.is_defined(member.name()) {
            return Err(PolicyError::Taken(line));
        }
        if let Member::Group(group) = &member {
            for (at, name) in group.members.iter().enumerate() {
                if !self.is_defined(name) {
                    return Err(PolicyError::Unknown(line));
                }
                let elsewhere = self.groups().any(|other| other.members.contains(name));
                if elsewhere || group.members[..at].contains(name) {
                    return Err(PolicyError::Member(line));
                }
            }
        }
        self.members.push(member);
        Ok(())
    }

    fn is_defined(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.name() == name)
    }

    fn read_line(&mut self, line: usize, words: &[&str], quorums: &mut u8) -> Result<(), PolicyError> {
        let fault = PolicyError::Line(line);
        let key = |text: &str| text.parse::<Vkey>().map_err(|_| fault);
        let url = |rest: &[&str]| match rest {
            [] => Ok(None),
            [url] => Ok(Some((*url).to_owned())),
            _ => Err(fault),
        };
        match words {
            ["log", vkey, rest @ ..] => self.logs.push(Log { vkey: key(vkey)?, url: url(rest)? }),
            ["witness", name, vkey, rest @ ..] => {
                let vkey = key(vkey)?;
                if vkey.algorithm() == Algorithm::Ed25519 {
                    return Err(fault);
                }
                let witness = Witness { name: (*name).to_owned(), vkey, url: url(rest)? };
                self.define(line, Member::Witness(witness))?;
            }
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                let threshold = match *threshold {
                    "any" => 1,
                    "all" => members.len(),
                    number => number.parse().ok().filter(|n: &usize| n.to_string() == number).ok_or(fault)?,
                };
                if !(1..=members.len()).contains(&threshold) {
                    return Err(PolicyError::Threshold(line));
                }
                let members = members.iter().map(|name| (*name).to_owned()).collect();
                self.define(line, Member::Group(Group { name: (*name).to_owned(), threshold, members }))?;
            }
            ["quorum", name] => {
                *quorums = quorums.saturating_add(1);
                self.quorum = (*name != "none").then(|| (*name).to_owned());
                if self.quorum.as_deref().is_some_and(|name| !self.is_defined(name)) {
                    return Err(PolicyError::Unknown(line));
                }
            }
            _ => return Err(fault),
        }
        Ok(())
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| url.as_ref().map_or_else(String::new, |url| format!(" {url}"));
        for log in &self.logs {
            writeln!(f, "log {}{}", log.vkey, url(&log.url))?;
        }
        for member in &self.members {
            match member {
                Member::Witness(Witness { name, vkey, url: at }) => writeln!(f, "witness {name} {vkey}{}", url(at))?,
                Member::Group(Group { name, threshold, members }) => {
                    writeln!(f, "group {name} {threshold} {}", members.join(" "))?;
                }
            }
        }
        writeln!(f, "quorum {}", self.quorum.as_deref().unwrap_or("none"))
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_BYTES_MAX {
            return Err(PolicyError::Large);
        }
        let mut policy = Self { logs: Vec::new(), members: Vec::new(), quorum: None };
        let mut quorums = 0;
        for (line, text) in (1..).zip(text.split('\n')) {
            if text.chars().any(|c| c.is_ascii_control() && c != '\t') {
                return Err(PolicyError::Line(line));
            }
            let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            if words.first().is_some_and(|first| !first.starts_with('#')) {
                policy.read_line(line, &words, &mut quorums)?;
            }
        }
        if quorums != 1 {
            return Err(PolicyError::Quorum);
        }
        let logs: Vec<&[u8]> = policy.logs.iter().map(|log| log.vkey.key()).collect();
        let witnesses: Vec<&[u8]> = policy.witnesses().map(|witness| witness.vkey.key()).collect();
        let twice = |keys: &[&[u8]]| keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key));
        if twice(&logs) || twice(&witnesses) { Err(PolicyError::Twice) } else { Ok(policy) }
    }
}
