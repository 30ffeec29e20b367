//! Pages that cannot be.

use serde_json::{Value, json};

use crate::{house::House, process::id};

#[test]
fn a_page_of_none_or_of_more_than_a_hundred_and_a_made_up_cursor_are_refused() {
    let house = House::new();
    house.begin(1, 7);
    let read = "query ($id: ID!, $first: Int, $after: String) { \
        history(pathwayId: $id, first: $first, after: $after) { nodes { eventId } } }";
    let size = "`first`: expected 1 to 100";
    let cursor = "`after`: expected a cursor that an answer gave";
    let cases = [
        (json!(0), Value::Null, size),
        (json!(-1), Value::Null, size),
        (json!(101), Value::Null, size),
        (json!(10), json!("9990000019"), cursor),
        (json!(10), json!(""), cursor),
    ];
    for (first, after, message) in cases {
        let variables = json!({"id": id(1), "first": first, "after": after});
        let answer = house.staff.ask(read, &variables);
        let errors = json!([{
            "message": message,
            "locations": [{"line": 1, "column": 49}],
            "path": ["history"],
            "extensions": {"code": "BAD_USER_INPUT"},
        }]);
        assert_eq!(answer, json!({"data": null, "errors": errors}));
    }
}

#[test]
fn an_id_or_a_position_of_no_form_is_refused() {
    let house = House::new();
    let refused = |message: &str, column: u64| {
        json!({"data": null, "errors": [{
            "message": message,
            "locations": [{"line": 1, "column": column}],
            "path": ["pathway"],
            "extensions": {"code": "BAD_USER_INPUT"},
        }]})
    };
    let answer = house.staff.ask("{ pathway(id: \"9990000019\") { id } }", &json!({}));
    assert_eq!(answer, refused("`pathwayId` is malformed: expected a UUID", 3));
    let query = format!("{{ pathway(id: \"{}\", atLeast: \"9990000019\") {{ id }} }}", id(1));
    let answer = house.staff.ask(&query, &json!({}));
    assert_eq!(
        answer,
        refused("Failed to parse \"Position\": expected a position that an answer gave", 64)
    );
}
