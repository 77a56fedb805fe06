//! Why the component does not sign, in the numbers of the card software that pages already know.

use seal::CmsFault;
use serde_json::{Value, json};
use token::{TokenFault, Tries};

/// What was tried, and the card's own reason if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `ret_code`.
    pub code: i64,
    /// `last_error`.
    pub last_error: Option<i64>,
    /// A sentence for whoever looks at the answer.
    pub message: &'static str,
}

const fn refused(code: i64, message: &'static str) -> Refused {
    Refused { code, last_error: None, message }
}

impl Refused {
    /// Nothing to sign was sent.
    pub const NO_TEXT: Self = refused(0x7600_0003, "未輸入待簽訊息");
    /// No card in the reader.
    pub const NO_CARD: Self = refused(0x7600_0006, "未插入IC卡");
    /// Another part of the component signs at the moment.
    pub const BUSY: Self = refused(0x7600_000d, "卡片使用中");
    /// The request cannot be read.
    pub const FORM: Self = refused(0x7600_000b, "JSON格式錯誤");
    /// Another digest, kind of signature or encoding is wanted than this component makes.
    pub const PARAMETER: Self = refused(0x7600_000c, "參數錯誤");
    /// There is no such address.
    pub const UNKNOWN: Self = refused(0x7600_000e, "不支援的方法");
    /// The site that asks is not one of those named when the component was started.
    pub const SITE: Self = refused(0x7600_000f, "禁止存取的網域");
    /// No PIN was entered.
    pub const NO_PIN: Self = refused(0x7600_0998, "未輸入PIN碼");
    /// The card's driver cannot be loaded.
    pub const NO_DRIVER: Self = refused(0x7610_0001, "無法載入IC卡函式庫檔案");
    /// No reader is attached.
    pub const NO_READER: Self = refused(0x7610_0003, "無可用讀卡機");
    /// The card has no key that goes with its certificate.
    pub const NO_KEY: Self = refused(0x7610_0008, "IC卡取得金鑰失敗");
    /// The card has not exactly one certificate for signatures.
    pub const NO_CERTIFICATE: Self = refused(0x7610_0009, "IC卡取得憑證失敗");
    /// The text is neither a sign-in challenge nor an approval statement.
    pub const TEXT: Self = refused(0x7630_0003, "簽章內容錯誤：僅簽署登入挑戰或核定聲明");
    /// The card fails while it signs.
    pub const CARD: Self = refused(0x7630_0004, "簽章執行錯誤");
    /// What should be Base64 is not.
    pub const BASE64: Self = refused(0x7660_0002, "Base64解碼錯誤");
    /// The PIN is too short or too long.
    pub const PIN_FORM: Self = Self::login(0xa2, "PIN碼長度錯誤");
    /// The card is locked.
    pub const LOCKED: Self = Self::login(0xa4, "已鎖卡");

    const fn login(last_error: i64, message: &'static str) -> Self {
        Self { code: 0x7610_0006, last_error: Some(last_error), message }
    }

    /// The PIN is wrong; how many tries are left, if that is known.
    #[must_use]
    pub const fn wrong_pin(left: Option<u8>) -> Self {
        match left {
            Some(0) => Self::LOCKED,
            Some(1) => Self::login(-0x7fff_ffff, "PIN碼錯誤，剩餘一次機會"),
            Some(2) => Self::login(-0x7fff_fffe, "PIN碼錯誤，剩餘兩次機會"),
            _ => Self::login(0xa0, "PIN碼錯誤"),
        }
    }

    /// The answer to a request of this kind.
    pub(crate) fn json(self, func: &str) -> Value {
        let mut answer = json!({ "ret_code": self.code, "func": func, "message": self.message });
        if let Some(last_error) = self.last_error {
            answer["last_error"] = last_error.into();
            answer["message2"] = self.message.into();
        }
        answer
    }
}

impl From<TokenFault> for Refused {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::Module(_) => Self::NO_DRIVER,
            TokenFault::NoReader => Self::NO_READER,
            TokenFault::NoToken | TokenFault::Ambiguous => Self::NO_CARD,
            TokenFault::WrongPin(Tries::Last) => Self::wrong_pin(Some(1)),
            TokenFault::WrongPin(Tries::None) | TokenFault::Locked => Self::LOCKED,
            TokenFault::WrongPin(_) => Self::wrong_pin(None),
            TokenFault::PinForm => Self::PIN_FORM,
            TokenFault::Busy => Self::BUSY,
            TokenFault::PinFile(_) => Self::NO_PIN,
            TokenFault::Object(_) | TokenFault::KeyKind => Self::NO_KEY,
            TokenFault::Wrapped | TokenFault::Device(_) | TokenFault::Refused(_) => Self::CARD,
        }
    }
}

impl From<CmsFault> for Refused {
    fn from(_: CmsFault) -> Self {
        Self::NO_CERTIFICATE
    }
}
