//! The signature of a webhook, by the scheme of Standard Webhooks (HMAC-SHA-256 over id, time and body).

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `v1,` and the signature in base 64 of `{id}.{seconds}.{body}`: who knows the secret can tell that the
/// body is ours and, by the time, that it is not an old one played again.
pub(super) fn signature(secret: &[u8], id: &str, seconds: u64, body: &[u8]) -> Option<String> {
    // A key of any length is taken.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}
