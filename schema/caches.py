"""Each document is parsed and validated once: those that clients send again and again are kept.

Owns the steps before execution (parsing, choosing the operation, validating) and their bounded memory. Never
keeps variables, results, or a document that was refused.
"""

from collections import OrderedDict
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse, validate
from strawberry.extensions import SchemaExtension
from strawberry.schema.base import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema import limits

# A token costs up to 550 bytes once parsed: the shelf holds 25 MB at worst, 3 MB of usual documents.
SEEN_ONCE = 32
SEEN_AGAIN = 128
MOST_TOKENS = 300
LONGEST = 10_000  # characters


class Shelf:
    """A bounded store in two rows: documents that never come back pass through the first row alone."""

    def __init__(self) -> None:
        self._once: OrderedDict[str, DocumentNode] = OrderedDict()
        self._again: OrderedDict[str, DocumentNode] = OrderedDict()

    def __len__(self) -> int:
        return len(self._once) + len(self._again)

    def find(self, text: str) -> DocumentNode | None:
        """The valid document of this text, or None where it is not kept."""
        if document := self._again.get(text):
            self._again.move_to_end(text)
        elif document := self._once.pop(text, None):
            _put(self._again, text, document, SEEN_AGAIN)
        return document

    def keep(self, text: str, document: DocumentNode) -> None:
        """Keeps a valid document, unless it is longer than any that a page needs."""
        if len(text) <= LONGEST and _is_short(document):
            _put(self._once, text, document, SEEN_ONCE)


def _put(row: OrderedDict[str, DocumentNode], text: str, document: DocumentNode, size: int) -> None:
    row[text] = document
    if len(row) > size:
        row.popitem(last=False)


def _is_short(document: DocumentNode) -> bool:
    token = document.loc.start_token if document.loc else None
    for _ in range(MOST_TOKENS):
        token = token and token.next
    return token is None


_shelves: WeakKeyDictionary[BaseSchema, Shelf] = WeakKeyDictionary()


def shelf(schema: BaseSchema) -> Shelf:
    """The documents kept for this schema."""
    found = _shelves.get(schema)
    if found is None:
        found = _shelves[schema] = Shelf()
    return found


class Documents(SchemaExtension):
    """Takes a document from the shelf, or parses and validates it within the limits.

    Strawberry is given the class: it makes one instance a request, and the shelf is what they share.
    """

    _known = False

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        text = context.query or ""
        document = shelf(context.schema).find(text)
        self._known = document is not None
        if document is None:
            document = parse(text, max_lexical_tokens=limits.TOKENS, max_comments=limits.COMMENTS)
        self._require_choice(document)
        context.graphql_document = document
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document, errors = context.graphql_document, list[GraphQLError]()
        if document is not None and not self._known:
            errors = self._validate(document)
            if not errors:
                shelf(context.schema).keep(context.query or "", document)
        context.pre_execution_errors = errors
        yield

    def _validate(self, document: DocumentNode) -> list[GraphQLError]:
        # The limits alone first, so that no other rule ever works on a document that is out of bounds.
        context = self.execution_context
        rules = (*context.validation_rules, MaybeNullValidationRule, OneOfInputValidationRule)
        hide = context.schema.config.disable_field_suggestions
        for step in ((limits.Limits,), rules):
            if errors := validate(context.schema._schema, document, step, limits.ERRORS, hide):
                return errors
        return []

    def _require_choice(self, document: DocumentNode) -> None:
        # Strawberry would run the first of several operations where the specification asks for an error.
        if self.execution_context._provided_operation_name is None:
            operations = sum(isinstance(node, OperationDefinitionNode) for node in document.definitions)
            if operations > 1:
                raise CannotGetOperationTypeError(None)


EXTENSIONS = (Documents,)
