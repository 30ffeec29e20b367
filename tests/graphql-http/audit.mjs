// Runs every audit of the graphql-http suite against a server; anything but 61 times `ok` fails.
//
//   node audit.mjs http://127.0.0.1:8080/graphql [TOKEN]
import { auditServer } from 'graphql-http';

const AUDITS = 61;
const [url, token] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.mjs URL [TOKEN]');
  process.exit(2);
}

function fetchAs(bearer) {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${bearer}`);
    return fetch(input, { ...init, headers });
  };
}

const results = await auditServer({ url, fetchFn: token ? fetchAs(token) : fetch });
for (const { status, id, name, reason } of results) {
  console.log([status.padEnd(6), id, name, reason].filter(Boolean).join('  '));
}
const ok = results.filter(({ status }) => status === 'ok').length;
console.log(`\n${ok} of ${results.length} audits ok`);
process.exitCode = ok === AUDITS && results.length === AUDITS ? 0 : 1;
