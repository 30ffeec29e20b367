//! Where the database is: an address in libpq's words, whose password is never shown.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use event_store::Cause;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};

use crate::tls::Tls;

/// How long a connection may take to be made, unless the address says `connect_timeout`.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// How long sent bytes may stay unanswered by the other machine, unless the address says so.
const UNHEARD_MAX: Duration = Duration::from_secs(15);
/// After so long without a word it is asked whether the other machine is still there.
const QUIET_MAX: Duration = Duration::from_secs(30);

/// How long it is waited for a connection that others have, and for one to be made.
const POOL_PATIENCE: Duration = Duration::from_secs(30);

/// An address that cannot be used. It never quotes the address, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It is no address of a database.
    #[error(
        "expected postgres://user:password@host:5432/database?sslmode=verify-full, with what is \
         special in a password percent-encoded"
    )]
    Unreadable,
    /// The word after `sslmode=` is none of ours.
    #[error("expected sslmode=disable, sslmode=require or sslmode=verify-full")]
    SslMode,
    /// A root certificate was named where none is looked at.
    #[error("sslrootcert is read with sslmode=verify-full alone")]
    RootUnread,
}

/// Where the database is and how to get there.
///
/// `sslmode` is `disable`, `require` (encrypted, whoever answers) or `verify-full` (the certificate
/// is checked, and the name in it). Unsaid it is `verify-full`, except on this machine: there, and
/// through a socket, it is `disable`. `sslrootcert` names a PEM file that is trusted in place of the
/// system's roots.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) config: Config,
    pub(crate) tls: Tls,
}

impl Address {
    /// Connections to it, at most so many, each made when it is first needed. A connection is served
    /// by the runtime it was made on.
    pub fn pool(&self, connections_max: usize) -> Result<Pool, Cause> {
        // Fast asks nothing: one that is broken is found by the next question, and not used again.
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match self.tls.connector()? {
            Some(connector) => Manager::from_config(self.config.clone(), connector, config),
            None => Manager::from_config(self.config.clone(), NoTls, config),
        };
        let pool = Pool::builder(manager)
            .max_size(connections_max)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(POOL_PATIENCE))
            .create_timeout(Some(POOL_PATIENCE))
            .build()?;
        Ok(pool)
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let known = raw.starts_with("postgres://") || raw.starts_with("postgresql://");
        let (before, parameters) = raw.split_once('?').unwrap_or((raw, ""));
        let (mut mode, mut root, mut others) = (None, None, Vec::new());
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", word)) => mode = Some(word),
                Some(("sslrootcert", file)) => root = Some(PathBuf::from(file)),
                _ => others.push(parameter),
            }
        }
        let rest = format!("{before}?{}", others.join("&"));
        // What the parser says of an address may quote it.
        let parsed = rest.parse::<Config>().ok().filter(|config| known && is_whole(config));
        let mut config = parsed.ok_or(BadAddress::Unreadable)?;
        let tls = tls(mode, root, is_near(&config))?;
        settle(&mut config, &tls);
        Ok(Self { config, tls })
    }
}

fn is_whole(config: &Config) -> bool {
    !config.get_hosts().is_empty() && config.get_dbname().is_some() && config.get_user().is_some()
}

/// Whether every host is this machine. `hostaddr` is where it is gone to, whatever the host is called.
fn is_near(config: &Config) -> bool {
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
    });
    named && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn tls(mode: Option<&str>, root: Option<PathBuf>, near: bool) -> Result<Tls, BadAddress> {
    match (mode, root) {
        (Some("verify-full"), root) => Ok(Tls::VerifyFull { root }),
        (None, Some(root)) => Ok(Tls::VerifyFull { root: Some(root) }),
        (None, None) if !near => Ok(Tls::VerifyFull { root: None }),
        (Some("disable") | None, None) => Ok(Tls::Disable),
        (Some("require"), None) => Ok(Tls::Require),
        (Some("disable" | "require"), Some(_)) => Err(BadAddress::RootUnread),
        (Some(_), _) => Err(BadAddress::SslMode),
    }
}

fn settle(config: &mut Config, tls: &Tls) {
    config.ssl_mode(if *tls == Tls::Disable { SslMode::Disable } else { SslMode::Require });
    if config.get_application_name().is_none() {
        config.application_name("waymark");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_PATIENCE);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNHEARD_MAX);
    }
    config.keepalives_idle(QUIET_MAX.min(config.get_keepalives_idle()));
}

/// Shows hosts, ports and the database: neither user nor password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let ports = self.config.get_ports();
        let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let hosts = hosts.enumerate().map(|(at, host)| format!("{host}:{}", port(at)));
        let database = self.config.get_dbname().unwrap_or_default();
        write!(f, "postgres://{}/{database}", hosts.collect::<Vec<_>>().join(","))
    }
}

/// As it is displayed: a setting that holds it may be shown.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> Address {
        raw.parse().unwrap_or_else(|bad| panic!("{raw}: {bad}"))
    }

    #[test]
    fn far_away_is_verified_and_this_machine_is_not_unless_it_is_said() {
        let root = |file: &str| Tls::VerifyFull { root: Some(PathBuf::from(file)) };
        for (raw, tls) in [
            ("postgres://w@db.example/w", Tls::VerifyFull { root: None }),
            ("postgres://w@db.example/w?sslmode=verify-full", Tls::VerifyFull { root: None }),
            ("postgres://w@db.example/w?sslrootcert=/etc/ca.pem", root("/etc/ca.pem")),
            ("postgres://w@db.example/w?sslmode=require", Tls::Require),
            ("postgres://w@db.example/w?sslmode=disable", Tls::Disable),
            ("postgres://w@localhost:5433/w", Tls::Disable),
            ("postgres://w@localhost/w?hostaddr=127.0.0.1", Tls::Disable),
            ("postgres://w@localhost/w?hostaddr=10.0.0.5", Tls::VerifyFull { root: None }),
            ("postgresql://w@127.0.0.1/w?sslmode=require", Tls::Require),
            ("postgres://w@%2Ftmp%2Fpg:5433/w", Tls::Disable),
            ("postgres://w@localhost,db.example/w", Tls::VerifyFull { root: None }),
        ] {
            assert_eq!(parsed(raw).tls, tls, "{raw}");
        }
    }

    #[test]
    fn other_words_and_files_that_nobody_would_read_are_refused() {
        let bad = |raw: &str| raw.parse::<Address>().unwrap_err();
        assert_eq!(bad("postgres://w@h/w?sslmode=prefer"), BadAddress::SslMode);
        assert_eq!(bad("postgres://w@h/w?sslmode=verify-ca"), BadAddress::SslMode);
        let unread = "postgres://w@h/w?sslmode=require&sslrootcert=ca.pem";
        assert_eq!(bad(unread), BadAddress::RootUnread);
        for raw in ["", "w", "sqlite://w", "host=h user=w", "postgres://h", "postgres://w@h"] {
            assert_eq!(bad(raw), BadAddress::Unreadable, "{raw}");
        }
    }

    #[test]
    fn neither_the_password_nor_the_user_is_ever_shown() {
        let address = parsed("postgres://ward:s3cret@db.example:6432/w?sslmode=require");
        assert_eq!(address.to_string(), "postgres://db.example:6432/w");
        assert_eq!(format!("{address:?}"), "Address(postgres://db.example:6432/w)");
        // Marks that other readers of addresses take for the end of the password.
        for raw in ["postgres://ward:a?s3cret@h/w", "postgres://ward:a#s3cret@h:x/w"] {
            let said = match raw.parse::<Address>() {
                Ok(address) => format!("{address} {address:?}"),
                Err(bad) => format!("{bad} {bad:?}"),
            };
            assert!(!said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn what_the_address_says_of_time_is_kept() {
        let said = parsed("postgres://w@localhost/w?connect_timeout=1&application_name=two");
        assert_eq!(said.config.get_connect_timeout(), Some(&Duration::from_secs(1)));
        assert_eq!(said.config.get_application_name(), Some("two"));
        let unsaid = parsed("postgres://w@localhost/w");
        assert_eq!(unsaid.config.get_connect_timeout(), Some(&CONNECT_PATIENCE));
        assert_eq!(unsaid.config.get_application_name(), Some("waymark"));
    }
}
