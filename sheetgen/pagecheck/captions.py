"""What small texts beside blocks say of these, whatever the numbers are: the code of a layer, where
a gradient passes, the factor of an error and that it is turned on its side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sheetgen.errors import SheetgenError
from sheetgen.graph.layers import layer_of
from sheetgen.graph.nodes import Node, Step
from sheetgen.page.figure import box_of
from sheetgen.page.items import Label
from sheetgen.pagecheck.names import apart
from sheetgen.pagecheck.standing import NEAR, Part, Sight, Standing
from sheetgen.words.labels import label
from sheetgen.words.sentences import ON_ITS_SIDE, filled, formula

_CODE = re.compile(r"nn\.Linear\((\d+), (\d+)(, bias=False)?\)")
_PASSES = re.compile(r"(?:keep where )?(\S+) ([<>≤≥=] 0(?:, else × \S+)?)")
_FACTOR = re.compile(rf"(?:× (\S+?(?: ÷ \S+?)?))?(?: )?(\^T|{ON_ITS_SIDE})?")
_BEFORE = re.compile(r"(\S+) [×·]")
_AFTER = re.compile(r"\) (÷ \S+)")


def check_captions(standing: Standing) -> None:
    """Raises SheetgenError for a text that is not so of the block at which it stands, and for an
    error whose factor is nowhere."""
    for page, sight in enumerate(standing.sights):
        parts = [part for part in standing.parts if part.page == page]
        for item in sight.labels("small"):
            if item.markup.startswith("nn."):
                _check_code(standing, item, parts, list(sight.labels("label")))
        for item in sight.labels("label"):
            found = _PASSES.fullmatch(item.markup)
            if found is not None:
                _check_passes(standing, item, found, parts)
        _check_factors(standing, sight, parts)


def _nearest(item: Label, parts: Sequence[Part]) -> Part:
    if not parts:
        raise SheetgenError(f"“{item.markup}” stands at no block")
    return min(parts, key=lambda part: apart(box_of(item), part.box))


def _check_code(
    standing: Standing, item: Label, parts: Sequence[Part], labels: Sequence[Label]
) -> None:
    """``nn.Linear(3, 4)``: inputs, then units, of the weights at which it stands; beneath it the
    layer's formula."""
    found = _CODE.fullmatch(item.markup)
    layers = {W.name: (W, b, step) for step in standing.graph.steps
              if (layer := layer_of(step)) is not None for W, b in [layer[:2]]}  # fmt: skip
    part = _nearest(item, [p for p in parts if p.name in layers])
    weights, bias, made = layers[part.name]
    units, inputs = weights.shape
    if found is None or (int(found[1]), int(found[2]), found[3] is None) != (
        inputs, units, bias is not None
    ):  # fmt: skip
        raise SheetgenError(f"“{item.markup}” is not the code of {label(weights)}")
    for other in labels:
        beneath = abs(other.x - item.x) < NEAR and 0 < other.y - item.y < 2 * item.size
        if beneath and other.markup != formula(made):
            raise SheetgenError(f"“{other.markup}” is not the formula of {label(made)}")


def _gates(standing: Standing) -> Iterator[Step]:
    """The steps that hand on what comes back where a sum is above 0."""
    for step in standing.graph.steps:
        if not step.hidden and step.op.line.between == "where" and len(step.inputs) == 2:
            yield step


def _check_passes(
    standing: Standing, item: Label, found: re.Match[str], parts: Sequence[Part]
) -> None:
    """``z_2 > 0`` at the gradient of z_2."""
    gates = {step.name: step for step in _gates(standing)}
    here = [part for part in parts if part.name in gates]
    if not here:
        return
    step = gates[_nearest(item, here).name]
    if (found[1], found[2]) != (label(step.inputs[1]), filled(step.op.line.after, step)):
        raise SheetgenError(f"“{item.markup}” stands where {label(step)} passes otherwise")


def _check_factors(standing: Standing, sight: Sight, parts: Sequence[Part]) -> None:
    """``× 2`` where an error is doubled, with words beneath where it is turned on its side, or
    ``T`` alone."""
    errors = {s.name: s for s in standing.graph.steps if not s.hidden and _is_error(s)}
    here = [part for part in parts if part.name in errors]
    said = [(item, found) for item in _with_what_is_beneath(sight.begun())
            if item.markup and (found := _FACTOR.fullmatch(item.markup)) and found[0]]  # fmt: skip
    for item, found in said:
        if not here:
            raise SheetgenError(f"“{item.markup}” stands where no error is made")
        part = _nearest(item, here)
        step = errors[part.name]
        turned = part.grid() != standing.origins[step.name]
        if item.markup == "^T" and not turned and _turns(standing, parts, step):
            continue
        if (found[1] or "") != _factor(step) or (bool(found[2]) != turned and not _is_flat(step)):
            raise SheetgenError(f"“{item.markup}” is not what makes {label(step)}")
    signed = {found[1] for item in sight.labels("label")
              if (found := _BEFORE.match(item.markup))}  # fmt: skip
    for part in here:
        step = errors[part.name]
        drawn = {p.name for p in parts} >= {node.name for node in step.inputs}
        factor = _factor(step)
        told = factor.split(" ")[0] in signed or any(found[1] == factor for _, found in said)
        if factor and drawn and not told:
            raise SheetgenError(f"{label(step)} stands without “× {factor}”")


def _with_what_is_beneath(labels: Iterable[Label]) -> Iterator[Label]:
    """Labels, a factor with the words right beneath it."""
    every = list(labels)
    words = [item for item in every if item.markup == ON_ITS_SIDE]
    for item in every:
        for other in words if item.markup.startswith("× ") else ():
            if abs(other.x - item.x) < 0.1 and 0 < other.y - item.y < 1.5 * item.size:
                words.remove(other)
                item = replace(item, markup=f"{item.markup} {ON_ITS_SIDE}")
                break
        if item.markup != ON_ITS_SIDE:
            yield item
    yield from words


def _turns(standing: Standing, parts: Sequence[Part], error: Step) -> bool:
    """Whether an error that stands upright is bent into a gradient that lies on its side."""
    made = {s.name for s in standing.graph.steps
            if s.role == "gradient" and error in s.inputs and s.shape == error.shape}  # fmt: skip
    return any(p.name in made and p.grid() != standing.origins[p.name] for p in parts)


def _is_flat(step: Step) -> bool:
    """Whether it looks the same on its side."""
    return step.shape == (1, 1)


def _is_error(step: Step) -> bool:
    """Whether it is the gradient of a loss that is the difference of two matrices."""
    return step.role == "gradient" and step.op.line.between == "−" and len(step.inputs) == 2


def _factor(step: Step) -> str:
    """By what an error is taken: ``2``, or ``2 ÷ 6`` where it is a mean."""
    found = _BEFORE.match(filled(step.op.line.before, step))
    over = _AFTER.match(filled(step.op.line.after, step))
    return " ".join(one[1] for one in (found, over) if one)


def passing(line: str, group: Sequence[Step]) -> Node | None:
    """What a line says wrongly of where a gradient passes: the node that it is to name; None if it
    says it rightly, or not at all."""
    for found in re.finditer(r"where (\S+?)(?:\^T)? ([<>≤≥=]) 0", line):
        for step in group:
            if step.op.line.between == "where" and len(step.inputs) == 2 and (
                (found[1], f"{found[2]} 0")
                != (label(step.inputs[1]), step.op.line.after.partition(",")[0])
            ):  # fmt: skip
                return step.inputs[1]
    return None
