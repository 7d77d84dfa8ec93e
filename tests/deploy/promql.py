"""As much of Prometheus' language as rules and boards here use, over samples that were scraped.

In: an expression. Out: what it says at an instant: a number, or samples by their labels. Promise:
what it does not know is an error, never a guess. What it says is what Prometheus says: where
`promtool` is found, the tests hold both equal.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from tests.deploy.samples import LOOK_BACK_S, Labels, Samples, Vector

Said = float | Vector
Node = Callable[[Samples, float], Said]
# Samples of a stretch of time, its begin, its end.
Over = Callable[[Sequence[tuple[float, float]], float, float], float | None]

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
    r"|\"(?P<text>(?:[^\"\\]|\\.)*)\"|(?P<sign>==|!=|<=|>=|=~|!~|[-+*/<>(){}\[\],=]))"
)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COMPARE: Final = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_SUMS: Final = {"+": operator.add, "-": operator.sub}


class Token(NamedTuple):
    kind: str
    text: str


def _tokens(text: str) -> Iterator[Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        hit = _TOKEN.match(text, at)
        if hit is None or hit.lastgroup is None:
            raise SyntaxError(f"{text[at:]!r} is nothing that is known here")
        yield Token(hit.lastgroup, hit[hit.lastgroup])
        at = hit.end()


class Matcher(NamedTuple):
    """What a label must say."""

    label: str
    sign: str
    text: str

    def fits(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.label, "")
        if self.sign in ("=~", "!~"):
            return (re.fullmatch(self.text, value) is not None) is (self.sign == "=~")
        return (value == self.text) is (self.sign == "=")


class Selector(NamedTuple):
    """Which series, and over how many seconds; 0 is the last sample alone."""

    name: str
    matchers: Sequence[Matcher]
    over_s: float

    def fits(self, labels: Labels) -> bool:
        said = dict(labels)
        return all(one.fits(said) for one in self.matchers)


class Query:
    """One expression, taken apart."""

    def __init__(self, text: str) -> None:
        self.selectors: list[Selector] = []
        self.labels: set[str] = set()  # by which it groups or joins
        self._rest = list(_tokens(text))
        self._node = self._any()
        if self._rest:
            raise SyntaxError(f"{self._rest[0].text!r} comes unasked in {text!r}")

    def at(self, samples: Samples, now: float) -> Said:
        return self._node(samples, now)

    def vector(self, samples: Samples, now: float) -> Vector:
        """What it says, where a number is a sample without labels."""
        said = self.at(samples, now)
        return said if isinstance(said, dict) else {frozenset(): said}

    # by precedence: or; and, unless; comparisons; sums; products; one thing

    def _any(self) -> Node:
        left = self._both()
        while self._takes("or"):
            left = _set("or", left, self._both(), None)
        return left

    def _both(self) -> Node:
        left = self._compared()
        while self._sees("and", "unless"):
            word = self._rest.pop(0).text
            on = self._on()
            left = _set(word, left, self._compared(), on)
        return left

    def _compared(self) -> Node:
        left = self._summed()
        while self._sees(*_COMPARE):
            left = _filter(_COMPARE[self._rest.pop(0).text], left, self._summed())
        return left

    def _summed(self) -> Node:
        left = self._multiplied()
        while self._sees(*_SUMS):
            left = _arithmetic(_SUMS[self._rest.pop(0).text], left, None, self._multiplied())
        return left

    def _multiplied(self) -> Node:
        left = self._one()
        while self._sees("*", "/"):
            how = operator.mul if self._rest.pop(0).text == "*" else _divide
            on = self._on()
            left = _arithmetic(how, left, on, self._one())
        return left

    def _on(self) -> frozenset[str] | None:
        return self._names() if self._takes("on") else None

    def _one(self) -> Node:
        token = self._rest.pop(0)
        if token.kind == "number":
            number = float(token.text)
            return lambda samples, now: number
        if token.text == "(":
            inner = self._any()
            self._expect(")")
            return inner
        if token.kind != "name":
            raise SyntaxError(f"{token.text!r} is no beginning")
        if token.text in _GROUPS:
            return self._grouped(_GROUPS[token.text])
        if token.text == "histogram_quantile":
            self._expect("(")
            share = float(self._rest.pop(0).text)
            self._expect(",")
            inner = self._any()
            self._expect(")")
            return lambda samples, now: _quantiles(share, _vector(inner(samples, now)))
        if token.text in _OVER:
            self._expect("(")
            selector = self._selector(self._rest.pop(0).text)
            self._expect(")")
            return _ranged(_OVER[token.text], selector)
        return _latest(self._selector(token.text))

    def _grouped(self, how: Callable[[list[float]], float]) -> Node:
        by = self._names() if self._takes("by") else frozenset()
        self._expect("(")
        inner = self._any()
        self._expect(")")
        return lambda samples, now: _group(how, by, _vector(inner(samples, now)))

    def _selector(self, name: str) -> Selector:
        matchers = []
        if self._takes("{"):
            while not self._takes("}"):
                label, sign, said = (self._rest.pop(0).text for _ in range(3))
                matchers.append(Matcher(label, sign, said))
                self._takes(",")
        over = 0.0
        if self._takes("["):
            number, unit = self._rest.pop(0).text, self._rest.pop(0).text
            over = float(number) * _SECONDS[unit]
            self._expect("]")
        self.selectors.append(Selector(name, matchers, over))
        return self.selectors[-1]

    def _names(self) -> frozenset[str]:
        self._expect("(")
        found = set()
        while not self._takes(")"):
            found.add(self._rest.pop(0).text)
            self._takes(",")
        self.labels |= found
        return frozenset(found)

    def _sees(self, *texts: str) -> bool:
        return bool(self._rest) and self._rest[0].kind != "text" and self._rest[0].text in texts

    def _takes(self, text: str) -> bool:
        if self._sees(text):
            del self._rest[0]
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise SyntaxError(f"{text!r} is missing before {self._rest[:1]}")


# what the words mean


def _vector(said: Said) -> Vector:
    if not isinstance(said, dict):
        raise SyntaxError("a number stands where samples are wanted")
    return said


def _divide(left: float, right: float) -> float:
    return left / right if right else math.nan if not left else math.copysign(math.inf, left)


def _without_name(labels: Labels) -> Labels:
    return frozenset(pair for pair in labels if pair[0] != "__name__")


def _key(labels: Labels, on: frozenset[str] | None) -> Labels:
    """By what two samples are found to belong together."""
    return frozenset(
        pair for pair in labels if (pair[0] != "__name__" if on is None else pair[0] in on)
    )


def _latest(selector: Selector) -> Node:
    def at(samples: Samples, now: float) -> Said:
        return {
            labels: found[-1][1]
            for labels, found in samples.between(
                selector.name, selector.fits, now - LOOK_BACK_S, now
            )
            if not math.isnan(found[-1][1])
        }

    return at


def _ranged(how: Over, selector: Selector) -> Node:
    def at(samples: Samples, now: float) -> Said:
        begin = now - selector.over_s
        said = {}
        for labels, found in samples.between(selector.name, selector.fits, begin, now):
            kept = [one for one in found if not math.isnan(one[1])]
            value = how(kept, begin, now) if kept else None
            if value is not None:
                said[_without_name(labels)] = value
        return said

    return at


def _set(word: str, left: Node, right: Node, on: frozenset[str] | None) -> Node:
    def at(samples: Samples, now: float) -> Said:
        ours, theirs = _vector(left(samples, now)), _vector(right(samples, now))
        if word == "or":
            known = {_key(labels, on) for labels in ours}
            return ours | {one: n for one, n in theirs.items() if _key(one, on) not in known}
        known = {_key(labels, on) for labels in theirs}
        return {one: n for one, n in ours.items() if (_key(one, on) in known) is (word == "and")}

    return at


def _filter(how: Callable[[float, float], bool], left: Node, right: Node) -> Node:
    """The samples of the left side that compare so with a number."""

    def at(samples: Samples, now: float) -> Said:
        bound = right(samples, now)
        if isinstance(bound, dict):
            raise SyntaxError("two vectors are compared")
        return {one: n for one, n in _vector(left(samples, now)).items() if how(n, bound)}

    return at


def _arithmetic(
    how: Callable[[float, float], float], left: Node, on: frozenset[str] | None, right: Node
) -> Node:
    def at(samples: Samples, now: float) -> Said:
        ours, theirs = left(samples, now), right(samples, now)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            known = {_key(labels, on): value for labels, value in theirs.items()}
            return {
                key: how(value, known[key])
                for labels, value in ours.items()
                if (key := _key(labels, on)) in known
            }
        if isinstance(ours, dict):
            assert not isinstance(theirs, dict)
            return {_without_name(one): how(value, theirs) for one, value in ours.items()}
        if isinstance(theirs, dict):
            return {_without_name(one): how(ours, value) for one, value in theirs.items()}
        return how(ours, theirs)

    return at


def _group(how: Callable[[list[float]], float], by: frozenset[str], said: Vector) -> Vector:
    groups: dict[Labels, list[float]] = {}
    for labels, value in said.items():
        groups.setdefault(_key(labels, by), []).append(value)
    return {labels: how(values) for labels, values in groups.items()}


def _quantiles(share: float, said: Vector) -> Vector:
    """Of the buckets that differ in `le` alone."""
    found: dict[Labels, list[tuple[float, float]]] = {}
    for labels, value in said.items():
        rest = frozenset(one for one in _without_name(labels) if one[0] != "le")
        found.setdefault(rest, []).append((float(dict(labels)["le"]), value))
    return {labels: _quantile(share, sorted(buckets)) for labels, buckets in found.items()}


def _quantile(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    total = buckets[-1][1]
    if not total or math.isnan(total):
        return math.nan
    rank = share * total
    at = next(index for index, bucket in enumerate(buckets) if bucket[1] >= rank)
    if at == len(buckets) - 1:
        return buckets[-2][0]
    lower, below = buckets[at - 1] if at else (0.0, 0.0)
    upper, upto = buckets[at]
    return lower + (upper - lower) * (rank - below) / (upto - below)


def _increase(found: Sequence[tuple[float, float]], begin: float, end: float) -> float | None:
    """As Prometheus does it: what was counted between the first and the last sample, stretched to
    the whole range where they lie close to its ends."""
    if len(found) < 2:
        return None
    (first_at, first), (last_at, last) = found[0], found[-1]
    counted = last - first
    for (_, before), (_, after) in pairwise(found):
        if after < before:  # it was started anew
            counted += before
    sampled = last_at - first_at
    each = sampled / (len(found) - 1)
    to_begin, to_end = first_at - begin, end - last_at
    if counted > 0 and first >= 0:
        to_begin = min(to_begin, sampled * (first / counted))
    stretched = sampled
    for gap in (to_begin, to_end):
        stretched += gap if gap < each * 1.1 else each / 2
    return counted * (stretched / sampled)


def _rate(found: Sequence[tuple[float, float]], begin: float, end: float) -> float | None:
    increase = _increase(found, begin, end)
    return None if increase is None else increase / (end - begin)


def _changes(found: Sequence[tuple[float, float]], begin: float, end: float) -> float:
    return sum(one[1] != other[1] for one, other in pairwise(found))


_GROUPS: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "sum": math.fsum,
    "max": max,
    "min": min,
    "count": lambda values: float(len(values)),
}
_OVER: Final = {"increase": _increase, "rate": _rate, "changes": _changes}
