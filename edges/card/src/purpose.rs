//! What may be signed. A card's signature binds its holder, so the component signs two kinds of text only and can say in a
//! sentence what each of them does.

use kernel::Text;
use seal::approval::Statement;

/// How a sign-in challenge begins.
const SIGN_IN: &str = "renshi-signin/";
/// Longest sign-in challenge, in bytes: nobody hides a contract in one.
const SIGN_IN_BYTES_MAX: usize = 256;

/// What a signature over a text does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It signs the holder in, once.
    SignIn,
    /// It approves a batch of orders.
    Approval(Statement),
}

impl Purpose {
    /// What signing this text would do; none if it is neither.
    #[must_use]
    pub fn of(content: &[u8]) -> Option<Self> {
        if let Some(statement) = Statement::parse(content) {
            return Some(Self::Approval(statement));
        }
        let plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b'\n';
        let is_challenge =
            content.len() <= SIGN_IN_BYTES_MAX && content.starts_with(SIGN_IN.as_bytes()) && content.iter().all(plain);
        is_challenge.then_some(Self::SignIn)
    }

    /// The sentence shown where the component runs.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::SignIn => Text::new("登入", "sign in"),
            Self::Approval(Statement { agency, case, size, acting: true, .. }) => Text::new(
                format!("代理機關 {agency} 首長核定案件 {case}，共 {size} 件令"),
                format!("approve case {case} in place of the head of agency {agency}, {size} orders"),
            ),
            Self::Approval(Statement { agency, case, size, .. }) => Text::new(
                format!("核定機關 {agency} 之案件 {case}，共 {size} 件令"),
                format!("approve case {case} of agency {agency}, {size} orders"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_challenges_and_statements_are_signed() {
        let (agency, case) = ("A58000000A".into(), "award-case-1".into());
        let statement = Statement { agency, case, root: [7; 32], size: 3, acting: false };
        let acting = statement.clone().by_deputy(true);
        let said = Purpose::of(acting.canonical().as_bytes()).unwrap().text();
        assert!(said.zh.starts_with("代理機關 A58000000A 首長"), "{said}");
        let approval = statement.canonical();
        assert_eq!(Purpose::of(approval.as_bytes()), Some(Purpose::Approval(statement)));
        assert_eq!(Purpose::of(b"renshi-signin/1\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"), Some(Purpose::SignIn));
        let long = format!("renshi-signin/1\n{}", "A".repeat(SIGN_IN_BYTES_MAX));
        let others: [&[u8]; 7] = [
            b"",
            b"I owe you a million",
            b" renshi-signin/1\nAAAA",
            "renshi-signin/1\n同意借款".as_bytes(),
            b"renshi-signin/1\nI owe you",
            long.as_bytes(),
            &[approval.as_bytes(), b" "].concat(),
        ];
        for other in others {
            assert_eq!(Purpose::of(other), None, "{}", String::from_utf8_lossy(other));
        }
    }
}
