//! Sealing: XChaCha20-Poly1305 with a nonce made from key, place and content.
//!
//! The nonce is a MAC over what is sealed, so the same content seals to the same bytes (a retried
//! command is byte-identical) and other content never meets the same nonce.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::keys::SubjectKey;

const NONCE_BYTES: usize = 24;

/// Seals `plain` to its place (`aad`: stream and event id).
pub(crate) fn seal(key: &SubjectKey, aad: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let nonce = nonce(key, aad, plain)?;
    let cipher = XChaCha20Poly1305::new_from_slice(key.expose()).ok()?;
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad }).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// Opens what was sealed to this place with this key; `None`: it was not, or was changed.
pub(crate) fn open(key: &SubjectKey, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new_from_slice(key.expose()).ok()?;
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad }).ok()
}

fn nonce(key: &SubjectKey, aad: &[u8], plain: &[u8]) -> Option<[u8; NONCE_BYTES]> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose()).ok()?;
    mac.update(b"waymark nonce");
    mac.update(&u64::try_from(aad.len()).ok()?.to_be_bytes());
    mac.update(aad);
    mac.update(plain);
    mac.finalize().into_bytes().first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SubjectKey {
        SubjectKey::from_bytes([byte; 32])
    }

    #[test]
    fn what_was_sealed_opens_only_with_its_key_at_its_place_and_unchanged() {
        let sealed = seal(&key(1), b"here", b"plain").unwrap();
        assert_eq!(open(&key(1), b"here", &sealed).unwrap(), b"plain");
        assert_eq!(open(&key(2), b"here", &sealed), None);
        assert_eq!(open(&key(1), b"there", &sealed), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(open(&key(1), b"here", &changed), None, "byte {place}");
        }
    }

    #[test]
    fn sealing_again_gives_the_same_bytes_and_other_content_another_nonce() {
        let sealed = seal(&key(1), b"here", b"plain").unwrap();
        assert_eq!(seal(&key(1), b"here", b"plain").unwrap(), sealed);
        let other = seal(&key(1), b"here", b"plaim").unwrap();
        assert_ne!(other[..NONCE_BYTES], sealed[..NONCE_BYTES]);
    }
}
