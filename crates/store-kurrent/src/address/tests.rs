//! Which addresses are taken, how, and what is shown of them.

use super::*;

fn parsed(raw: &str) -> Address {
    raw.parse().unwrap_or_else(|bad| panic!("{raw}: {bad}"))
}

#[test]
fn seeds_certificates_and_both_schemes_are_taken_as_the_client_takes_them() {
    let three = parsed("kurrentdb://w:p@a.example:2111,b.example:2112,c.example:2113?tls=false");
    assert_eq!(three.settings().hosts().len(), 3);
    assert!(!three.settings().is_secure_mode_enabled());
    let raw = "esdb://h.example:2113?tlsCaFile=/ca.pem&userCertFile=/u.pem&userKeyFile=/u.key";
    let certified = parsed(raw);
    assert!(certified.settings().is_secure_mode_enabled());
    assert_eq!(certified.settings().tls_ca_file().unwrap(), "/ca.pem");
    assert!(certified.settings().user_certificate().is_some());
    assert!(parsed("esdb+discover://cluster.example").settings().is_dns_discovery_enabled());
}

#[test]
fn the_leader_is_asked_and_no_address_may_say_otherwise() {
    for raw in [
        "kurrentdb://h",
        "kurrentdb://h:1?",
        "kurrentdb://a:1,b:2",
        "esdb://h:1?tls=false",
        "esdb://h:1?nodePreference=leader",
        "esdb://h:1?tls=false&NODEPREFERENCE=Leader",
    ] {
        assert_eq!(parsed(raw).settings().node_preference(), NodePreference::Leader, "{raw}");
    }
    for raw in [
        "esdb://h:1?nodePreference=follower",
        "esdb://h:1?tls=false&NODEPREFERENCE=random",
        "esdb://h:1?nodePreference=readOnlyReplica&tls=false",
    ] {
        assert_eq!(raw.parse::<Address>(), Err(BadAddress::NotTheLeader), "{raw}");
    }
}

#[test]
fn what_nobody_would_read_is_refused() {
    let bad = |raw: &str| raw.parse::<Address>().unwrap_err();
    for raw in ["", "h", "postgres://h", "kurrentdb://", "esdb://h:port", "esdb://h?tls=perhaps"] {
        assert_eq!(bad(raw), BadAddress::Unreadable, "{raw}");
    }
    assert_eq!(bad("esdb://h?tlsVerifyCrt=false"), BadAddress::Unread);
    assert_eq!(bad("esdb://h?userCertFile=/u.pem"), BadAddress::Unreadable);
    assert_eq!(bad("esdb://w:a%40b@h?tls=false"), BadAddress::Encoded);
}

#[test]
fn neither_the_password_nor_the_user_is_ever_shown() {
    let address = parsed("kurrentdb://ward:s3cret@a.example:2111,b.example?tls=false");
    assert_eq!(address.to_string(), "kurrentdb://a.example:2111,b.example:2113");
    assert_eq!(format!("{address:?}"), "Address(kurrentdb://a.example:2111,b.example:2113)");
    for raw in [
        "esdb://ward:s3cret@h:x",
        "esdb://ward:s3cret@h?tls=s3cret",
        "esdb://ward:a?s3cret@h",
        "esdb://ward:a/s3cret@h",
        "esdb://ward:a#s3cret@h",
        "esdb://ward:s3cret%40@h",
    ] {
        let said = match raw.parse::<Address>() {
            Ok(address) => format!("{address} {address:?}"),
            Err(bad) => format!("{bad} {bad:?}"),
        };
        assert!(!said.contains("s3cret"), "{said}");
    }
}
