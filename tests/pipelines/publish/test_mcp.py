"""The MCP server of docs/mcp.md: Datasette's plugin over a public snapshot reads all of it, and never writes."""

from __future__ import annotations

import asyncio
import hashlib

import httpx
import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from pipelines.publish import plugin
from pipelines.publish.snapshot import publish
from tests.pipelines.publish.conftest import fill

pytest.importorskip("datasette_mcp", reason="pip install 'pantau[mcp]'")

HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
TOOLS = {"list_databases", "get_database_schema", "execute_sql"}
WRITES = (
    "DELETE FROM articles",
    "INSERT INTO people (name) VALUES ('x')",
    "UPDATE articles SET title = 'x'",
    "DROP TABLE articles",
    "WITH x AS (SELECT 1) DELETE FROM articles",
    "SELECT 1; DELETE FROM articles",
    "PRAGMA writable_schema = 1",
    "ATTACH 'lain.db' AS lain",
    "VACUUM INTO 'lain.db'",
)


@pytest.fixture
def datasette_alone():
    """Datasette without Pantau's pages, which other tests of this process have registered."""
    was = pm.is_registered(plugin)
    if was:
        pm.unregister(plugin)
    yield
    if was:
        pm.register(plugin, name="pantau")


@pytest.fixture
def asked(tmp_path, datasette_alone):
    """(the snapshot, a function that plays calls on its MCP server and returns their results)."""
    fill(tmp_path / "tim.db")
    snapshot = tmp_path / "umum.db"
    publish(tmp_path / "tim.db", snapshot)

    def play(*calls):
        return asyncio.run(_play(Datasette([], immutables=[str(snapshot)]), calls))

    return snapshot, play


async def _play(datasette, calls):
    """Start the server as uvicorn does, greet it, and give the result of each (method, params)."""
    app, begun, told, said = datasette.app(), asyncio.Event(), asyncio.Queue(), []

    async def send(message):
        said.append(message["type"])
        begun.set()

    told.put_nowait({"type": "lifespan.startup"})
    running = asyncio.create_task(app({"type": "lifespan"}, told.get, send))
    await asyncio.wait_for(begun.wait(), 10)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:

        async def call(method, params):
            asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            return await client.post("/-/mcp", headers=HEADERS, json=asked)

        who = {"name": "uji", "version": "1"}
        hello = await call("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": who})
        client.headers["mcp-session-id"] = hello.headers["mcp-session-id"]
        ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await client.post("/-/mcp", headers=HEADERS, json=ready)
        results = [(await call(method, params)).json()["result"] for method, params in calls]
    told.put_nowait({"type": "lifespan.shutdown"})
    await asyncio.wait_for(running, 10)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    return results


def sql(text):
    return "tools/call", {"name": "execute_sql", "arguments": {"database": "umum", "sql": text}}


def test_the_tools_are_those_that_the_docs_list_and_all_say_that_they_read_only(asked):
    _, play = asked
    (listed,) = play(("tools/list", {}))
    assert {tool["name"] for tool in listed["tools"]} == TOOLS
    assert all(tool["annotations"]["readOnlyHint"] for tool in listed["tools"])


def test_it_reads_what_is_public_and_nothing_of_the_team(asked):
    _, play = asked
    found, schema, private = play(
        sql("SELECT title FROM articles WHERE id = 2"),
        ("tools/call", {"name": "get_database_schema", "arguments": {"database": "umum"}}),
        sql("SELECT * FROM users"),
    )
    assert found["structuredContent"]["rows"] == [{"title": "Penandatanganan MoU"}]
    told = schema["structuredContent"]["schema"]
    assert "articles" in told and "password" not in told and "article_work" not in told
    assert private["isError"] and "no such table" in private["content"][0]["text"]


def test_pantaus_own_server_has_none(site):
    assert site("/-/mcp").status_code == 404


def test_nothing_is_ever_written(asked):
    snapshot, play = asked
    before = hashlib.sha256(snapshot.read_bytes()).hexdigest()
    assert all(result["isError"] for result in play(*(sql(text) for text in WRITES)))
    assert hashlib.sha256(snapshot.read_bytes()).hexdigest() == before
    assert not (snapshot.parent / "lain.db").exists()
