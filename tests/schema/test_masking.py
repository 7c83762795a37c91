"""A fault of the server is told to its log, without values, and to nobody else."""

import asyncio
import json
import logging

import pytest
from structlog.testing import capture_logs

from tests.support import toy_schema


def test_an_unexpected_exception_is_masked_and_logged_without_values() -> None:
    schema = toy_schema.build()
    with capture_logs() as logs:
        result = asyncio.run(
            schema.execute("query($s: String!) { crash(secret: $s) }", {"s": "hunter2"}, context_value={})
        )
    assert result.data == {"crash": None}
    assert [error.formatted for error in result.errors or []] == [
        {
            "message": "Internal server error",
            "locations": [{"line": 1, "column": 22}],
            "path": ["crash"],
            "extensions": {"code": "INTERNAL"},
        }
    ]
    [entry] = logs
    assert entry["event"] == "graphql.fault"
    assert entry["path"] == ["crash"]
    assert entry["exceptions"] == ["builtins.RuntimeError"]
    assert any("in crash" in line for line in entry["traceback"])
    assert "hunter2" not in json.dumps(entry)


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ unknown }", None),
        ("{ syntax", None),
        ('query($n: Int!) { communes(search: "", first: $n) { name } }', {"n": "hunter2"}),
        (
            "mutation($i: KeyInput!) { validateActivationKey(input: $i) { __typename } }",
            {"i": {"hunter2": 1}},
        ),
    ],
    ids=["validation", "syntax", "coercion", "unknown member"],
)
def test_errors_of_the_client_stay_readable_and_are_not_logged(
    document: str, variables: dict[str, object] | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        result = asyncio.run(toy_schema.build().execute(document, variables, context_value={}))
    assert result.errors
    assert "Internal" not in result.errors[0].message
    assert logs == []
    assert "hunter2" not in caplog.text


def test_a_fault_below_a_required_field_empties_the_answer_and_stays_masked() -> None:
    with capture_logs():
        result = asyncio.run(toy_schema.build().execute("{ doomed }"))
    assert result.data is None
    assert [(error.message, error.path) for error in result.errors or []] == [
        ("Internal server error", ["doomed"])
    ]
