//! Why a token does not do what it was asked.

use cryptoki::error::{Error, RvError};
use kernel::Text;

/// How often a PIN may still be entered, as far as the token tells. PKCS #11 knows no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tries {
    /// Nothing was entered wrongly since the last right PIN.
    All,
    /// Something was entered wrongly, and more than one try is left.
    Fewer,
    /// One more wrong PIN locks the token.
    Last,
    /// The token is locked.
    None,
}

/// Why a token does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    /// The vendor's module cannot be loaded or does not start.
    #[error("the PKCS #11 module does not start: {0}")]
    Module(String),
    /// No reader is attached.
    #[error("no card reader is attached")]
    NoReader,
    /// No card or token of this label is in any reader.
    #[error("no card or token of this label is there")]
    NoToken,
    /// More than one token has the label.
    #[error("more than one card or token has this label")]
    Ambiguous,
    /// The PIN is wrong.
    #[error("the PIN is wrong")]
    WrongPin(Tries),
    /// The PIN is shorter or longer than the token takes, or has other characters.
    #[error("the PIN has a length or characters the token does not take")]
    PinForm,
    /// The token is locked after too many wrong PINs, or its PIN was never set.
    #[error("the token is locked")]
    Locked,
    /// The token did not take the PIN before, and it is not tried again.
    #[error("the token did not take the PIN ({0}); it is not tried again until the program is started anew")]
    Refused(String),
    /// Another part of this program is signed in to the token.
    #[error("the token is in use by another part of this program")]
    Busy,
    /// The file with the PIN cannot be read, or is empty.
    #[error("the PIN file cannot be read: {0}")]
    PinFile(String),
    /// There is no such key or certificate, or more than one.
    #[error("the token has not exactly one {0} of this name")]
    Object(&'static str),
    /// The key is of a kind that is not used here.
    #[error("the key is of a kind that is not used for this")]
    KeyKind,
    /// What should be unwrapped was not wrapped with this key, or was changed.
    #[error("the wrapped data does not open with this key")]
    Wrapped,
    /// The token was taken out, or fails.
    #[error("the token fails: {0}")]
    Device(String),
}

impl TokenFault {
    /// The reason in both languages, for the person at the reader.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Module(_) => "卡片驅動程式（PKCS #11）無法啟動",
            Self::NoReader => "找不到讀卡機",
            Self::NoToken => "找不到卡片",
            Self::Ambiguous => "有一張以上的卡片符合",
            Self::WrongPin(_) => "PIN 碼錯誤",
            Self::PinForm => "PIN 碼的長度或字元不符",
            Self::Locked => "卡片已鎖定",
            Self::Refused(_) => "卡片先前不接受 PIN 碼，重新啟動前不再嘗試",
            Self::Busy => "卡片使用中",
            Self::PinFile(_) => "PIN 碼檔案無法讀取",
            Self::Object(_) => "卡片內沒有所需的金鑰或憑證，或有一個以上",
            Self::KeyKind => "卡片的金鑰種類不適用",
            Self::Wrapped => "資料無法以此金鑰解開",
            Self::Device(_) => "卡片無法使用",
        };
        Text::new(zh, self.to_string())
    }
}

impl From<Error> for TokenFault {
    fn from(error: Error) -> Self {
        match error {
            Error::Pkcs11(rv, _) => match rv {
                RvError::TokenNotPresent | RvError::DeviceRemoved | RvError::TokenNotRecognized => Self::NoToken,
                RvError::PinIncorrect => Self::WrongPin(Tries::Fewer),
                RvError::PinLenRange | RvError::PinInvalid => Self::PinForm,
                RvError::PinLocked | RvError::PinExpired | RvError::UserPinNotInitialized => Self::Locked,
                RvError::UserAlreadyLoggedIn | RvError::UserAnotherAlreadyLoggedIn => Self::Busy,
                other => Self::Device(format!("{other:?}")),
            },
            other => Self::Device(other.to_string()),
        }
    }
}
