"""Prints the facts of every room, from the first record on: room_events.py [bootstrap] [group]"""

import json
import signal
import sys

from confluent_kafka import Consumer

KNOWN = {
    f"dev.parley.room.{name}.v1"
    for name in ("opened", "closed", "user-joined", "user-left", "stream-published",
                 "stream-unpublished", "capture-started", "capture-stopped", "connection-changed",
                 "token-expiry-announced", "token-expired", "error-reported")
}


def decode(message):
    """The attributes without ce_, and the data; ValueError or KeyError when it is no event."""
    headers = {name: value.decode() for name, value in message.headers() or [] if value is not None}
    attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
    if attributes["specversion"] != "1.0":
        raise ValueError("ce_specversion must be 1.0")
    for name in ("id", "source", "type", "time"):
        attributes[name]
    return attributes, json.loads(message.value())


def line(message):
    at = f"{message.partition()}:{message.offset()}"
    if message.value() is None:
        return f"{at} passed over: tombstone"
    try:
        attributes, data = decode(message)
    except (KeyError, ValueError, RecursionError) as problem:
        # Its kind only: the message may quote what a person said. A real consumer keeps the
        # record as a dead letter.
        return f"{at} refused: {type(problem).__name__}"
    if attributes["type"] not in KNOWN:
        return f"{at} passed over: unknown type {attributes['type']}"
    key = (message.key() or b"").decode(errors="replace")
    return f"{attributes['time']} {key} {attributes['type']} {json.dumps(data, ensure_ascii=False)}"


def main(bootstrap="localhost:7492", group="room-events-python"):
    # librdkafka reads committed records only, unless isolation.level says otherwise.
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group,
                         "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe(["rtc.room.events"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                print(message.error(), file=sys.stderr)
                continue
            print(line(message), flush=True)
            consumer.commit(message)  # after the work: a crash repeats records, it loses none
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
