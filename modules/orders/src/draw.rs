//! Salts, ids and view keys of a batch, drawn from one secret.
//!
//! The approver signs a root over salted fields before the orders exist. So that nothing but one row need be kept between showing the
//! batch and signing it, all chance of the batch comes from one random secret of 32 bytes: block `i` of paper `n` is
//! SHA-256("renshi-draw/1" ‖ secret ‖ n ‖ i). The secret is deleted when the batch is issued; each order keeps its own bytes.

use aws_lc_rs::digest::{Context, SHA256};
use kernel::{OrderId, Random};
use seal::record::Salts;
use std::sync::atomic::{AtomicU32, Ordering};

/// The secret of a batch.
pub(crate) type Secret = [u8; 32];

/// The random things of one paper.
pub(crate) struct Drawn {
    pub salts: Salts,
    pub id: OrderId,
    pub view_key: [u8; 16],
}

/// Draws for paper number `ordinal` with `fields` fields.
pub(crate) fn draw(secret: &Secret, ordinal: u32, fields: usize) -> Drawn {
    let stream = Stream { secret, ordinal, block: AtomicU32::new(0) };
    let salts = Salts::draw(&stream, fields);
    let mut rest = [0; 32];
    stream.fill(&mut rest);
    let (id, view_key) = rest.split_at(16);
    let half = |bytes: &[u8]| -> [u8; 16] { bytes.try_into().expect("half of 32 bytes") };
    Drawn { salts, id: OrderId(half(id)), view_key: half(view_key) }
}

struct Stream<'a> {
    secret: &'a Secret,
    ordinal: u32,
    block: AtomicU32,
}

impl Random for Stream<'_> {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let mut context = Context::new(&SHA256);
            context.update(b"renshi-draw/1");
            context.update(self.secret);
            context.update(&self.ordinal.to_be_bytes());
            context.update(&self.block.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            chunk.copy_from_slice(&context.finish().as_ref()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn every_paper_and_every_salt_differs_and_the_same_secret_gives_the_same() {
        let secret = [7; 32];
        let (a, again, b) = (draw(&secret, 0, 20), draw(&secret, 0, 20), draw(&secret, 1, 20));
        assert_eq!((a.salts.as_bytes(), a.id, a.view_key), (again.salts.as_bytes(), again.id, again.view_key));
        assert_ne!(a.id, b.id);
        let mut salts: Vec<&[u8]> = a.salts.fields().chain(b.salts.fields()).collect();
        salts.sort_unstable();
        salts.dedup();
        assert_eq!(salts.len(), 40);
    }
}
