//! PEM files (RFC 7468) of several blocks.

use der::pem::{LineEnding, decode_vec, encode_string};

use crate::keys::KeyFault;

pub(crate) const PRIVATE_KEY: &str = "PRIVATE KEY";
pub(crate) const CERTIFICATE: &str = "CERTIFICATE";

/// One block of a key file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    PrivateKey(Vec<u8>),
    Certificate(Vec<u8>),
}

pub(crate) fn write(blocks: &[(&str, &[u8])]) -> String {
    let write = |(label, der): &(&str, &[u8])| encode_string(label, LineEnding::LF, der);
    blocks.iter().map(|block| write(block).expect("labels are constants of this crate")).collect()
}

pub(crate) fn read(text: &str) -> Result<Vec<Block>, KeyFault> {
    let mut blocks = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find("-----END ").ok_or(KeyFault::Pem("a block has no end"))?;
        let line = rest[end..].find('\n').map_or(rest.len(), |line| end + line + 1);
        let (block, after) = rest.split_at(line);
        blocks.push(read_block(block)?);
        rest = after.trim_start();
    }
    Ok(blocks)
}

fn read_block(block: &str) -> Result<Block, KeyFault> {
    match decode_vec(block.as_bytes()) {
        Ok((PRIVATE_KEY, der)) => Ok(Block::PrivateKey(der)),
        Ok((CERTIFICATE, der)) => Ok(Block::Certificate(der)),
        Ok(_) => Err(KeyFault::Pem("a block of another kind")),
        Err(_) => Err(KeyFault::Pem("not PEM")),
    }
}
