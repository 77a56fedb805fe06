//! Why a card is turned away.

use kernel::Text;

/// Why a card, or what it answered, is not accepted. Each has a number for the operator and a sentence for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// The bytes are not a CMS SignedData with certificates in DER.
    #[error("the signature data is malformed: {0}")]
    Malformed(&'static str),
    /// The content is not plain data but, for example, another CMS.
    #[error("the signature contains something other than plain data")]
    NestedContent,
    /// More bytes or certificates than are read.
    #[error("the signature data is too large")]
    TooLarge,
    /// No signer, or several.
    #[error("there must be exactly one signer")]
    Signers,
    /// A signed attribute is missing, doubled or says something else.
    #[error("a signed attribute is missing or wrong")]
    Attributes,
    /// The content is missing or is not what was signed.
    #[error("the content is not what was signed")]
    Content,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
    /// The signer's certificate is not there, or is not the one the signature names.
    #[error("the card's certificate is missing or another one")]
    SignerMissing,
    /// SHA-1 or MD5.
    #[error("an outdated digest (such as SHA-1) is used")]
    WeakDigest,
    /// RSA under 2048 bits.
    #[error("a key is shorter than 2048 bits")]
    ShortKey,
    /// An elliptic curve other than P-256.
    #[error("an elliptic curve is used that is not accepted")]
    Curve,
    /// Another algorithm that is not accepted.
    #[error("an algorithm is used that is not accepted")]
    Algorithm,
    /// A certificate's serial number is negative.
    #[error("a certificate has a negative serial number")]
    SerialNegative,
    /// A certificate's serial number is zero.
    #[error("a certificate has the serial number zero")]
    SerialZero,
    /// A certificate's serial number is longer than 20 bytes.
    #[error("a certificate has an oversized serial number")]
    SerialHuge,
    /// A certificate has a critical extension this reader does not know.
    #[error("a certificate has an unknown critical extension")]
    CriticalExtension,
    /// The card's certificate is past its last day.
    #[error("the card's certificate has expired")]
    Expired,
    /// The card's certificate is not valid yet.
    #[error("the card's certificate is not valid yet")]
    NotYetValid,
    /// Key usage is missing or does not name signatures.
    #[error("the certificate is not for signatures")]
    KeyUsage,
    /// Extended key usage names none that is accepted.
    #[error("the certificate is for another purpose")]
    ExtendedUsage,
    /// The certificate is that of an authority, not of a person.
    #[error("this is the certificate of an authority, not of a card")]
    AuthorityAsCard,
    /// The certificate vouches for itself.
    #[error("the certificate was signed by itself")]
    SelfSigned,
    /// No configured authority has the name of the issuer.
    #[error("the card was not issued by a trusted authority")]
    UnknownAuthority,
    /// A configured authority has the issuer's name and did not sign the certificate.
    #[error("the certificate was not signed by the authority it names")]
    Chain,
    /// A certificate in the path may not issue certificates.
    #[error("an issuer in the certificate path is not an authority")]
    NotAnAuthority,
    /// More authorities below one another than one of them allows.
    #[error("the certificate path is longer than an authority allows")]
    PathLength,
    /// An authority's own certificate is not valid at the time.
    #[error("the certificate of the issuing authority is not valid at this time")]
    AuthorityExpired,
    /// The authority revoked or suspended the card.
    #[error("the card was revoked or suspended by its authority")]
    Revoked,
    /// Nobody could say whether the card is revoked.
    #[error("it cannot be checked at the moment whether the card was revoked")]
    Unchecked,
}

impl CardFault {
    /// Every fault, in the order of the numbers.
    pub const ALL: [Self; 29] = [
        Self::Malformed("not DER"),
        Self::NestedContent,
        Self::TooLarge,
        Self::Signers,
        Self::Attributes,
        Self::Content,
        Self::Signature,
        Self::SignerMissing,
        Self::WeakDigest,
        Self::ShortKey,
        Self::Curve,
        Self::Algorithm,
        Self::SerialNegative,
        Self::SerialZero,
        Self::SerialHuge,
        Self::CriticalExtension,
        Self::Expired,
        Self::NotYetValid,
        Self::KeyUsage,
        Self::ExtendedUsage,
        Self::AuthorityAsCard,
        Self::SelfSigned,
        Self::UnknownAuthority,
        Self::Chain,
        Self::NotAnAuthority,
        Self::PathLength,
        Self::AuthorityExpired,
        Self::Revoked,
        Self::Unchecked,
    ];

    /// Code, number and Chinese sentence.
    const fn entry(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::Malformed(_) => ("card/malformed", 101, "簽章資料格式不正確"),
            Self::NestedContent => ("card/nested-content", 102, "簽章內容不是單純的資料"),
            Self::TooLarge => ("card/too-large", 103, "簽章資料過大"),
            Self::Signers => ("card/signers", 104, "簽章者必須恰為一人"),
            Self::Attributes => ("card/attributes", 105, "簽章屬性缺漏或不正確"),
            Self::Content => ("card/content", 106, "內容與簽署時不同"),
            Self::Signature => ("card/signature", 107, "簽章驗證不符"),
            Self::SignerMissing => ("card/signer-missing", 108, "卡片憑證缺漏或不符"),
            Self::WeakDigest => ("card/weak-digest", 111, "使用了已淘汰的雜湊演算法（例如 SHA-1）"),
            Self::ShortKey => ("card/short-key", 112, "金鑰長度不足2048位元"),
            Self::Curve => ("card/curve", 113, "使用了不被接受的橢圓曲線"),
            Self::Algorithm => ("card/algorithm", 114, "使用了不被接受的演算法"),
            Self::SerialNegative => ("card/serial-negative", 121, "憑證序號為負數"),
            Self::SerialZero => ("card/serial-zero", 122, "憑證序號為零"),
            Self::SerialHuge => ("card/serial-huge", 123, "憑證序號過長"),
            Self::CriticalExtension => ("card/critical-extension", 124, "憑證含有無法辨識的必要擴充欄位"),
            Self::Expired => ("card/expired", 131, "卡片憑證已逾有效期限"),
            Self::NotYetValid => ("card/not-yet-valid", 132, "卡片憑證尚未生效"),
            Self::KeyUsage => ("card/key-usage", 141, "憑證的用途不包含簽章，請確認使用簽章用憑證"),
            Self::ExtendedUsage => ("card/extended-usage", 142, "憑證限作其他用途，不得用於登入"),
            Self::AuthorityAsCard => ("card/authority-as-card", 143, "這是憑證機構的憑證，不是卡片憑證"),
            Self::SelfSigned => ("card/self-signed", 151, "憑證為自行簽發"),
            Self::UnknownAuthority => ("card/unknown-authority", 152, "卡片不是由受信任的憑證機構簽發"),
            Self::Chain => ("card/chain", 153, "憑證不是由其所載的憑證機構簽發"),
            Self::NotAnAuthority => ("card/not-an-authority", 154, "憑證路徑中的簽發者不具憑證機構資格"),
            Self::PathLength => ("card/path-length", 155, "憑證路徑超過憑證機構所允許的層數"),
            Self::AuthorityExpired => ("card/authority-expired", 156, "簽發機構的憑證此時不在有效期間內"),
            Self::Revoked => ("card/revoked", 161, "卡片憑證已被憑證機構廢止或停用"),
            Self::Unchecked => ("card/unchecked", 162, "目前無法向憑證機構查詢卡片是否已廢止，請稍後再試"),
        }
    }

    /// The stable code.
    pub const fn code(self) -> &'static str {
        self.entry().0
    }

    /// The stable number that stands on the page and in the log.
    pub const fn number(self) -> u16 {
        self.entry().1
    }

    /// The reason in both languages.
    pub fn text(self) -> Text {
        let en = match self {
            // What exactly is malformed helps nobody in front of the page.
            Self::Malformed(_) => "the signature data is malformed".to_owned(),
            other => other.to_string(),
        };
        Text::new(self.entry().2, en)
    }
}
