// The official Node client against the server at argv[2]: appends, reads, subscribes, and is told when it
// expects the wrong version. The first mismatch ends it with an exit code other than 0.
//
//   node client.mjs ADDRESS FOLDER    FOLDER: where ./install put the client

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const [address, folder] = process.argv.slice(2);
const installed = createRequire(join(folder, "package.json"));
const {
  ANY, BACKWARDS, END, KurrentDBClient, NO_STREAM, START, StreamDeletedError, StreamNotFoundError,
  WrongExpectedVersionError, jsonEvent, streamNameFilter,
} = installed("@kurrent/kurrentdb-client");

const PATIENCE = 120_000;
const client = KurrentDBClient.connectionString(address);

const event = (word) =>
  jsonEvent({ id: randomUUID(), type: "Told", data: { word }, metadata: { by: "node" } });

const ids = (events) => events.map((one) => one.event?.id ?? one.id);

async function all(answers) {
  const found = [];
  for await (const one of answers) found.push(one);
  return found;
}

// With credentials this client appends singly, without them in batches.
const single = { credentials: { username: "admin", password: "changeit" } };

async function appends() {
  const batch = [event("one"), event("two")];
  const first = await client.appendToStream("node-1", batch, { streamState: NO_STREAM });
  assert.equal(first.nextExpectedRevision, 1n);
  const again = await client.appendToStream("node-1", batch, { streamState: NO_STREAM });
  assert.deepEqual(again.position, first.position, "the same batch is written once");
  const third = event("three");
  for (const _ of ["first", "again"]) {
    const told = await client.appendToStream("node-1", third, { streamState: 1n, ...single });
    assert.equal(told.nextExpectedRevision, 2n);
  }
  for (const how of [{}, single]) {
    const late = client.appendToStream("node-1", event("late"), { streamState: NO_STREAM, ...how });
    const error = await late.then(() => undefined, (error) => error);
    assert.ok(error instanceof WrongExpectedVersionError, `${error}`);
    assert.equal(error.actualState, 2n);
  }
  return [...batch, third];
}

async function reads(written) {
  const found = await all(client.readStream("node-1"));
  assert.deepEqual(ids(found), ids(written));
  assert.deepEqual(found.map((one) => one.event.revision), [0n, 1n, 2n]);
  assert.deepEqual(found[2].event.data, { word: "three" });
  assert.deepEqual(found[2].event.metadata, { by: "node" });
  assert.ok(Math.abs(Date.now() - found[2].event.created.getTime()) < 60_000, "it was written just now");
  const backwards = { direction: BACKWARDS, fromRevision: END, maxCount: 2 };
  assert.deepEqual(ids(await all(client.readStream("node-1", backwards))), ids(written.slice(1).reverse()));
  await assert.rejects(all(client.readStream("node-9")), StreamNotFoundError);
  const everything = (await all(client.readAll())).filter((one) => one.event.streamId === "node-1");
  assert.deepEqual(ids(everything), ids(written));
  const from = { fromPosition: found[1].event.position, maxCount: 2 };
  assert.deepEqual(ids(await all(client.readAll(from))), ids(written.slice(1)));
}

async function subscribes(written) {
  const filter = streamNameFilter({ prefixes: ["node-"] });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  const answers = subscription[Symbol.asyncIterator]();
  const next = async (events) => {
    for (const one of events) assert.equal((await answers.next()).value.event.id, one.id);
  };
  await next(written);
  await client.appendToStream("other-2", event("x"), { streamState: ANY });
  const live = [event("four"), event("five")];
  await client.appendToStream("node-2", live, { streamState: NO_STREAM });
  await next(live);
  await subscription.unsubscribe();
}

async function removes() {
  await client.appendToStream("node-3", event("gone"), { streamState: NO_STREAM });
  await client.deleteStream("node-3");
  await assert.rejects(all(client.readStream("node-3")), StreamNotFoundError);
  const back = await client.appendToStream("node-3", event("back"), { streamState: NO_STREAM });
  assert.equal(back.nextExpectedRevision, 1n);
  await client.tombstoneStream("node-3");
  await assert.rejects(all(client.readStream("node-3")), StreamDeletedError);
}

setTimeout(() => {
  console.error(`nothing more was told within ${PATIENCE} ms`);
  process.exit(1);
}, PATIENCE).unref();

const written = await appends();
await reads(written);
await subscribes(written);
await removes();
await client.dispose();
console.log("@kurrent/kurrentdb-client: accepted");
process.exit(0);
