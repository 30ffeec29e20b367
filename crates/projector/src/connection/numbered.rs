//! Parameters of a query as PostgreSQL numbers them: `?1` and `:day` become `$1`, `$2`.

/// The query with each parameter as `$n`; `place_of` gives the place of a name, from 1. None where the
/// query has a name that is not told.
pub(super) fn numbered(sql: &str, place_of: impl Fn(&str) -> Option<usize>) -> Option<String> {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '-', '?', ':']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = match from.as_bytes() {
            [quote @ (b'\'' | b'"'), ..] => quoted_end(from, char::from(*quote)),
            [b'-', b'-', ..] => from.find('\n').unwrap_or(from.len()),
            [b':', b':', ..] => 2,
            [b'?', b'0'..=b'9', ..] => {
                out.push('$');
                rest = from.get(1..).unwrap_or_default();
                continue;
            }
            [b':', b'a'..=b'z', ..] => {
                let end = from.get(1..).and_then(|name| name.find(|c| !is_of_name(c)));
                let end = end.map_or(from.len(), |end| end + 1);
                let (name, after) = from.split_at(end);
                out.push('$');
                out.push_str(&place_of(name)?.to_string());
                rest = after;
                continue;
            }
            _ => 1,
        };
        let (kept, after) = from.split_at(end);
        out.push_str(kept);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

const fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The end of what is in quotes; a doubled quote is none.
fn quoted_end(from: &str, quote: char) -> usize {
    let closing = from.get(1..).and_then(|rest| rest.find(quote));
    closing.map_or(from.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::numbered;

    fn of(sql: &str) -> Option<String> {
        numbered(sql, |name| {
            [":day", ":day_2"].iter().position(|one| *one == name).map(|at| at + 1)
        })
    }

    #[test]
    fn a_parameter_has_its_number_and_a_name_its_place_wherever_it_stands() {
        assert_eq!(of("a = ?1 AND b > ?12"), Some("a = $1 AND b > $12".to_owned()));
        assert_eq!(of("a = :day_2 OR :day IS NULL"), Some("a = $2 OR $1 IS NULL".to_owned()));
        assert_eq!(of("LIMIT :day"), Some("LIMIT $1".to_owned()));
        assert_eq!(of("a = :month"), None, "it is not told");
    }

    #[test]
    fn what_is_quoted_or_said_beside_is_left_alone() {
        for same in [
            "SELECT ':day', \":day\", 'it''s :day' FROM t -- :day ?1",
            "SELECT a::bigint - 1, b ?| c",
            "a = 'open :day",
        ] {
            assert_eq!(of(same), Some(same.to_owned()));
        }
        assert_eq!(of("-- :day\n:day"), Some("-- :day\n$1".to_owned()));
    }
}
