//! What every place of keys promises, as tests. Each runs them all with one line:
//!
//! ```text
//! fn trial() -> impl envelope::contract::Trial { … }
//! envelope::key_contract_suite!(trial);
//! ```
#![expect(clippy::expect_used, reason = "these functions are the bodies of other rooms' tests")]

use std::{thread, time::Duration};

use uuid::Uuid;

use super::{KeyStore, Keys, KeysError, Owner, SubjectKey};

/// A place of keys that is on trial, empty at first.
pub trait Trial {
    /// The way to it of one more server.
    fn opened(&self) -> Box<dyn KeyStore>;

    /// Takes a key away, past every server.
    fn erase(&self, key_id: Uuid);
}

const LONG: Duration = Duration::from_secs(3_600);

fn person(n: u128) -> Owner {
    Owner::Person(Uuid::from_u128(n))
}

fn only(mut found: Vec<(Uuid, SubjectKey)>) -> (Uuid, SubjectKey) {
    assert_eq!(found.len(), 1, "one owner has one key");
    found.remove(0)
}

/// A person keeps their key when it is opened again.
pub fn a_person_keeps_their_key_when_it_is_opened_again(trial: &dyn Trial) {
    let (id, key) = only(trial.opened().ensure(&[person(1)]).expect("a key"));
    let again = trial.opened();
    assert_eq!(only(again.ensure(&[person(1)]).expect("a key")).0, id);
    let found = again.key(id).expect("it is asked").expect("it is there");
    assert_eq!(found.expose(), key.expose());
    assert!(again.key(Uuid::from_u128(2)).expect("it is asked").is_none());
}

/// A key says whose it is.
pub fn a_key_says_whose_it_is(trial: &dyn Trial) {
    let store = trial.opened();
    for owner in [person(1), Owner::Stream(Uuid::from_u128(2))] {
        let (key_id, _) = only(store.ensure(&[owner]).expect("a key"));
        assert_eq!(store.owner(key_id).expect("it is asked"), Some(owner));
    }
    assert_eq!(store.owner(Uuid::from_u128(9)).expect("it is asked"), None);
}

/// A person and a stream of the same id have two keys, and an owner who is named twice has one.
pub fn each_owner_has_one_key_in_the_order_asked(trial: &dyn Trial) {
    let (store, stream) = (trial.opened(), Owner::Stream(Uuid::from_u128(1)));
    let found = store.ensure(&[stream, person(1), stream]).expect("keys");
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let owners: Vec<_> = ids.iter().map(|id| store.owner(*id).expect("it is asked")).collect();
    assert_eq!(owners, [Some(stream), Some(person(1)), Some(stream)]);
    assert!(ids.first() == ids.last() && ids.first() != ids.get(1));
    assert!(store.ensure(&[]).expect("nothing").is_empty());
}

/// Of servers that make the keys of the same owners at once, in any order, all get the same.
pub fn servers_that_make_a_key_at_once_end_with_one(trial: &dyn Trial) {
    let servers: Vec<_> = (0..6).map(|_| trial.opened()).collect();
    let asked: Vec<Owner> = (1..=20).map(person).collect();
    let got: Vec<Vec<Uuid>> = thread::scope(|scope| {
        let make = |(n, server): (usize, Box<dyn KeyStore>)| {
            let mut owners = asked.clone();
            scope.spawn(move || {
                if n % 2 == 1 {
                    owners.reverse();
                }
                let made = server.ensure(&owners).expect("keys");
                let mut ids: Vec<Uuid> = made.into_iter().map(|(id, _)| id).collect();
                if n % 2 == 1 {
                    ids.reverse();
                }
                ids
            })
        };
        let makers: Vec<_> = servers.into_iter().enumerate().map(make).collect();
        makers.into_iter().map(|one| one.join().expect("it does not panic")).collect()
    });
    let first = got.first().expect("a server");
    assert!(got.iter().all(|ids| ids == first), "{got:?}");
    assert_eq!(trial.opened().all().expect("all").len(), asked.len());
}

/// All keys are told by id, with owner and bytes, and land elsewhere as they are.
pub fn all_are_told_and_what_is_put_stays(trial: &dyn Trial) {
    let store = trial.opened();
    let key = |n: u8| SubjectKey::from_bytes([n; 32]);
    let keys: Vec<_> = (1..=3_u8)
        .map(|n| (Uuid::from_u128(u128::from(n)), person(u128::from(n)), key(n)))
        .collect();
    for _time in 0..2 {
        store.put(&keys).expect("they are put");
    }
    let shown = |all: &[(Uuid, Owner, SubjectKey)]| -> Vec<(Uuid, Owner, [u8; 32])> {
        all.iter().map(|(id, owner, key)| (*id, *owner, *key.expose())).collect()
    };
    assert_eq!(shown(&store.all().expect("all")), shown(&keys));
    for other in [(Uuid::from_u128(9), person(1), key(1)), (Uuid::from_u128(1), person(1), key(9))]
    {
        let (id, beside) = (other.0, (Uuid::from_u128(8), person(8), key(8)));
        let refused = store.put(&[beside, other]).expect_err("the owner has another key");
        assert!(matches!(refused, KeysError::OwnedAlready(named) if named == id), "{refused:?}");
    }
    assert_eq!(store.all().expect("all").len(), 3, "all or none");
}

/// A key that was erased is gone for a server that has it in memory, and the owner's next is another.
pub fn an_erased_key_is_gone_for_whoever_had_it_in_memory(trial: &dyn Trial) {
    let keys = Keys::asking_every(Duration::ZERO, trial.opened());
    let (id, _) = only(keys.ensure(&[person(1)]).expect("a key"));
    assert!(keys.key(id).expect("it is asked").is_some());
    trial.erase(id);
    assert!(keys.key(id).expect("it is asked").is_none());
    assert_eq!(keys.owner(id).expect("it is asked"), None);
    assert_ne!(only(keys.ensure(&[person(1)]).expect("a key")).0, id);
}

/// What is in memory is given out without asking, until it is time to ask.
pub fn what_is_in_memory_is_given_out_until_it_is_time_to_ask(trial: &dyn Trial) {
    let reader = Keys::asking_every(LONG, trial.opened());
    let (id, _) = only(trial.opened().ensure(&[person(1)]).expect("a key"));
    assert!(reader.key(id).expect("it is asked").is_some());
    trial.erase(id);
    assert!(reader.key(id).expect("it is not asked").is_some());
    let brisk = Keys::asking_every(Duration::from_millis(50), trial.opened());
    let (next, _) = only(brisk.ensure(&[person(1)]).expect("a key"));
    trial.erase(next);
    let begun = std::time::Instant::now();
    while brisk.key(next).expect("it is asked").is_some() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the erased key lives on");
        thread::yield_now();
    }
}

/// Makes one `#[test]` of each promise; `trial` is a `fn() -> impl Trial`.
#[macro_export]
macro_rules! key_contract_suite {
    (@tests $trial:path ; $($promise:ident)*) => {
        $(
            #[test]
            fn $promise() {
                $crate::contract::$promise(&$trial());
            }
        )*
    };
    ($trial:path) => {
        $crate::key_contract_suite! { @tests $trial ;
            a_person_keeps_their_key_when_it_is_opened_again
            a_key_says_whose_it_is
            each_owner_has_one_key_in_the_order_asked
            servers_that_make_a_key_at_once_end_with_one
            all_are_told_and_what_is_put_stays
            an_erased_key_is_gone_for_whoever_had_it_in_memory
            what_is_in_memory_is_given_out_until_it_is_time_to_ask
        }
    };
}
