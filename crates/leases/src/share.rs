//! Whose turn a work is: each live server, in the order of their ids, takes every n-th work.

use uuid::Uuid;

/// The server whose share the work at this place is; none where no server is there.
pub(crate) fn rightful(place: usize, servers: &[Uuid]) -> Option<Uuid> {
    servers.get(place.checked_rem(servers.len())?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_its_share_and_no_work_is_forgotten() {
        let servers: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let mut shares = [0; 3];
        for place in 0..8 {
            let owner = rightful(place, &servers).unwrap();
            shares[servers.iter().position(|server| *server == owner).unwrap()] += 1;
        }
        assert_eq!(shares, [3, 3, 2]);
        assert_eq!(rightful(0, &[]), None);
    }
}
