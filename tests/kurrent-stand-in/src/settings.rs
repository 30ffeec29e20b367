//! How a stand-in is set up.

/// How a cluster is set up. [`Settings::default`] is one node on a free port, without TLS, that asks
/// nobody for a password.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many nodes there are: 1 or 3.
    pub nodes: usize,
    /// The port of the first node, the others have those after it; 0 for free ones.
    pub port: u16,
    /// Who must say who he is; `None` lets everybody in.
    pub user: Option<User>,
    /// What the nodes show; `None` speaks without TLS.
    pub identity: Option<Identity>,
    /// Whether an event read from its stream, and not from `$all`, has its position. Servers up to 22.6
    /// told the highest number instead.
    pub positions_in_streams: bool,
    /// Bytes that one append may take at most.
    pub append_bytes_max: usize,
    /// The version the server says it has, `major.minor.patch`.
    pub version: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nodes: 1,
            port: 0,
            user: None,
            identity: None,
            positions_in_streams: true,
            append_bytes_max: 1024 * 1024,
            version: "25.1.0".to_owned(),
        }
    }
}

/// The one user that the nodes know.
#[derive(Clone, Debug)]
pub struct User {
    /// The name, as it stands before the colon of basic authentication.
    pub name: String,
    /// The password.
    pub password: String,
}

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The chain in PEM, the node's own first.
    pub certificates: String,
    /// The private key in PEM.
    pub key: String,
}
