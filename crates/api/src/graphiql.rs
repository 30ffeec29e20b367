//! The page at `/`: GraphiQL with the ready queries in tabs and, without a network, the same
//! queries as plain forms.
//!
//! GraphiQL comes from a CDN under integrity hashes; the policy names those files and nothing else.
//! The queries stand in the page once, as forms, and the script makes the tabs from them.

const TEMPLATE: &str = include_str!("graphiql/page.html");
const SCRIPT: &str = include_str!("graphiql/page.js");

/// `Content-Security-Policy` of the page: its own script by hash, GraphiQL by address, this server.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; connect-src 'self'; img-src data:; font-src data:; \
    style-src 'unsafe-inline' https://cdn.jsdelivr.net/npm/graphiql@3.8.3/graphiql.min.css; \
    script-src 'sha256-v1JcTooJTfPUmBpgxZXh+i+s8v1gLbeKHguj8hzUKLk=' \
    https://cdn.jsdelivr.net/npm/react@18.3.1/umd/react.production.min.js \
    https://cdn.jsdelivr.net/npm/react-dom@18.3.1/umd/react-dom.production.min.js \
    https://cdn.jsdelivr.net/npm/graphiql@3.8.3/graphiql.min.js";

/// The whole page for these ready queries, each a title and a document.
pub fn page(queries: &[(&str, &str)]) -> String {
    let forms: String = queries.iter().enumerate().map(|(at, query)| form(at, *query)).collect();
    // The queries go in last and hold no `<`, so nothing in them is taken for a place to fill.
    TEMPLATE.replace("<!--script-->", SCRIPT).replace("<!--queries-->", &forms)
}

fn form(at: usize, (title, query): (&str, &str)) -> String {
    let rows = query.lines().count().clamp(4, 24);
    let (title, query) = (escape(title), escape(query));
    // A line break right after `<textarea>` is not part of its text.
    format!(
        "<form aria-labelledby=\"title-{at}\">\n<h2 id=\"title-{at}\">{title}</h2>\n\
         <label for=\"query-{at}\">Query</label>\n\
         <textarea id=\"query-{at}\" name=\"query\" rows=\"{rows}\" spellcheck=\"false\">\n\
         {query}</textarea>\n\
         <button class=\"run\" aria-describedby=\"title-{at}\">Run</button>\n\
         <pre role=\"status\" aria-label=\"Answer\" tabindex=\"0\"></pre>\n</form>\n"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
