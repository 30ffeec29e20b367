//! Which layer is heard, and what is refused by name.

use std::ffi::OsString;

use super::*;

fn layer(listen: &str) -> Layer {
    Layer { listen: Some(listen.to_owned()), ..Layer::default() }
}

#[test]
fn the_first_layer_that_speaks_is_heard() {
    let settings = Settings::of(&[Layer::default(), layer("127.0.0.1:1"), layer("127.0.0.1:2")]);
    assert_eq!(settings.unwrap().listen, "127.0.0.1:1".parse().unwrap());
}

#[test]
fn the_public_is_answered_50_times_a_second_unless_it_is_set_and_never_0_times() {
    let most = |layers: &[Layer]| Settings::of(layers).map(|one| one.public_per_second_max);
    assert_eq!(most(&[]).unwrap(), 50);
    let set = |raw: &str| {
        from_environment([("WAYMARK_PUBLIC_PER_SECOND_MAX".into(), raw.into())].into_iter())
    };
    assert_eq!(most(&[set("7").unwrap()]).unwrap(), 7);
    let nought = most(&[set("0").unwrap()]).unwrap_err().to_string();
    assert_eq!(nought, "`public_per_second_max` is 0: expected 1 or more");
    assert!(set("many").unwrap_err().to_string().contains("expected a number"));
}

#[test]
fn a_queue_is_as_the_store_has_it_unless_it_is_set_and_never_0() {
    let most = |layers: &[Layer]| Settings::of(layers).map(|one| one.queue_appends_max);
    assert_eq!(most(&[]).unwrap(), None);
    let set = |raw: &str| {
        from_environment([("WAYMARK_QUEUE_APPENDS_MAX".into(), raw.into())].into_iter())
    };
    assert_eq!(most(&[set("7").unwrap()]).unwrap(), Some(7));
    let nought = most(&[set("0").unwrap()]).unwrap_err().to_string();
    assert_eq!(nought, "`queue_appends_max` is 0: expected 1 or more");
    assert!(set("-1").unwrap_err().to_string().contains("expected a number"));
}

#[test]
fn an_unknown_setting_is_refused_by_name() {
    let wrong = from_environment([("WAYMARK_LISTN".into(), "x".into())].into_iter());
    assert!(wrong.unwrap_err().to_string().contains("WAYMARK_LISTN"));
    let file: Result<Layer, _> = toml::from_str("listn = 'x'");
    assert!(file.unwrap_err().to_string().contains("listn"));
}

#[test]
fn what_is_not_utf_8_is_refused_where_it_is_ours_and_passed_over_where_not() {
    use std::os::unix::ffi::OsStringExt;
    let broken = || OsString::from_vec(vec![b'x', 0xff]);
    let theirs = [("LESS".into(), broken()), (broken(), "x".into())];
    assert_eq!(from_environment(theirs.into_iter()).unwrap(), Layer::default());
    let ours = [("WAYMARK_DATA_DIR".into(), broken())];
    let refused = from_environment(ours.into_iter()).unwrap_err().to_string();
    assert_eq!(refused, "`WAYMARK_DATA_DIR` is not UTF-8: expected text");
}

#[test]
fn the_demo_identity_stays_on_this_machine_unless_it_is_let_out() {
    let mut settings = Settings::of(&[layer("0.0.0.0:8080")]).unwrap();
    assert!(settings.check_listen().is_err());
    settings.allow_demo_identity = true;
    assert!(settings.check_listen().is_ok());
}
