//! Every bound of the transport, by name.

use std::time::Duration;

/// The bounds a request, a document and an open stream must keep.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of an ordinary request body or socket message.
    pub body_bytes_max: usize,
    /// Bytes of a body whose mutation asks only for fields named in `large_body_fields`.
    pub large_body_bytes_max: usize,
    /// Root mutation fields that may come with a large body.
    pub large_body_fields: Vec<String>,
    /// Bytes of a GraphQL document, whatever the body may weigh.
    pub document_bytes_max: usize,
    /// Brackets open at once in a document; checked before the recursive parser sees it.
    pub brackets_open_max: usize,
    /// Operations in a document.
    pub operations_max: usize,
    /// Fragment definitions in a document.
    pub fragments_max: usize,
    /// Variable definitions of an operation.
    pub variables_max: usize,
    /// Selections written in one pair of braces.
    pub selections_per_set_max: usize,
    /// Fields, spreads and inline fragments once every fragment is written out.
    pub selections_max: usize,
    /// Fields once every fragment is written out, `__typename` counted.
    pub fields_max: usize,
    /// Aliases once every fragment is written out.
    pub aliases_max: usize,
    /// Directives once every fragment is written out.
    pub directives_max: usize,
    /// Nested fields below the root, outside introspection.
    pub depth_max: usize,
    /// Nested fields below `__schema` or `__type`, that field included.
    pub introspection_depth_max: usize,
    /// Lists nested in lists inside introspection; each level multiplies the answer.
    pub introspection_lists_max: usize,
    /// How long one query or mutation may run, and how long its body may take to arrive.
    pub request_time_max: Duration,
    /// How long a socket may stay open without `connection_init`.
    pub socket_init_time_max: Duration,
    /// Operations running at once on one socket.
    pub socket_operations_max: usize,
    /// Event streams and sockets open at once on this server.
    pub streams_max: usize,
    /// Trusted documents run a second for callers without a token, on this server.
    pub public_per_second_max: u32,
    /// How many of them may come at once after a silence.
    pub public_burst_max: u32,
    /// Silence after which an open stream sends a sign of life.
    pub keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 64 * 1024,
            large_body_bytes_max: 1024 * 1024,
            large_body_fields: vec!["recordBatch".to_owned()],
            document_bytes_max: 16 * 1024,
            brackets_open_max: 48,
            operations_max: 10,
            fragments_max: 50,
            variables_max: 50,
            selections_per_set_max: 200,
            selections_max: 2_000,
            fields_max: 1_000,
            aliases_max: 100,
            directives_max: 50,
            depth_max: 12,
            introspection_depth_max: 20,
            introspection_lists_max: 2,
            request_time_max: Duration::from_secs(10),
            socket_init_time_max: Duration::from_secs(3),
            socket_operations_max: 100,
            streams_max: 10_000,
            public_per_second_max: 50,
            public_burst_max: 100,
            keep_alive: Duration::from_secs(12),
        }
    }
}
