"""Documents are parsed and validated once, in bounded memory, whoever sends what."""

import asyncio

from graphql import GraphQLError, parse

from schema import caches
from schema.masking import Schema
from tests.support import toy_schema

DOCUMENT = '{ communes(search: "Loudun") { name } }'


def execute(schema: Schema, document: str, name: str | None = None) -> list[GraphQLError]:
    result = asyncio.run(schema.execute(document, context_value={"cookies": []}, operation_name=name))
    return result.errors or []


def test_a_document_that_comes_back_is_not_parsed_again() -> None:
    schema = toy_schema.build()
    execute(schema, DOCUMENT)
    first = caches.shelf(schema).find(DOCUMENT)
    execute(schema, DOCUMENT)
    assert first is not None
    assert caches.shelf(schema).find(DOCUMENT) is first


def test_what_is_kept_is_what_is_executed() -> None:
    schema = toy_schema.build()
    caches.shelf(schema).keep(DOCUMENT, parse('{ communes(search: "Chinon") { name } }'))
    result = asyncio.run(schema.execute(DOCUMENT))
    assert result.data is not None
    assert result.data["communes"][0] == {"name": "Chinon"}


def test_a_refused_document_is_refused_every_time_and_never_kept() -> None:
    schema = toy_schema.build()
    for document in ("{ unknown }", "{ syntax", "{ ...Nope }"):
        assert execute(schema, document)
        assert execute(schema, document)
    assert len(caches.shelf(schema)) == 0


def test_two_schemas_do_not_share_documents() -> None:
    one, other = toy_schema.build(), toy_schema.build()
    execute(one, DOCUMENT)
    assert caches.shelf(other).find(DOCUMENT) is None


def test_a_flood_of_new_documents_neither_grows_memory_nor_displaces_those_in_use() -> None:
    shelf = caches.Shelf()
    document = parse(DOCUMENT)
    shelf.keep(DOCUMENT, document)
    shelf.find(DOCUMENT)
    for number in range(10_000):
        shelf.keep(f"{DOCUMENT} # {number}", document)
    assert len(shelf) == caches.SEEN_ONCE + 1
    assert shelf.find(DOCUMENT) is document


def test_a_flood_of_documents_sent_twice_is_bounded_too() -> None:
    shelf = caches.Shelf()
    document = parse(DOCUMENT)
    for number in range(1000):
        shelf.keep(f"{DOCUMENT} # {number}", document)
        shelf.find(f"{DOCUMENT} # {number}")
    assert len(shelf) <= caches.SEEN_ONCE + caches.SEEN_AGAIN


def test_long_documents_are_answered_and_not_kept() -> None:
    schema = toy_schema.build()
    many_tokens = '{ communes(search: "") {' + "... on Commune { name } " * 60 + "} }"
    many_letters = DOCUMENT + " " * caches.LONGEST
    for document in (many_tokens, many_letters):
        assert execute(schema, document) == []
        assert caches.shelf(schema).find(document) is None


def test_the_operation_is_chosen_anew_each_time_a_document_comes() -> None:
    schema = toy_schema.build()
    document = "query A { a: __typename } query B { b: __typename }"
    for name in "AB" * 2:
        result = asyncio.run(schema.execute(document, operation_name=name))
        assert result.data == {name.lower(): "Query"}
