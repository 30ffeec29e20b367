"""The official Python client against the server at argv[1]: appends, reads, subscribes, and is told when
it expects the wrong version. The first mismatch ends it with an exit code other than 0."""

import sys
from uuid import uuid4

from kurrentdbclient import KurrentDBClient, NewEvent, StreamState
from kurrentdbclient.exceptions import (
    NotFoundError,
    StreamIsDeletedError,
    WrongCurrentVersionError,
)

PATIENCE = 120


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


def refused(what, error, attempt):
    try:
        attempt()
    except error:
        return
    sys.exit(f"{what}: it was not refused with {error.__name__}")


def event(word):
    return NewEvent(type="Told", data=f'"{word}"'.encode(), metadata=b'{"by":"python"}', id=uuid4())


def ids(events):
    return [one.id for one in events]


def appends(client):
    """A batch and a single event, each where it is expected, each written once."""
    batch = [event("one"), event("two")]
    new = StreamState.NO_STREAM
    first = client.append_to_stream("python-1", events=batch, current_version=new)
    again = client.append_to_stream("python-1", events=batch, current_version=new)
    check("the position of the same batch", again, first)
    single = event("three")
    client.append_to_stream("python-1", events=single, current_version=1)
    client.append_to_stream("python-1", events=single, current_version=1)
    for late in (event("late"), [event("late"), event("later")]):
        refused(
            "a wrong version",
            WrongCurrentVersionError,
            lambda late=late: client.append_to_stream("python-1", events=late, current_version=new),
        )
    return [*batch, single]


def reads(client, written):
    found = client.get_stream("python-1")
    check("the stream", ids(found), ids(written))
    check("its revisions", [one.stream_position for one in found], [0, 1, 2])
    check("its last", (found[2].type, found[2].data), ("Told", b'"three"'))
    check("its metadata", found[2].metadata, b'{"by":"python"}')
    check("its content type", found[2].content_type, "application/json")
    backwards = client.get_stream("python-1", backwards=True, limit=2)
    check("the stream backwards", ids(backwards), ids(written[:0:-1]))
    check("its end", client.get_current_version("python-1"), 2)
    check("an end that is not", client.get_current_version("python-9"), StreamState.NO_STREAM)
    refused("an unknown stream", NotFoundError, lambda: client.get_stream("python-9"))
    # The filter of this client is an expression that looks around, against events of the system.
    everything = [one for one in client.read_all() if one.stream_name == "python-1"]
    check("$all", ids(everything), ids(written))
    system = [one.type for one in client.read_all() if one.type.startswith("$")]
    check("events of the system through the filter", system, [])
    last = found[1].commit_position
    check("$all from a position", ids(client.read_all(commit_position=last))[:2], ids(written[1:]))


def subscribes(client, written):
    options = {"filter_include": "python-.*", "filter_by_stream_name": True, "timeout": PATIENCE}
    with client.subscribe_to_all(**options) as subscription:
        found = [next(subscription) for _ in written]
        check("what the subscription tells of before", ids(found), ids(written))
        live = [event("four"), event("five")]
        client.append_to_stream("other-1", events=event("x"), current_version=StreamState.ANY)
        client.append_to_stream("python-2", events=live, current_version=StreamState.NO_STREAM)
        check("what it tells of after", [next(subscription).id for _ in live], ids(live))
    with client.subscribe_to_stream("python-1", stream_position=0, timeout=PATIENCE) as after:
        check("a stream after its first", [next(after).id for _ in written[1:]], ids(written[1:]))


def removes(client):
    client.append_to_stream("python-3", events=event("gone"), current_version=StreamState.NO_STREAM)
    client.delete_stream("python-3", current_version=0)
    refused("a deleted stream", NotFoundError, lambda: client.get_stream("python-3"))
    client.append_to_stream("python-3", events=event("back"), current_version=StreamState.NO_STREAM)
    check("a stream that came back", client.get_current_version("python-3"), 1)
    client.tombstone_stream("python-3", current_version=StreamState.ANY)
    refused("a buried stream", StreamIsDeletedError, lambda: client.get_stream("python-3"))


def main(address):
    client = KurrentDBClient(uri=address)
    written = appends(client)
    reads(client, written)
    subscribes(client, written)
    removes(client)
    client.close()
    print("kurrentdbclient: accepted")


if __name__ == "__main__":
    main(sys.argv[1])
