"""The public names: what single-page apps build on stays, and schema.graphql is what the code says."""

from pathlib import Path

import pytest
from graphql import DefinitionNode, EnumTypeDefinitionNode, FieldDefinitionNode, parse, print_ast

from schema.root import build_schema

ROOT = Path(__file__).parents[2]
CONTRACT = parse(Path(__file__).with_name("contract.graphql").read_text())
OURS = {
    node.name.value: node
    for node in parse(build_schema().as_str()).definitions
    if getattr(node, "name", None)
}


def test_the_sdl_is_committed_as_the_code_prints_it() -> None:
    assert (ROOT / "schema.graphql").read_text() == build_schema().as_str() + "\n"


@pytest.mark.parametrize("promised", CONTRACT.definitions, ids=lambda node: node.name.value)
def test_what_was_promised_is_there(promised: DefinitionNode) -> None:
    ours = OURS[promised.name.value]
    if isinstance(promised, EnumTypeDefinitionNode):
        assert {value.name.value for value in promised.values} <= {value.name.value for value in ours.values}
        return
    fields = {field.name.value: field for field in ours.fields}
    for field in promised.fields:
        found = fields[field.name.value]
        assert print_ast(found.type) == print_ast(field.type)
        assert _arguments(field).items() <= _arguments(found).items()


def test_everything_is_described() -> None:
    undescribed = [
        f"{node.name.value}.{field.name.value}"
        for node in OURS.values()
        for field in (getattr(node, "fields", None) or ())
        if not field.description
    ]
    assert undescribed == []


def _arguments(field: FieldDefinitionNode) -> dict[str, str]:
    given = getattr(field, "arguments", None) or ()
    return {argument.name.value: print_ast(argument).rpartition('"""')[2].strip() for argument in given}
