//! Where a sealed value stands.

/// The place of a value. It is bound into the ciphertext: a value that is copied to another column, row or subject does not open there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Schema of the table.
    pub schema: &'a str,
    /// The table.
    pub table: &'a str,
    /// The column, and where several values of a subject share one, which of them.
    pub column: &'a str,
    /// Whose value it is.
    pub subject: &'a str,
}

impl Place<'_> {
    /// The place as bytes; each part with its length, so that no two places have the same bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = b"renshi-vault/value".to_vec();
        for part in [self.schema, self.table, self.column, self.subject] {
            let length = u32::try_from(part.len()).expect("a name is short");
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(part.as_bytes());
        }
        out
    }
}
