"""Traced formulas on any array library: the nodes of a formula, in the order and with the guards that make its
gradient as safe as its value.

A formula has no branches: it computes both sides of ``select`` and keeps one. Forward derivatives do the same, but
reverse differentiation multiplies the derivative of the side that was *not* kept by 0, and 0 times infinity is not a
number. So every step that has a pole (a logarithm, a quotient, a power, an exponential) is given a harmless operand
wherever its result is not kept. The first and every higher derivative are then those of the side that is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

Array: TypeAlias = Any
"""An array of the library that runs the formula; a Python number while nothing varies."""


class Ops(Protocol):
    """What a formula and its surroundings need of an array library, beside operators, comparisons and indexing.

    Derivatives at the edges are the library's, except that ``where`` passes 0 to the side that is not taken.
    """

    def exp(self, x: Array) -> Array: ...
    def expm1(self, x: Array) -> Array: ...
    def log(self, x: Array) -> Array: ...
    def log1p(self, x: Array) -> Array: ...
    def sqrt(self, x: Array) -> Array: ...
    def power(self, x: Array, exponent: float) -> Array: ...
    def atan(self, x: Array) -> Array: ...
    def sin(self, x: Array) -> Array: ...
    def cos(self, x: Array) -> Array: ...
    def softplus(self, x: Array) -> Array: ...
    def detach(self, x: Array) -> Array: ...
    def where(self, condition: Array, yes: Array, no: Array) -> Array: ...
    def softmax(self, x: Array, axis: int) -> Array: ...
    def sum(self, x: Array, axis: int | None = None, keep: bool = False) -> Array: ...
    def total(self, x: Array, axis: int | None = None) -> Array:
        """The sum over an axis, which is kept, or over all; in double precision where the device has it."""
        ...

    def amax(self, x: Array, axis: int) -> Array:
        """The largest along an axis, which is kept."""
        ...

    def argmax(self, x: Array, axis: int) -> Array:
        """The position of the first of the largest along an axis, which is kept."""
        ...

    def take(self, x: Array, positions: Array, axis: int) -> Array:
        """The entries at these positions along an axis; every other axis is as long in both."""
        ...

    def descending(self, x: Array, axis: int) -> Array:
        """The same numbers along an axis, the largest first."""
        ...

    def cumsum(self, x: Array, axis: int) -> Array: ...
    def stack(self, arrays: Sequence[Array], axis: int) -> Array: ...
    def count(self, n: int, like: Array) -> Array:
        """The integers from 0 to n − 1, where ``like`` is."""
        ...

    def numbers(self, x: Any, like: Array) -> Array:
        """An array (of the library, or a sequence of Python numbers) in the type of ``like`` and where it is."""
        ...

    def number(self, x: float, like: Array) -> Array:
        """``x`` as an array without axes of the type of ``like``."""
        ...

    def largest(self, like: Array) -> float:
        """The largest finite number of the type of ``like``."""
        ...

    def epsilon(self, like: Array) -> float:
        """The distance from 1 to the next number of the type of ``like``."""
        ...

    def kind(self, x: Array) -> str:
        """``"f"`` for real numbers, ``"i"`` for integers, ``"b"`` for truth values, else another letter."""
        ...


Literal = tuple[int, bool]
"""A select, and which of its sides is kept."""

Needed = frozenset[frozenset[Literal]]
"""Where the result of a step is kept: where for one of the sets all sides are; everywhere if one set is empty."""

EVERYWHERE: Needed = frozenset([frozenset()])
MOST_SETS = 8

POLES: Mapping[str, float] = {"exp": 0.0, "exp_m1": 0.0, "ln": 1.0, "ln_1p": 0.0, "sqrt": 1.0, "power": 1.0, "div": 1.0}
"""Steps with a pole, and an operand at which they have none."""

PLAIN: Mapping[str, Callable[[float], float]] = {
    "neg": lambda x: -x,
    "exp": math.exp,
    "exp_m1": math.expm1,
    "ln": math.log,
    "ln_1p": math.log1p,
    "sqrt": math.sqrt,
    "atan": math.atan,
    "sin": math.sin,
    "cos": math.cos,
    "abs": abs,
    "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)),
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "detach": lambda x: x,
}
"""Operations of one argument on constants."""


class Step(NamedTuple):
    """One operation: its place, its name, what it reads, and the guard of its operand if it needs one."""

    place: int
    operation: str
    arguments: tuple[Any, ...]
    guard: int | None


class Formula(NamedTuple):
    """Steps in an order in which they can be taken. All of it is plain tuples, which compilers can look into."""

    steps: tuple[Step, ...]
    output: int
    inputs: tuple[str, ...]
    guards: tuple[tuple[tuple[tuple[int, int, bool], ...], ...], ...]
    """Where results are kept: for one of the sets, each first number is below the second, or is not."""

    def reads(self, name: str) -> bool:
        """Does the result depend on this input?"""
        return name in self.inputs


def operands(node: Sequence[Any]) -> tuple[int, ...]:
    """The nodes that a node reads."""
    match node[0]:
        case "input" | "constant":
            return ()
        case "power":
            return (node[1],)
        case _:
            return tuple(node[1:])


def simplified(sets: set[frozenset[Literal]]) -> Needed:
    """The same condition in fewer sets, if there are such; everywhere if there are too many."""
    changed = True
    while changed:
        changed = False
        for one in sorted(sets, key=len):
            if any(other < one for other in sets):
                sets.discard(one)
                changed = True
                break
            # Kept on either side of a select: its condition does not matter.
            twin = next((x for x in one if (one - {x}) | {(x[0], not x[1])} in sets), None)
            if twin is not None:
                sets.discard(one)
                sets.discard((one - {twin}) | {(twin[0], not twin[1])})
                sets.add(one - {twin})
                changed = True
                break
    return frozenset(sets) if len(sets) <= MOST_SETS else EVERYWHERE


def plan(nodes: Sequence[Sequence[Any]]) -> Formula:
    """The steps of a formula that lead to its last node."""
    output = len(nodes) - 1
    wanted: list[set[frozenset[Literal]]] = [set() for _ in nodes]
    wanted[output].add(frozenset())
    needed: dict[int, Needed] = {}
    for index in range(output, -1, -1):
        if not wanted[index]:
            continue
        needed[index] = simplified(wanted[index])
        node = nodes[index]
        if node[0] == "select":
            for side, argument in ((True, node[3]), (False, node[4])):
                kept = {one | {(index, side)} for one in needed[index] if (index, not side) not in one}
                wanted[argument] |= kept
            wanted[node[1]] |= needed[index]
            wanted[node[2]] |= needed[index]
        else:
            for argument in operands(node):
                wanted[argument] |= needed[index]
    order = _ordered(nodes, needed, output)
    guarded = [i for i in order if nodes[i][0] in POLES and needed[i] != EVERYWHERE]
    conditions = list(dict.fromkeys(needed[i] for i in guarded))
    guard_of = {i: conditions.index(needed[i]) for i in guarded}
    return Formula(
        steps=tuple(Step(i, nodes[i][0], tuple(nodes[i][1:]), guard_of.get(i)) for i in order),
        output=output,
        inputs=tuple(nodes[i][1] for i in order if nodes[i][0] == "input"),
        guards=tuple(
            tuple(
                tuple((nodes[i][1], nodes[i][2], side) for i, side in sorted(one)) for one in sorted(sets, key=sorted)
            )
            for sets in conditions
        ),
    )


def _ordered(nodes: Sequence[Sequence[Any]], needed: dict[int, Needed], output: int) -> list[int]:
    """Every node after what it reads and, if it has a pole, after what decides whether it is kept."""
    order: list[int] = []
    state: dict[int, bool] = {}
    # Each entry: a node, and whether what it reads has been seen to.
    stack = [(output, False)]
    while stack:
        index, ready = stack.pop()
        if ready:
            state[index] = True
            order.append(index)
            continue
        if index in state:
            continue
        state[index] = False
        guards: set[int] = set()
        if nodes[index][0] in POLES:
            selects = {select for one in needed[index] for select, _ in one}
            guards = {argument for select in selects for argument in nodes[select][1:3]}
            if any(state.get(guard) is False or _reaches(nodes, guard, index) for guard in guards):
                # The condition itself needs the node.
                needed[index] = EVERYWHERE
                guards = set()
        stack.append((index, True))
        stack.extend((argument, False) for argument in (*operands(nodes[index]), *guards))
    return order


def _reaches(nodes: Sequence[Sequence[Any]], start: int, goal: int) -> bool:
    """Does a node read another, at any distance?"""
    seen: set[int] = set()
    stack = [start]
    while stack:
        index = stack.pop()
        if index == goal:
            return True
        # Nodes read earlier ones only.
        if index > goal and index not in seen:
            seen.add(index)
            stack.extend(operands(nodes[index]))
    return False


def run(ops: Ops, formula: Formula, inputs: Mapping[str, Array], like: Array) -> Array:
    """The value of a formula; ``like`` has the type of numbers to calculate in."""
    values: dict[int, Array] = {}
    guards: dict[int, Array] = {}
    for place, operation, arguments, guard in formula.steps:
        if operation == "input":
            values[place] = inputs[arguments[0]]
        elif operation == "constant":
            values[place] = _constant(ops, float(arguments[0]), like)
        elif operation == "select":
            a, b, yes, no = (values[argument] for argument in arguments)
            values[place] = _choice(ops, a < b, yes, no, like)
        elif operation in ("add", "sub", "mul"):
            a, b = values[arguments[0]], values[arguments[1]]
            values[place] = a + b if operation == "add" else a - b if operation == "sub" else a * b
        else:
            # The operand that may have to be a harmless one.
            x = values[arguments[1] if operation == "div" else arguments[0]]
            if guard is not None and not isinstance(x, float):
                if guard not in guards:
                    guards[guard] = _holds(formula.guards[guard], values)
                x = _guarded(ops, guards[guard], x, POLES[operation])
            if operation == "div":
                values[place] = _quotient(ops, values[arguments[0]], x, like)
            elif operation == "power":
                values[place] = _power(ops, x, float(arguments[1]))
            else:
                values[place] = _unary(ops, operation, x)
    return values[formula.output]


def _holds(sets: tuple[tuple[tuple[int, int, bool], ...], ...], values: Mapping[int, Array]) -> Array:
    """Where a result is kept: an array of truth values, or one for all."""
    total: Array = False
    for one in sets:
        every: Array = True
        for a, b, side in one:
            below = values[a] < values[b]
            every = _both(every, below if side else _negated(below))
        total = _either(total, every)
    return total


def _guarded(ops: Ops, kept: Array, x: Array, harmless: float) -> Array:
    """An operand, and a harmless one where the result is not kept."""
    if isinstance(kept, bool):
        return x if kept else x * 0.0 + harmless
    return ops.where(kept, x, harmless)


def _constant(ops: Ops, x: float, like: Array) -> float:
    """A constant, or the largest number of the type to calculate in if it is finite and beyond that."""
    return math.copysign(ops.largest(like), x) if ops.largest(like) < abs(x) < math.inf else x


def _both(a: Array, b: Array) -> Array:
    if isinstance(a, bool):
        return b if a else False
    if isinstance(b, bool):
        return a if b else False
    return a & b


def _either(a: Array, b: Array) -> Array:
    if isinstance(a, bool):
        return True if a else b
    if isinstance(b, bool):
        return True if b else a
    return a | b


def _negated(a: Array) -> Array:
    return not a if isinstance(a, bool) else ~a


def _choice(ops: Ops, condition: Array, yes: Array, no: Array, like: Array) -> Array:
    """``yes`` where the condition holds, else ``no``; any of them may be a Python number."""
    if isinstance(condition, bool):
        return yes if condition else no
    if isinstance(yes, float) and isinstance(no, float):
        no = ops.number(no, like)
    return ops.where(condition, yes, no)


def _quotient(ops: Ops, a: Array, b: Array, like: Array) -> Array:
    if isinstance(a, float) and isinstance(b, float):
        return a / b if b != 0.0 else ops.number(a, like) / ops.number(b, like)
    return a / b


def _power(ops: Ops, x: Array, exponent: float) -> Array:
    """x^p: 1 for p = 0, x for p = 1; else 0, with derivative 0, for x ≤ 0."""
    if exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return x
    if isinstance(x, float):
        return x**exponent if x > 0.0 else 0.0
    outside = x <= 0.0
    return ops.where(outside, 0.0, ops.power(ops.where(outside, 1.0, x), exponent))


def root(ops: Ops, x: Array) -> Array:
    """The square root of x ≥ 0, with derivative 0 at 0."""
    outside = x <= 0.0
    return ops.where(outside, 0.0, ops.sqrt(ops.where(outside, 1.0, x)))


def magnitude(ops: Ops, x: Array) -> Array:
    """|x|, with derivative 1 at 0."""
    return ops.where(x < 0.0, -x, x)


def sigmoid(ops: Ops, x: Array) -> Array:
    """1/(1 + e^−x), with slopes that are accurate in both tails."""
    e = ops.exp(-magnitude(ops, x))
    upper = 1.0 / (1.0 + e)
    return ops.where(x < 0.0, e * upper, upper)


def expanded(x: Array, like: Array) -> Array:
    """What a formula gave, one number for each entry of an array: it may not read all, or any, of its inputs."""
    full = not isinstance(x, float) and x.shape == like.shape
    return x if full else x + 0.0 * like


def _unary(ops: Ops, operation: str, x: Array) -> Array:
    if isinstance(x, float):
        return PLAIN[operation](x)
    match operation:
        case "neg":
            return -x
        case "exp":
            return ops.exp(x)
        case "exp_m1":
            return ops.expm1(x)
        case "ln":
            return ops.log(x)
        case "ln_1p":
            return ops.log1p(x)
        case "sqrt":
            return root(ops, x)
        case "atan":
            return ops.atan(x)
        case "sin":
            return ops.sin(x)
        case "cos":
            return ops.cos(x)
        case "abs":
            return magnitude(ops, x)
        case "sigmoid":
            return sigmoid(ops, x)
        case "softplus":
            return ops.softplus(x)
        case "detach":
            return ops.detach(x)
        case _:
            raise AssertionError(f"a formula has an operation `{operation}` that nothing computes")
