//! Where the cluster is: an address in the client's words, whose password is never shown.

use std::fmt;
use std::str::FromStr;

use eventstore::{ClientSettings, NodePreference};

const SCHEMES: [&str; 8] = [
    "kurrentdb",
    "kurrentdb+discover",
    "esdb",
    "esdb+discover",
    "kurrent",
    "kurrent+discover",
    "kdb",
    "kdb+discover",
];

/// What the client reads of an address; the rest it would leave out with a warning.
const PARAMETERS: [&str; 13] = [
    "connectionname",
    "defaultdeadline",
    "discoveryinterval",
    "gossiptimeout",
    "keepaliveinterval",
    "keepalivetimeout",
    "maxdiscoverattempts",
    "nodepreference",
    "tls",
    "tlscafile",
    "tlsverifycert",
    "usercertfile",
    "userkeyfile",
];

/// An address that cannot be used. It never quotes the address, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is no address of a cluster.
    #[error(
        "expected kurrentdb://user:password@host:2113,host:2113?tls=true or esdb://, with each setting \
         as the client of KurrentDB takes it"
    )]
    Unreadable,
    /// A setting that the client would not read.
    #[error(
        "the address has a setting that nobody reads; known are connectionName, defaultDeadline, \
         discoveryInterval, gossipTimeout, keepAliveInterval, keepAliveTimeout, maxDiscoverAttempts, \
         nodePreference, tls, tlsCaFile, tlsVerifyCert, userCertFile and userKeyFile"
    )]
    Unread,
    /// The client hands user and password over as they are written, and never decodes them.
    #[error(
        "the user or the password in the address is percent-encoded, which the client of KurrentDB \
         does not undo: choose one without special characters, or a user certificate"
    )]
    Encoded,
    /// Another node may be behind what was acknowledged: it would answer as if that were not there.
    #[error(
        "the address asks for another node than the leader, which may not know yet what was \
         acknowledged: leave nodePreference out, or say `leader`"
    )]
    NotTheLeader,
}

/// Where the cluster is and how to get there.
///
/// The leader is asked for everything, and nodes are looked for every 50 ms unless the address says
/// `discoveryInterval`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    settings: ClientSettings,
    shown: String,
}

impl Address {
    /// As the client takes it, with the password, if there is one.
    pub fn settings(&self) -> ClientSettings {
        self.settings.clone()
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = raw.split_once("://").ok_or(BadAddress::Unreadable)?;
        if !SCHEMES.contains(&scheme) {
            return Err(BadAddress::Unreadable);
        }
        let (before, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let names = names(parameters);
        if names.iter().any(|name| !PARAMETERS.contains(&name.as_str())) {
            return Err(BadAddress::Unread);
        }
        let (user, _) = before.rsplit_once('@').unwrap_or_default();
        if user.contains('%') {
            return Err(BadAddress::Encoded);
        }
        let settings = settings(raw, &names)?;
        if settings.node_preference() != NodePreference::Leader {
            return Err(BadAddress::NotTheLeader);
        }
        // Neither the user nor the path of a certificate.
        let hosts = settings.hosts().iter().map(|node| format!("{}:{}", node.host, node.port));
        let shown = format!("{scheme}://{}", hosts.collect::<Vec<_>>().join(","));
        Ok(Self { settings, shown })
    }
}

fn names(parameters: &str) -> Vec<String> {
    let named = parameters.split('&').filter(|parameter| !parameter.is_empty());
    let name = |parameter: &str| parameter.split('=').next().unwrap_or_default().to_lowercase();
    named.map(name).collect()
}

/// What is said unless the address says otherwise. A follower may be behind what was acknowledged, and it
/// takes no appends: the leader is asked. And a client waits this long before it looks for a node even the
/// first time, in milliseconds; its own half second would be added to each loss of a node.
const UNSAID: [(&str, &str); 2] = [("nodepreference", "leader"), ("discoveryinterval", "50")];

fn settings(raw: &str, names: &[String]) -> Result<ClientSettings, BadAddress> {
    let mut whole = raw.trim_end_matches(['?', '&']).to_owned();
    let mut joint = if names.is_empty() { '?' } else { '&' };
    for (name, value) in UNSAID {
        if !names.iter().any(|said| said == name) {
            whole = format!("{whole}{joint}{name}={value}");
            joint = '&';
        }
    }
    // What the parser says of an address quotes it.
    let settings: Option<ClientSettings> = whole.parse().ok();
    settings.filter(|settings| !settings.hosts().is_empty()).ok_or(BadAddress::Unreadable)
}

/// Shows the nodes: neither user nor password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// As it is displayed: a setting that holds it may be shown.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests;
