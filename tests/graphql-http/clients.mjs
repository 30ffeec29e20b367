// Round trips with the reference clients: graphql-ws over the socket, graphql-sse over events.
//
//   node clients.mjs http://127.0.0.1:8080/graphql TOKEN ['subscription { … }' [HOW_MANY]]
//
// Each client asks `{ __typename }`; with a subscription given, each also takes HOW_MANY answers
// of it (1 unless told) and then leaves, or fewer if the server completes it first.
import { createClient as createSocketClient } from 'graphql-ws';
import { createClient as createEventClient } from 'graphql-sse';
import WebSocket from 'ws';

const PATIENCE_MS = 10_000;
const [url, token, subscription, howMany = '1'] = process.argv.slice(2);
if (!url) {
  console.error("usage: node clients.mjs URL [TOKEN] ['subscription { … }' [HOW_MANY]]");
  process.exit(2);
}
const authorization = token ? `Bearer ${token}` : undefined;

const clients = {
  'graphql-ws': createSocketClient({
    url: `${url.replace(/^http/, 'ws')}/ws`,
    webSocketImpl: WebSocket,
    connectionParams: authorization ? { authorization } : {},
    retryAttempts: 0,
  }),
  'graphql-sse': createEventClient({
    url,
    singleConnection: false,
    headers: authorization ? { authorization } : {},
    retryAttempts: 0,
  }),
};

async function take(client, query, count) {
  const answers = [];
  for await (const answer of client.iterate({ query })) {
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    answers.push(answer);
    if (answers.length === count) break;
  }
  if (answers.length === 0) throw new Error('no answer came');
  return answers;
}

// What a client throws: an error with or without a cause, a list of GraphQL errors, a close event.
function told(thrown) {
  if (Array.isArray(thrown)) return JSON.stringify(thrown);
  if (thrown?.code) return `closed with ${thrown.code} ${thrown.reason}`;
  if (!(thrown instanceof Error)) return JSON.stringify(thrown);
  return thrown.cause ? `${thrown.message} ${told(thrown.cause)}` : thrown.message;
}

async function refuses(client) {
  try {
    await take(client, '{ surelyNobodyNamedAFieldThis }', 1);
  } catch (refused) {
    if (told(refused).includes('GRAPHQL_VALIDATION_FAILED')) return [{ refused: true }];
    throw refused;
  }
  throw new Error('a wrong document was not refused');
}

function soon(work) {
  const late = new Promise((_, fail) => {
    setTimeout(() => fail(new Error('took too long')), PATIENCE_MS).unref();
  });
  return Promise.race([work, late]);
}

for (const [name, client] of Object.entries(clients)) {
  const trips = { query: () => take(client, '{ __typename }', 1), refusal: () => refuses(client) };
  if (subscription) trips.subscription = () => take(client, subscription, Number(howMany));
  for (const [trip, run] of Object.entries(trips)) {
    try {
      console.log('ok    ', name, trip, JSON.stringify(await soon(run())));
    } catch (error) {
      process.exitCode = 1;
      console.log('failed', name, trip, told(error));
    }
  }
  await client.dispose();
}
process.exit();
