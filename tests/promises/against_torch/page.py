"""A page's numbers as tensors, against which what PyTorch makes is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sheetgen.api import make
from sheetgen.exercise.exercise import Exercise
from tests.support import reals

TINY = 1e-9
"""What floats may be off where nothing is rounded."""
LEAK = 0.1
"""The slope of leaky ReLU below 0."""


class Page:
    """The matrices of an exercise: givens keep their gradients where the page has them."""

    def __init__(self, exercise: Exercise) -> None:
        import torch

        graph = exercise.graph
        self.topic = exercise.topic.name
        self.options: dict[str, Any] = dict(exercise.settings.options)
        self.printed: dict[str, Any] = {
            name: torch.tensor(reals(value), dtype=torch.float64)
            for name, value in exercise.values.items()
        }
        self.how = {step.name: step.op.name for step in graph.steps}
        """Which of several conventions a step follows."""
        self.params = {step.name: step.params for step in graph.steps}
        self.givens = {
            given.name: self.printed[given.name].clone().requires_grad_(self.has(f"d{given.name}"))
            for given in graph.givens
        }
        self.left = {step.name for step in graph.steps if not step.hidden}
        """Steps that are not compared so far."""
        self._watched: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """A given, or what is printed of a step."""
        return self.givens[name] if name in self.givens else self.printed[name]

    def has(self, name: str) -> bool:
        return name in self.printed

    def same(self, name: str, found: Any, off: Any = 0.0) -> None:
        """Hold a result against the printed one."""
        page = self.printed[name]
        assert found.shape == page.shape, f"{name}: {tuple(found.shape)}, not {tuple(page.shape)}"
        far = (found.detach() - page).abs() - off
        assert far.max() <= TINY, f"{name}: {found.detach().tolist()}, printed {page.tolist()}"
        self.left.discard(name)

    def made(self, name: str, found: Any, off: Any = 0.0, back: int | None = None) -> Any:
        """The same, to go on with: its gradient will be compared, and rounded to ``back`` decimals;
        where PyTorch's number is ``off``, the printed one goes on."""
        import torch

        self.same(name, found, off)
        if bool(torch.as_tensor(off).max() > 0):
            found = self.printed[name] + found - found.detach()
        return self.watched(f"d{name}", found, back)

    def bent(self, name: str, found: Any, off: float, through: Any) -> Any:
        """What is printed of a curve, whose slope is that of ``through``, which is linear."""
        self.same(name, found, off)
        return self.watched(f"d{name}", self.printed[name] + through - through.detach())

    def watched(self, gradient: str, tensor: Any, back: int | None = None) -> Any:
        """A tensor whose gradient will be held against the printed one of that name."""
        if not tensor.requires_grad:
            return tensor
        tensor = tensor.clone()
        if back is not None:
            tensor.register_hook(lambda grad: away(grad, back))
        if self.has(gradient):
            tensor.retain_grad()
            self._watched[gradient] = tensor
        return tensor

    def own_way(self, *names: str) -> None:
        """Steps by which the page comes to a gradient that is compared."""
        self.left -= set(names)

    def learns(self, loss: Any) -> None:
        """Hold all gradients, and the weights after a step of ``torch.optim.SGD``, against the
        printed ones."""
        import torch

        loss.backward()
        leaves = {f"d{name}": given for name, given in self.givens.items() if given.requires_grad}
        for name, tensor in {**self._watched, **leaves}.items():
            assert tensor.grad is not None, f"{name} is not reached"
            self.same(name, tensor.grad)
        for name, given in self.givens.items():
            new = f"{name}_new"
            if self.has(new):
                rate = float(self.params[new]["rate"])
                torch.optim.SGD([given], lr=rate).step()
                self.same(new, given)


def away(tensor: Any, decimals: int) -> Any:
    """Rounded half away from zero."""
    unit = 10.0**decimals
    return tensor.sign() * (tensor.abs() * unit + 0.5 + TINY).floor() / unit


def half(decimals: int) -> float:
    """How far a rounded number may be from the unrounded one."""
    return 0.5 * 10.0**-decimals


def activated(page: Page, name: str, z: Any, decimals: int = 1) -> Any:
    """A layer's activation by the convention that the page follows; z is not read again after."""
    import torch
    from torch.nn import functional

    match page.how[name]:
        case "relu":
            return page.made(name, torch.relu(z))
        case "leaky_relu":
            return page.made(name, functional.leaky_relu(z, float(page.params[name]["leak"])),
                             half(page.params[name]["decimals"]))  # fmt: skip
        case "sigmoid" | "three_levels" as how:
            printed = page.printed[name]
            found = torch.sigmoid(z) if how == "sigmoid" else three_levels(z)
            if z.requires_grad:
                z.register_hook(lambda grad: away(grad, decimals + 1))
            off = half(decimals) if how == "sigmoid" else 0
            return page.bent(name, found, off, z * printed * (1 - printed))
        case "tanh":
            printed = page.printed[name]
            if z.requires_grad:
                z.register_hook(lambda grad: away(grad, decimals + 1))
            return page.bent(name, torch.tanh(z), half(decimals), z * (1 - printed**2))
        case "clipped":
            return page.made(name, functional.hardtanh(z))
    raise AssertionError(f"{name} is made by {page.how[name]}")


def three_levels(z: Any) -> Any:
    """σ in three levels."""
    return (z > -2).double() / 2 + (z >= 2).double() / 2


@dataclass(frozen=True)
class Case:
    """A topic with options, and what compares its pages."""

    topic: str
    options: tuple[tuple[str, Any], ...]
    compare: Callable[[Page], None]

    def __str__(self) -> str:
        return " ".join([self.topic, *(f"{k}={v}" for k, v in self.options)])

    def check(self, seed: int, wrong: str = "") -> None:
        """Compare every step of the page that comes from a seed; one of them may be made wrong."""
        page = Page(make(self.topic, seed, **dict(self.options)))
        if wrong:
            page.printed[wrong][-1, -1] += 1
        self.compare(page)
        assert not page.left, f"not compared: {sorted(page.left)}"


CASES: list[Case] = []


def compares(
    topic: str, *options: dict[str, Any]
) -> Callable[[Callable[[Page], None]], Callable[[Page], None]]:
    """Say of a function that it compares the pages of a topic, with some options each."""

    def added(compare: Callable[[Page], None]) -> Callable[[Page], None]:
        CASES.extend(Case(topic, tuple(asked.items()), compare) for asked in options or ({},))
        return compare

    return added
