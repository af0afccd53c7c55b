"""XPath rules that look at nothing but an element's own name and attributes, as functions of these.

lxml takes 10 to 20 times as long for them, since it calls Python for every regular expression and makes a tree for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

# A name and the attributes in their order -> whether the rule finds such an element.
Test = Callable[[str, Mapping[str, str]], bool]
Text = Callable[[Mapping[str, str]], str]

TOKEN = re.compile(
    r"\s*('[^']*'|\"[^\"]*\"|self::\w+|@[\w-]+(?:\|@[\w-]+)*|\.//(?:\*|\w+)|re:test|contains|starts-with|translate|not\b"
    r"|or\b|and\b|\d+|[()|=,\[\]])"
)


class NotTold(ValueError):
    """A rule that looks at more than one element, or is written in a way that is not known here."""


def condition(path: str) -> Test:
    """The function for a rule; of one that takes only the first element ("[1]"), for all of them. Raises NotTold."""
    return _Reader(path).rule()


class _Reader:
    """Reads a rule word by word. The grammar is XPath's, as far as rules on names and attributes use it."""

    def __init__(self, path: str) -> None:
        self.words: list[str] = []
        at, path = 0, path.strip()
        while at < len(path):
            found = TOKEN.match(path, at)
            if found is None:
                raise NotTold(path[at : at + 40])
            self.words.append(found[1])
            at = found.end()
        self.words.append("")
        self.at = 0

    def next(self) -> str:
        """The next word, which is read."""
        self.at += 1
        return self.words[self.at - 1]

    def has(self, word: str) -> bool:
        """Whether the next word is this one, which is read then."""
        there = self.words[self.at] == word
        self.at += there
        return there

    def need(self, word: str) -> None:
        """Read this word."""
        if not self.has(word):
            raise NotTold(f"{self.words[self.at]!r} instead of {word!r}")

    def rule(self) -> Test:
        """All of a rule: paths with "|" between them."""
        paths = [self.path()]
        while self.has("|"):
            paths.append(self.path())
        self.need("")
        return _any(paths)

    def path(self) -> Test:
        """ ".//*[...][...]", in brackets or not, with "[1]" behind it or not."""
        bracketed, word = self.has("("), self.next()
        if not word.startswith(".//"):
            raise NotTold(word)
        tests = [] if word == ".//*" else [_is_named(word[3:])]
        while self.has("["):
            if self.words[self.at] == "1" and self.words[self.at + 1 : self.at + 2] == ["]"]:
                self.at += 1
            else:
                tests.append(self.either())
            self.need("]")
        if bracketed:
            self.need(")")
            if self.has("["):
                self.need("1")
                self.need("]")
        return _all(tests)

    def either(self) -> Test:
        """Conditions with "or" between them."""
        tests = [self.both()]
        while self.has("or"):
            tests.append(self.both())
        return _any(tests)

    def both(self) -> Test:
        """Conditions with "and" between them."""
        tests = [self.one()]
        while self.has("and"):
            tests.append(self.one())
        return _all(tests)

    def one(self) -> Test:
        """A single condition."""
        word = self.next()
        if word == "(":
            inner = self.either()
            self.need(")")
            return inner
        if word.startswith("self::"):
            return _is_named(word[6:])
        if word == "not":
            self.need("(")
            inner = self.either()
            self.need(")")
            return lambda tag, attributes: not inner(tag, attributes)
        if word.startswith("@"):
            return self.attribute(word[1:])
        if word not in ("re:test", "contains", "starts-with"):
            raise NotTold(word)
        self.need("(")
        text = self.text()
        self.need(",")
        wanted = self.literal()
        flags = self.literal() if self.has(",") else ""
        self.need(")")
        if word == "re:test":
            search = re.compile(wanted, re.IGNORECASE if "i" in flags else 0).search
            return lambda _, attributes: search(text(attributes)) is not None
        if word == "contains":
            return lambda _, attributes: wanted in text(attributes)
        return lambda _, attributes: text(attributes).startswith(wanted)

    def attribute(self, name: str) -> Test:
        """ "@name", or "@name='value'"."""
        if "|" in name:
            raise NotTold(name)
        if not self.has("="):
            return lambda _, attributes: name in attributes
        value = self.literal()
        return lambda _, attributes: attributes.get(name) == value

    def text(self) -> Text:
        """What a function looks at: the first of some attributes, its letters perhaps changed."""
        word = self.next()
        if word == "translate":
            self.need("(")
            inner = self.text()
            self.need(",")
            letters = self.literal()
            self.need(",")
            table = str.maketrans(letters, self.literal())
            self.need(")")
            return lambda attributes: inner(attributes).translate(table)
        if not word.startswith("@"):
            raise NotTold(word)
        names = tuple(word[1:].split("|@"))
        if len(names) == 1:
            return lambda attributes: attributes.get(names[0], "")
        return lambda attributes: next((value for name, value in attributes.items() if name in names), "")

    def literal(self) -> str:
        """A text in quotes."""
        word = self.next()
        if word[:1] not in ("'", '"'):
            raise NotTold(word)
        return word[1:-1]


def _is_named(name: str) -> Test:
    return lambda tag, _: tag == name


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def every(tag: str, attributes: Mapping[str, str]) -> bool:
        for test in tests:  # noqa: SIM110 - half the time of all()
            if not test(tag, attributes):
                return False
        return True

    return every


def _any(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def some(tag: str, attributes: Mapping[str, str]) -> bool:
        for test in tests:  # noqa: SIM110 - half the time of any()
            if test(tag, attributes):
                return True
        return False

    return some
