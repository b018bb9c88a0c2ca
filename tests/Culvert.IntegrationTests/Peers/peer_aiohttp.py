"""Publishes, follows and resumes with Debian's aiohttp: POST, NDJSON, server-sent events and WebSocket."""
import asyncio
import json
import sys

import aiohttp

EVENTS = "/v1/rooms/lobby/events"
FOREVER = aiohttp.ClientTimeout(total=60)


async def publish(session, key):
    headers = {"Idempotency-Key": key}
    async with session.post("/v1/rooms/lobby/messages", json={"data": {"text": key}}, headers=headers) as answer:
        body = await answer.json()
        assert answer.status == 201 and body["durable"] == "disk", (answer.status, body)
        return body["offset"]


async def ndjson(session, since, count):
    keys, cursor = [], None
    async with session.get(EVENTS, params={"since": since}, timeout=FOREVER) as answer:
        assert answer.content_type == "application/x-ndjson", answer.content_type
        async for raw in answer.content:
            line = json.loads(raw)
            if line["ev"] == "ready":
                cursor = line["cursor"]
            if line["ev"] == "msg":
                keys.append(line["key"])
            if cursor and len(keys) == count:
                return keys, cursor


async def event_stream(session, last_id, count):
    keys, cursor, event, data = [], None, None, None
    headers = {"Accept": "text/event-stream", "Last-Event-ID": last_id}
    async with session.get(EVENTS, headers=headers, timeout=FOREVER) as answer:
        assert answer.content_type == "text/event-stream", answer.content_type
        async for raw in answer.content:
            line = raw.decode().rstrip("\n")
            name, _, value = line.partition(": ")
            if name == "id":
                cursor = value
            elif name == "event":
                event = value
            elif name == "data":
                data = json.loads(value)
            elif line == "" and event == "msg":
                keys.append(data["key"])
                event = None
                if len(keys) == count:
                    return keys, cursor


async def socket(session, cursor, expected):
    async with session.ws_connect("/v1/ws", heartbeat=20) as ws:
        assert json.loads(await ws.receive_str(timeout=20))["ev"] == "hello"
        await ws.send_json({"id": 1, "op": "sub", "room": "lobby", "since": cursor})
        await ws.send_json({"id": 2, "op": "pub", "room": "lobby", "key": expected[-1], "data": {"text": "last"}})
        keys = []
        while keys != expected:
            for line in (await ws.receive_str(timeout=20)).split("\n"):
                event = json.loads(line)
                if event.get("ev") == "msg":
                    keys.append(event["key"])
                    assert keys == expected[: len(keys)], keys
        await ws.close()
        assert ws.close_code == 1000, ws.close_code


async def main(address, token):
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(address, headers=headers) as session:
        following = asyncio.create_task(ndjson(session, "start", 3))
        for key in ["a1", "a2", "a3"]:
            await publish(session, key)
        keys, _ = await following
        assert keys == ["a1", "a2", "a3"], keys
        _, cursor = await ndjson(session, "start", 3)
        await publish(session, "a4")
        keys, cursor = await event_stream(session, cursor, 1)
        assert keys == ["a4"], keys
        await publish(session, "a5")
        keys, cursor2 = await event_stream(session, cursor, 1)
        assert keys == ["a5"], keys
        await publish(session, "a6")
        await socket(session, cursor2, ["a6", "a7"])
    print("ok")


asyncio.run(main(*sys.argv[1:]))
