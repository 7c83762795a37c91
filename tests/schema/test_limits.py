"""What one document may ask for: every bound met by its attack, and by what it must let through."""

import asyncio
from typing import Any

import pytest
from graphql import get_introspection_query

from tests.support import toy_schema

SCHEMA = toy_schema.build()


def refusals(document: str, variables: dict[str, Any] | None = None) -> list[str]:
    """The messages of the errors that executing this document meets."""
    result = asyncio.run(SCHEMA.execute(document, variables, context_value={"cookies": []}))
    return [error.message for error in result.errors or []]


def assert_limited(document: str, sentence: str) -> None:
    result = asyncio.run(SCHEMA.execute(document, context_value={"cookies": []}))
    assert result.data is None
    assert [error.message for error in result.errors or []] == [sentence]
    assert [(error.extensions or {}).get("code") for error in result.errors or []] == ["LIMIT_EXCEEDED"]


def bomb(levels: int) -> str:
    """A document whose expansion doubles with every level."""
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(levels))
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ __typename }}"


def nested(levels: int) -> str:
    """A selection of so many levels, below a root field of its own level."""
    pair = ["operators", "communes"]
    names = [pair[level % 2] for level in range(levels - 2)]
    return '{ communes(search: "") {' + "".join(f"{name} {{" for name in names) + " __typename" + "}" * levels


KEY = 'validateActivationKey(input: {operator: "o", activationKey: "k"}) { __typename }'


def test_fragments_that_double_sixty_times_are_refused_at_once() -> None:
    assert_limited(bomb(60), "This operation asks for too many fields: at most 1000, fragments expanded.")


def test_nine_doublings_are_let_through() -> None:
    assert refusals(bomb(9)) == []


def test_twelve_levels_are_let_through_and_thirteen_are_not() -> None:
    assert refusals(nested(12)) == []
    assert_limited(nested(13), "This operation is nested too deeply: at most 12 levels.")


def test_depth_is_counted_through_fragments() -> None:
    inner = "operators { communes { operators { communes { operators { slug } } } } }"
    outer = "operators { communes { operators { communes { operators { communes { ...F } } } } } }"
    document = f'{{ communes(search: "") {{ {outer} }} }} fragment F on Commune {{ {inner} }}'
    assert_limited(document, "This operation is nested too deeply: at most 12 levels.")


def test_nesting_that_would_exhaust_the_stack_is_refused() -> None:
    sentence = "Syntax Error: Document is nested too deeply. Parsing aborted."
    assert refusals("{a" * 450) == [sentence]
    assert refusals("{ communes(search: " + "[" * 450) == [sentence]


def test_a_long_chain_of_nested_fragments_is_refused_without_exhausting_the_stack() -> None:
    nest = "operators { communes { " * 15
    links = "".join(f"fragment F{n} on Commune {{ {nest} ...F{n + 1} {'} } ' * 15} }} " for n in range(9))
    document = f'{{ communes(search: "") {{ ...F0 }} }} {links} fragment F9 on Commune {{ name }}'
    assert refusals(document)


def test_thirty_aliases_are_let_through_and_more_are_not() -> None:
    def aliases(count: int) -> str:
        return "{" + " ".join(f"a{n}: __typename" for n in range(count)) + "}"

    assert refusals(aliases(30)) == []
    assert_limited(aliases(31), "This operation has too many aliases: at most 30.")


def test_aliases_hidden_in_a_fragment_count_each_time_it_is_spread() -> None:
    inner = " ".join(f"a{n}: name" for n in range(11))
    document = (
        '{ communes(search: "") { ...F operators { communes { ...F operators { communes { ...F } } } } } }'
        f" fragment F on Commune {{ {inner} }}"
    )
    assert_limited(document, "This operation has too many aliases: at most 30.")


def test_eleven_root_fields_are_refused_fragments_included() -> None:
    fields = " ".join(f'a{n}: communes(search: "") {{ name }}' for n in range(9))
    rest = 'b: communes(search: "") { name } c: communes(search: "") { name }'
    document = f"{{ {fields} ...F }} fragment F on Query {{ {rest} }}"
    assert_limited(document, "This operation has too many root fields: at most 10.")


def test_fifty_one_directives_are_refused_wherever_they_stand() -> None:
    on_fields = " ".join(f"a{n}: __typename @skip(if: false) @include(if: true)" for n in range(25))
    fragment = "fragment F on Query { __typename }"
    assert refusals(f"{{ {on_fields} ...F }} {fragment}") == []
    sentence = "This operation has too many directives: at most 50."
    assert_limited(f"{{ {on_fields} ...F @include(if: true) }} {fragment}", sentence)
    assert_limited(f"{{ {on_fields} ... @include(if: true) {{ __typename }} }}", sentence)


def test_two_thousand_duplicated_fields_are_refused_by_the_parser() -> None:
    messages = refusals("{" + "__typename " * 2000 + "}")
    assert messages == ["Syntax Error: Document contains more than 1000 tokens. Parsing aborted."]


def test_nine_hundred_duplicated_fields_are_refused_before_pairs_are_compared() -> None:
    sentence = "This operation repeats the same fields too often: at most 20 times in one selection."
    assert_limited("{" + "__typename " * 900 + "}", sentence)


def test_what_hides_in_a_fragment_that_nobody_spreads_is_weighed_too() -> None:
    sentence = "This operation repeats the same fields too often: at most 20 times in one selection."
    assert_limited("{ __typename } fragment F on Query {" + "__typename " * 900 + "}", sentence)


def test_a_flood_of_comments_is_refused_by_the_parser() -> None:
    assert refusals("#\n" * 101 + "{ __typename }")[0].startswith("Syntax Error")


@pytest.mark.parametrize(
    "document",
    [
        f"mutation {{ a: {KEY} b: {KEY} }}",
        f"mutation {{ {KEY} logout }}",
        f"mutation {{ ...F ...F }} fragment F on Mutation {{ {KEY} }}",
        f"mutation {{ ...F ... on Mutation {{ b: {KEY} }} }} fragment F on Mutation {{ a: {KEY} }}",
        f"mutation {{ a: {KEY} b: logout @skip(if: true) }}",
    ],
    ids=["aliases", "two fields", "one fragment twice", "fragments and aliases", "skipped"],
)
def test_a_mutation_does_one_thing_only(document: str) -> None:
    assert_limited(document, "One mutation an operation: send them one by one.")


def test_one_mutation_may_ask_for_typename_beside_it() -> None:
    assert refusals(f"mutation {{ __typename {KEY} }}") == []


def test_each_operation_of_a_document_is_weighed_for_itself() -> None:
    document = f"mutation A {{ {KEY} }} mutation B {{ logout }}"
    result = asyncio.run(SCHEMA.execute(document, context_value={"cookies": []}, operation_name="A"))
    assert result.errors is None


@pytest.mark.parametrize("deprecated", [True, False])
def test_the_introspection_of_developers_tools_passes(deprecated: bool) -> None:
    document = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=deprecated,
    )
    assert refusals(document) == []


@pytest.mark.parametrize(
    "document",
    [
        "{ a: __schema { types { name } } }",
        "{ __schema { types { a: fields { name } b: fields { name } } } }",
    ],
)
def test_introspection_takes_no_alias(document: str) -> None:
    assert_limited(document, "Introspection takes no aliases.")


def test_introspection_does_not_loop_through_the_types_of_fields() -> None:
    loop = "fields { type { " * 3 + "name" + " } }" * 3
    assert refusals(f"{{ __schema {{ types {{ {loop} }} }} }}") == ["Maximum introspection depth exceeded"]


def test_missing_fragments_and_cycles_are_named() -> None:
    assert refusals("{ ...Nope }") == ["Unknown fragment 'Nope'."]
    cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    assert refusals(cycle) == ["Cannot spread fragment 'A' within itself via 'B'."]


def test_the_errors_told_of_one_document_are_few() -> None:
    messages = refusals('{ communes(search: "") {' + " ".join(f"unknown{n}" for n in range(500)) + "} }")
    assert len(messages) == 11
    assert messages[-1].startswith("Too many validation errors")


def test_a_nul_written_into_a_document_is_refused() -> None:
    assert_limited('{ communes(search: "a\\u0000b") { name } }', "NUL characters are not accepted.")
    assert_limited('{ communes(search: "a\\u{0}b") { name } }', "NUL characters are not accepted.")


def test_half_a_surrogate_pair_written_into_a_document_is_a_syntax_error() -> None:
    assert refusals('{ communes(search: "\\uD83C") { name } }')[0].startswith("Syntax Error")


def test_names_that_nearly_fit_are_not_suggested() -> None:
    assert refusals("{ commune }") == ["Cannot query field 'commune' on type 'Query'."]
