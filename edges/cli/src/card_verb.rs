//! `renshi card`: the local card component. And cards for trials, whose keys are made in a token.

use crate::Failure;
use crate::args::CardArgs;
use crate::assemble::authority_of;
use crate::chance::{SystemClock, SystemRandom};
use crate::keep::certificate;
use crate::serve::{interrupted, listen};
use card::{Card, Component, SOFT_PIN};
use kernel::Clock;
use seal::{CardSubject, SoftCard};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use token::{Certificate, Pin, Token};

/// Answers pages until interrupted.
///
/// # Errors
/// When a file cannot be read or the port is taken.
pub async fn run(arguments: CardArgs) -> Result<ExitCode, Failure> {
    let pin = arguments.pin_file.as_deref().map(Pin::from_file).transpose()?;
    let card = match (arguments.module, arguments.token, arguments.soft) {
        (Some(module), Some(label), _) => {
            Card::token(module, label, pin, arguments.ca.as_deref().map(certificate).transpose()?)
        }
        (_, _, Some(file)) => {
            let text = std::fs::read_to_string(&file).map_err(|error| format!("`{}`: {error}", file.display()))?;
            if pin.is_none() {
                println!("軟體卡片的 PIN 碼 the PIN of the software card: {SOFT_PIN}");
            }
            Card::soft(SoftCard::from_pem(&text)?, pin.unwrap_or_else(|| Pin::new(SOFT_PIN.into())))
        }
        _ => return Err("name a card: --module and --token, or --soft".into()),
    };
    // This machine only: whoever reaches the port could try PINs.
    let (listener, address) = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port))).await?;
    let clock = Arc::new(SystemClock);
    let text = card.text(clock.now());
    println!("卡片元件 Card component at http://{address}");
    println!("{}；{}", text.zh, text.en);
    for site in &arguments.sites {
        println!("  {}", site.origin());
    }
    card::serve(Component::new(card, arguments.sites, clock, address.port()), listener, interrupted()).await?;
    Ok(ExitCode::SUCCESS)
}

/// A card to be made in a token.
pub struct TrialCard {
    /// PKCS #11 module.
    pub module: PathBuf,
    /// Label of the token.
    pub token: String,
    /// File with its PIN.
    pub pin_file: PathBuf,
    /// Name of the holder.
    pub name: String,
    /// Serial number of the subject.
    pub number: String,
    /// RSA instead of P-256.
    pub rsa: bool,
    /// Where the certificate goes.
    pub certificate: PathBuf,
}

/// Makes the key in the token, has the platform's own authority certify it, and puts both certificates on the token.
///
/// # Errors
/// When the token refuses, has a key already, or the authority's key cannot be read.
pub fn trial_card(data: &Path, wish: &TrialCard) -> Result<(), Failure> {
    let authority = authority_of(data)?;
    let token = Token::open(&wish.module, &wish.token, &Pin::from_file(&wish.pin_file)?)?;
    let id = vec![1];
    let public = if wish.rsa { token.create_rsa(&id, "signature") } else { token.create_p256(&id, "signature") }?;
    let subject = CardSubject { name: &wish.name, serial_number: &wish.number, organization: "" };
    let der = authority.certify_card(&SystemRandom, &public, &subject, SystemClock.now())?;
    std::fs::write(&wish.certificate, &der)?;
    token.put_certificate(&Certificate { id, label: "signature".into(), der })?;
    let der = authority.certificate().to_vec();
    token.put_certificate(&Certificate { id: vec![2], label: "authority".into(), der })?;
    Ok(())
}
