//! Bulk insertion by `COPY … FROM STDIN`, in text format.

use crate::{DbError, Tx, scope};

/// Rows being collected for one COPY. Cells are written in column order; a row ends with [`CopyRows::end`].
#[derive(Debug, Default)]
pub struct CopyRows {
    buffer: Vec<u8>,
    first: bool,
}

impl CopyRows {
    /// An empty collection.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: Vec::new(), first: true }
    }

    fn separate(&mut self) {
        if !std::mem::replace(&mut self.first, false) {
            self.buffer.push(b'\t');
        }
    }

    /// A text cell.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.separate();
        for byte in value.bytes() {
            match byte {
                b'\\' => self.buffer.extend_from_slice(b"\\\\"),
                b'\t' => self.buffer.extend_from_slice(b"\\t"),
                b'\n' => self.buffer.extend_from_slice(b"\\n"),
                b'\r' => self.buffer.extend_from_slice(b"\\r"),
                other => self.buffer.push(other),
            }
        }
        self
    }

    /// Any cell whose text form needs no escaping: numbers, dates, booleans, UUIDs.
    pub fn plain(&mut self, value: impl std::fmt::Display) -> &mut Self {
        use std::io::Write;
        self.separate();
        write!(self.buffer, "{value}").expect("writing to memory does not fail");
        self
    }

    /// A NULL.
    pub fn null(&mut self) -> &mut Self {
        self.separate();
        self.buffer.extend_from_slice(b"\\N");
        self
    }

    /// A bytea cell.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.separate();
        self.buffer.extend_from_slice(b"\\\\x");
        for byte in value {
            self.buffer.push(HEX[usize::from(byte >> 4)]);
            self.buffer.push(HEX[usize::from(byte & 15)]);
        }
        self
    }

    /// Ends the row.
    pub fn end(&mut self) {
        self.buffer.push(b'\n');
        self.first = true;
    }

    /// Sends the rows to `statement`, a `COPY table (columns) FROM STDIN`. Returns how many were written.
    ///
    /// PostgreSQL has no COPY into tables under row security, so a scoped transaction steps out of its role for this one statement: what is
    /// written is the program's own choice; what can be read stays limited.
    ///
    /// # Errors
    /// When the database refuses a row; nothing of the COPY is kept then, and the transaction can only end.
    pub async fn send(self, tx: &mut Tx, statement: &'static str) -> Result<u64, DbError> {
        let outside = scope::step_out(tx).await?;
        let written = self.write(tx, statement).await?;
        scope::step_back(tx, outside).await?;
        Ok(written)
    }

    async fn write(self, tx: &mut Tx, statement: &'static str) -> Result<u64, DbError> {
        let mut copy = tx.copy_in_raw(statement).await?;
        match copy.send(self.buffer).await {
            Ok(_) => copy.finish().await,
            Err(error) => {
                copy.abort("rows could not be sent").await?;
                Err(error)
            }
        }
    }
}
