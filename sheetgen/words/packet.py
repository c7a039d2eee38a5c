"""What the three sheets of a packet say beside their exercises: what is new, and a question at the
end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetgen.exercise.exercise import Exercise
from sheetgen.graph.nodes import Step
from sheetgen.graph.work import numbered
from sheetgen.words.labels import label, listed

TRACK = ("Watch", "Finish", "Your turn")
"""The sheets of a packet."""


@dataclass(frozen=True)
class PacketWords:
    """Those of one sheet."""

    new: str
    """One sentence on what is new."""
    hint: str
    question: str
    answer: str


def packet_words(exercise: Exercise, part: int) -> PacketWords:
    """The words of a sheet of a packet, the first of which is number 0."""
    groups = numbered(exercise.graph)
    open_ = [n for n, steps in groups if any(s.name in exercise.blanks for s in steps)]
    question, answer = _question(exercise)
    if part == 0:
        summary = exercise.topic.summary.rstrip(".")
        return PacketWords(
            f"New here: {summary[0].lower()}{summary[1:]}.",
            "Every number is worked. Follow each step with a finger before you go on.",
            question, answer,
        )  # fmt: skip
    if part == 1:
        first = open_[0] if open_ else 1
        if first == 1:  # all of its steps have boxes that are open
            new = "New here: other numbers, and the empty boxes are yours."
            return PacketWords(new, "The others are worked.", question, answer)
        before = "The steps before it are" if first > 2 else "The step before it is"
        new = f"New here: other numbers, and you go on from step {first}."
        return PacketWords(new, f"{before} worked by hand.", question, answer)
    new, hint = "New here: other numbers, and every step is yours.", (
        "Look back at the first page when you are stuck.")  # fmt: skip
    return PacketWords(new, hint, question, answer)


def _question(exercise: Exercise) -> tuple[str, str]:
    """A closing question that the numbers answer, and its answer."""
    steps = [s for s in exercise.graph.steps if not s.hidden]
    for step in steps:
        if step.op.dies:
            return _silent(exercise, step)
    for step in steps:
        if step.op.on_bar:
            return _widest(exercise, step)
        if step.op.shares and step.role == "output":
            return _largest(exercise, step)
    last = next((s for s in reversed(steps) if not _only_copies(s)), steps[-1])
    digits = exercise.values[last.name].digits
    if last.op.circled:
        said = f"How many different numbers stand in {label(last)}?"
        return said, str(len(set(digits.ravel().tolist())))
    if digits.shape[0] > 1:
        return _largest(exercise, last, "" if last.op.shares or last.op.shares_across
                        else ", sign aside")  # fmt: skip
    zeros = int((digits == 0).sum())
    if digits.size == 1 and (alike := _like_ones(exercise, last)):
        names = [label(s) for s in alike]
        values = [int(exercise.values[s.name].digits[0, 0]) for s in alike]
        most = listed([name for name, v in zip(names, values, strict=True) if v == max(values)])
        which = "larger" if len(names) == 2 else "largest"
        return f"Which of {listed(names)} is the {which}?", most
    if digits.size == 1:
        return f"Is {label(last)} negative?", "yes" if digits[0, 0] < 0 else "no"
    return f"How many boxes of {label(last)} are 0?", str(zeros)


def _only_copies(step: Step) -> bool:
    """Whether the rows of a result are all the same one."""
    return step.shape[0] > max(node.shape[0] for node in step.inputs)


def _like_ones(exercise: Exercise, last: Step) -> list[Step]:
    """The single boxes that are made like one, and that one; nothing if there are no others."""
    found = [s for s in exercise.graph.steps if s.op is last.op and s.shape == last.shape
             and not s.hidden and s.role == last.role]  # fmt: skip
    return found if len(found) > 1 else []


def _silent(exercise: Exercise, step: Step) -> tuple[str, str]:
    """Which units send nothing on; of the last ones, which are 0."""
    digits = exercise.values[step.name].digits
    name = label(step)
    on = any(s.role != "gradient" for s in exercise.graph.users(step))
    if step.shape == (1, 1):
        said = f"Does {name} send anything on?" if on else f"Is {name} more than 0?"
        return said, "yes" if digits.any() else "no"
    if step.shape[0] == 1:
        said = f"How many boxes of {name} " + ("send nothing on?" if on else "are 0?")
        return said, str(int((digits == 0).sum()))
    silent = [str(i + 1) for i in range(step.shape[0]) if not digits[i].any()]
    which, where = ("row", " in every column") if step.shape[1] > 1 else ("box", "")
    said = f"Which {which} of {name} " + ("sends nothing on?" if on else f"is 0{where}?")
    return said, listed(silent) if silent else "none"


def _widest(exercise: Exercise, step: Step) -> tuple[str, str]:
    """Which word has the widest part of the first bar."""
    sums = step.inputs[0]
    parts = np.diff(exercise.values[sums.name].digits[:, 0], prepend=0)
    names = sums.rows_said or tuple(str(k) for k in range(1, len(parts) + 1))
    most = [name for name, part in zip(names, parts, strict=True) if part == parts.max()]
    return "Which word has the widest part of the first bar?", listed(most)


def _largest(exercise: Exercise, step: Step, aside: str = "") -> tuple[str, str]:
    """Which of the first column is the largest, be it the sign ``aside``."""
    digits = exercise.values[step.name].digits[:, 0]
    digits = abs(digits) if aside else digits
    where = f"the first column of {label(step)}" if step.shape[1] > 1 else label(step)
    most = [str(i + 1) for i, v in enumerate(digits) if v == digits.max()]
    return f"Which box of {where} is the largest{aside}?", listed(most)
