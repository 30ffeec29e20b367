//! An endpoint, as the settings file names it: checked at the start, with its secret read from a file.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use axum::http::Uri;
use rustls::{ClientConfig, pki_types::ServerName};
use serde::Deserialize;

use crate::tls;

/// The fewest bytes of a secret.
const SECRET_BYTES_LEAST: usize = 16;

/// An endpoint as it is written, `[[webhook]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointText {
    name: String,
    url: String,
    secret_file: PathBuf,
    /// Authorities beside those of the machine, in PEM: of https alone.
    ca_file: Option<PathBuf>,
    #[serde(default = "ten_seconds")]
    timeout_ms: u32,
    #[serde(default = "one_second")]
    pause_first_ms: u32,
    #[serde(default = "five_minutes")]
    pause_most_ms: u32,
    #[serde(default = "three_days")]
    give_up_after_seconds: u32,
}

const fn ten_seconds() -> u32 {
    10_000
}

const fn one_second() -> u32 {
    1_000
}

const fn five_minutes() -> u32 {
    300_000
}

const fn three_days() -> u32 {
    259_200
}

/// A secret, which does not print.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where alerts are sent.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(super) name: String,
    pub(super) place: Place,
    /// How to speak TLS with it; none: plain http.
    pub(super) tls: Option<Tls>,
    pub(super) secret: Secret,
    pub(super) timeout: Duration,
    pub(super) pause_first: Duration,
    pub(super) pause_most: Duration,
    pub(super) give_up_after: Duration,
}

/// Where an endpoint is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    is_secure: bool,
    /// A name or an address, as it is looked up.
    pub(super) host: String,
    pub(super) port: u16,
    /// Host and port, as the request names them.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
}

/// How to speak TLS with an endpoint.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    /// Whom its certificate must be about.
    pub(super) name: ServerName<'static>,
}

impl Secret {
    #[cfg(test)]
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Endpoint {
    /// All endpoints, or the first mistake.
    pub(crate) fn read_all(texts: &[EndpointText]) -> anyhow::Result<Vec<Self>> {
        let mut all: Vec<Self> = Vec::new();
        for text in texts {
            let endpoint =
                Self::read(text).with_context(|| format!("the webhook `{}`", text.name))?;
            if all.iter().any(|other| other.name == endpoint.name) {
                bail!("two webhooks are called `{}`: expected a name for each", endpoint.name);
            }
            all.push(endpoint);
        }
        Ok(all)
    }

    fn read(text: &EndpointText) -> anyhow::Result<Self> {
        if text.name.is_empty() || text.name.len() > 64 {
            bail!("its `name` has {} bytes: expected 1 to 64", text.name.len());
        }
        if text.timeout_ms == 0
            || text.pause_first_ms == 0
            || text.pause_most_ms < text.pause_first_ms
        {
            bail!("its times are nought, or `pause_most_ms` is below `pause_first_ms`");
        }
        let place = place(&text.url)?;
        let millis = |millis: u32| Duration::from_millis(u64::from(millis));
        Ok(Self {
            name: text.name.clone(),
            tls: tls_with(&place, text.ca_file.as_deref())?,
            place,
            secret: secret(&text.secret_file)?,
            timeout: millis(text.timeout_ms),
            pause_first: millis(text.pause_first_ms),
            pause_most: millis(text.pause_most_ms),
            give_up_after: Duration::from_secs(u64::from(text.give_up_after_seconds)),
        })
    }
}

/// Where a URL leads, if it can be sent to.
fn place(url: &str) -> anyhow::Result<Place> {
    let uri: Uri = url
        .parse()
        .map_err(|_malformed| anyhow!("its `url` is malformed: expected https://host:port/path"))?;
    let (is_secure, port) = match uri.scheme_str() {
        Some("http") => (false, 80),
        Some("https") => (true, 443),
        Some(_) | None => {
            bail!("its `url` has no scheme that is known: expected https://host:port/path")
        }
    };
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        bail!(
            "its `url` has a user or a password, which would not be sent: expected https://host:port/path; \
             the receiver knows us by the signature"
        );
    }
    let host = uri.host().filter(|host| !host.is_empty());
    let host =
        host.ok_or_else(|| anyhow!("its `url` names no host: expected https://host:port/path"))?;
    let port = uri.port_u16().unwrap_or(port);
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    // An IPv6 address stands in brackets in a URL, and is looked up without them.
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Ok(Place { is_secure, host: bare.to_owned(), port, authority: format!("{host}:{port}"), path })
}

/// How to speak TLS with a place that asks for it.
fn tls_with(place: &Place, ca_file: Option<&Path>) -> anyhow::Result<Option<Tls>> {
    if !place.is_secure {
        if ca_file.is_some() {
            bail!("its `ca_file` would not be used: expected an https `url` beside it");
        }
        return Ok(None);
    }
    let name = ServerName::try_from(place.host.clone())
        .with_context(|| format!("its `url` names `{}`: expected a host", place.host))?;
    Ok(Some(Tls { config: tls::client(ca_file)?, name }))
}

/// The secret, without the end of its last line.
fn secret(path: &PathBuf) -> anyhow::Result<Secret> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("its `secret_file` {} cannot be read", path.display()))?;
    let end = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
    let bytes: Vec<u8> = bytes.into_iter().take(end).collect();
    if bytes.len() < SECRET_BYTES_LEAST {
        let (found, path) = (bytes.len(), path.display());
        bail!("its `secret_file` {path} has {found} bytes: expected {SECRET_BYTES_LEAST} or more");
    }
    Ok(Secret(bytes))
}
