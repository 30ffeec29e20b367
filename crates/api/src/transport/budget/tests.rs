//! Tests of the transport's budget.

use async_graphql::parser::parse_query;

use super::*;

fn bill(document: &str) -> Result<Bill, Excess> {
    check(&parse_query(document).unwrap(), &Limits::default())
}

/// The text of `each` for every number below `n`, one after another.
fn many(n: usize, each: impl Fn(usize) -> String) -> String {
    (0..n).map(each).collect()
}

/// Each fragment spreads the next one twice: 2^levels fields once written out.
fn bomb(levels: usize, leaf: &str) -> String {
    let fragments = many(levels, |level| {
        let next = level + 1;
        format!(" fragment f{level} on Query {{ ...f{next} ...f{next} }}")
    });
    format!("{{ ...f0 }}{fragments} fragment f{levels} on Query {{ {leaf} }}")
}

fn too_many(what: &'static str, max: usize) -> Excess {
    Excess::TooMany { what, max }
}

#[test]
fn a_fragment_bomb_of_31_levels_is_refused_after_one_look_at_each_selection() {
    let document = parse_query(bomb(31, "hello")).unwrap();
    let limits = Limits { selections_max: usize::MAX, fields_max: usize::MAX, ..Limits::default() };
    let limits = Limits { depth_max: 200, ..limits };
    let bill = check(&document, &limits).unwrap();
    assert_eq!(bill.visited, 1 + 31 * 2 + 1);
    assert_eq!(bill.spent.fields, 1 << 31);
    let refused = check(&document, &Limits::default()).unwrap_err();
    assert_eq!(refused, too_many("selections", 2_000));
}

#[test]
fn a_bomb_that_ends_in_an_unknown_fragment_is_refused_too() {
    assert_eq!(bill(&bomb(31, "...nobody")), Err(too_many("selections", 2_000)));
}

#[test]
fn fragments_nobody_uses_are_weighed_as_the_validator_walks_them_all_the_same() {
    let unused = bomb(31, "hello").replacen("{ ...f0 }", "{ hello }", 1);
    assert_eq!(bill(&unused), Err(too_many("selections", 2_000)));
}

#[test]
fn a_fragment_that_leads_back_to_itself_is_refused() {
    let document = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
    assert_eq!(bill(document), Err(Excess::Cycle));
}

#[test]
fn a_chain_through_fragments_cannot_exhaust_the_stack() {
    let (open, close) = ("a { ".repeat(30), " }".repeat(30));
    let fragments = many(45, |level| {
        let next = level + 1;
        format!(" fragment f{level} on Query {{ {open}...f{next}{close} }}")
    });
    let document = format!("{{ ...f0 }}{fragments} fragment f45 on Query {{ a }}");
    assert_eq!(bill(&document), Err(Excess::TooDeep { what: "levels", max: LEVELS_MAX }));
}

#[test]
fn typename_counts_as_a_field_and_its_aliases_as_aliases() {
    let aliases = |n| many(n, |i| format!("a{i}: __typename "));
    let spent = bill(&format!("{{ {} }}", aliases(100))).unwrap().spent;
    assert_eq!((spent.fields, spent.aliases), (100, 100));
    let refused = bill(&format!("{{ {} }}", aliases(101)));
    assert_eq!(refused, Err(too_many("aliases", 100)));
}

#[test]
fn aliases_in_a_fragment_count_each_time_it_is_spread() {
    let aliases = many(30, |i| format!("a{i}: hello "));
    let wards = many(4, |i| format!("w{i}: ward {{ ...f }} "));
    let document = format!("{{ {wards} }} fragment f on Ward {{ {aliases} }}");
    assert_eq!(bill(&document), Err(too_many("aliases", 100)));
}

#[test]
fn each_count_is_held_at_its_border() {
    let fields = |n: usize| format!("{{ {} }}", "hello ".repeat(n));
    assert!(bill(&fields(200)).is_ok());
    assert_eq!(bill(&fields(201)), Err(too_many("selections in one set", 200)));
    let wide = |n: usize| {
        let set = "hello ".repeat(199);
        format!("{{ {} }}", format!("ward {{ {set} }} ").repeat(n))
    };
    assert_eq!(bill(&wide(5)).unwrap().spent.fields, 1_000);
    assert_eq!(bill(&wide(6)), Err(too_many("fields", 1_000)));
    let directives = |n: usize| format!("{{ hello {} }}", "@skip(if: false) ".repeat(n));
    assert!(bill(&directives(50)).is_ok());
    assert_eq!(bill(&directives(51)), Err(too_many("directives", 50)));
    let operations = many(11, |i| format!("query q{i} {{ hello }} "));
    assert_eq!(bill(&operations), Err(too_many("operations", 10)));
    let fragments = many(51, |i| format!("fragment f{i} on Q {{ a }} "));
    assert_eq!(bill(&format!("{{ a }} {fragments}")), Err(too_many("fragments", 50)));
    let variables = many(51, |i| format!("$v{i}: Int "));
    assert_eq!(bill(&format!("query({variables}) {{ a }}")), Err(too_many("variables", 50)));
}

#[test]
fn twelve_nested_fields_pass_and_thirteen_do_not() {
    let nested = |n: usize| format!("{}{}", "{ a ".repeat(n), "}".repeat(n));
    assert_eq!(bill(&nested(12)).unwrap().spent.depth, 12);
    assert_eq!(bill(&nested(13)), Err(Excess::TooDeep { what: "fields", max: 12 }));
}

#[test]
fn introspection_has_its_own_depth_but_lists_in_lists_are_refused() {
    let spent = bill(include_str!("../gate/introspection.graphql")).unwrap().spent;
    assert_eq!((spent.depth, spent.introspection_lists), (1, 1));
    assert!(spent.introspection_depth > 12, "{spent:?}");
    let nested =
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(bill(nested), Err(Excess::TooDeep { what: "introspection lists", max: 2 }));
}
