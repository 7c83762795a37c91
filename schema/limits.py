"""How much one document may ask for, counted in a single walk before anything else looks at it.

Owns the bounds and the validation rule that holds them. Never looks at the schema, at variables, at who asks.

Every fragment is weighed once and its weight reused: a document costs time in proportion to its length, even
where its expansion would be astronomical. (The stock limiters walk a fragment again at every spread.)
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
)

TOKENS = 1000  # at the parser; the introspection query of developers' tools has 185
COMMENTS = 100
ERRORS = 10  # told of one document; validation stops at the next


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection asks for once its fragments are expanded. Introspection is exempt from depth alone."""

    depth: int = 0
    fields: int = 0
    roots: int = 0
    aliases: int = 0
    directives: int = 0
    introspection_aliases: int = 0
    repeats: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.roots + other.roots,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.introspection_aliases + other.introspection_aliases,
            max(self.repeats, other.repeats),
        )


# Aliases would multiply the cost of introspection, whose lists grow with the schema and know no `first`.
# Many neighbours of one name make validation quadratic: the rule on overlapping fields compares every pair.
ALLOWED = Weight(
    depth=12, fields=1000, roots=10, aliases=30, directives=50, introspection_aliases=0, repeats=20
)
MUTATIONS = 1  # an operation with two would spend two attempts of a rate limit in one request

_NOTHING = Weight()
_SENTENCES = {
    "depth": "This operation is nested too deeply: at most {} levels.",
    "fields": "This operation asks for too many fields: at most {}, fragments expanded.",
    "roots": "This operation has too many root fields: at most {}.",
    "aliases": "This operation has too many aliases: at most {}.",
    "directives": "This operation has too many directives: at most {}.",
    "introspection_aliases": "Introspection takes no aliases.",
    "repeats": "This operation repeats the same fields too often: at most {} times in one selection.",
}


class Limits(ASTValidationRule):
    """Refuses documents that ask for too much, and texts that no database stores."""

    def enter_document(self, node: DocumentNode, *_: Any) -> None:
        for definition, weight in _Scale(node).weights():
            for sentence in _complaints(definition, weight):
                self._refuse(sentence, definition)

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if "\0" in node.value:
            self._refuse("NUL characters are not accepted.", node)

    def _refuse(self, sentence: str, node: Node) -> None:
        self.report_error(GraphQLError(sentence, node, extensions={"code": "LIMIT_EXCEEDED"}))


def _complaints(node: Node, weight: Weight) -> Iterator[str]:
    for bound in fields(Weight):
        allowed = getattr(ALLOWED, bound.name)
        if getattr(weight, bound.name) > allowed:
            yield _SENTENCES[bound.name].format(allowed)
    if getattr(node, "operation", None) is OperationType.MUTATION and weight.roots > MUTATIONS:
        yield "One mutation an operation: send them one by one."


class _Scale:
    """Weighs one document."""

    def __init__(self, document: DocumentNode) -> None:
        nodes = document.definitions
        self._operations = [node for node in nodes if isinstance(node, OperationDefinitionNode)]
        self._fragments = {
            node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)
        }
        self._weighed: dict[str, Weight] = {}

    def weights(self) -> Iterator[tuple[Node, Weight]]:
        """Every operation, and every fragment that none of them reaches: validation walks those too."""
        for operation in self._operations:
            yield operation, self._operation(operation)
        for name, fragment in self._fragments.items():
            if name not in self._weighed:
                yield fragment, replace(self._fragment(name), depth=0)

    def _operation(self, node: OperationDefinitionNode) -> Weight:
        variables = sum(len(variable.directives or ()) for variable in node.variable_definitions or ())
        return self._set(node.selection_set) + Weight(directives=variables + len(node.directives or ()))

    def _set(self, node: SelectionSetNode | None) -> Weight:
        selections = node.selections if node else ()
        names = [(field.alias or field.name).value for field in selections if isinstance(field, FieldNode)]
        total = Weight(repeats=len(names) - len(set(names)))
        for selection in selections:
            total += self._selection(selection)
        return total

    def _selection(self, node: SelectionNode) -> Weight:
        if isinstance(node, FieldNode):
            weight = self._field(node)
        elif isinstance(node, FragmentSpreadNode):
            weight = self._fragment(node.name.value)
        else:
            weight = self._set(getattr(node, "selection_set", None))
        return weight + Weight(directives=len(node.directives)) if node.directives else weight

    def _field(self, node: FieldNode) -> Weight:
        inner, name, aliases = self._set(node.selection_set), node.name.value, int(node.alias is not None)
        introspection = name in ("__schema", "__type")
        return Weight(
            depth=1 if introspection else inner.depth + 1,
            fields=inner.fields + 1,
            roots=int(name != "__typename"),
            aliases=inner.aliases + aliases,
            directives=inner.directives,
            introspection_aliases=inner.aliases + aliases if introspection else inner.introspection_aliases,
            repeats=inner.repeats,
        )

    def _fragment(self, name: str) -> Weight:
        # Missing fragments and cycles weigh nothing: other rules name them.
        if name not in self._weighed:
            self._weighed[name] = _NOTHING
            if fragment := self._fragments.get(name):
                marks = Weight(directives=len(fragment.directives or ()))
                self._weighed[name] = self._set(fragment.selection_set) + marks
        return self._weighed[name]
