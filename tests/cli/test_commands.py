"""The table of commands: each has its help, and reads every option that it has."""

from __future__ import annotations

import re
from itertools import cycle

import pytest

from sheetgen.cli.options import PANELS, TABLE, Parameter, parameters
from sheetgen.cli.verbs import VERBS
from sheetgen.topics.catalogue import TOPICS
from sheetgen.version import __version__
from tests.cli.support import FORMS, Run, arguments_of, read, value

_OF_TOPICS = cycle(command for command, topic in FORMS if topic)
FORMS_WITH_ALL_TOPICS = [
    *FORMS, *((command, name) for name, command in zip(TOPICS, _OF_TOPICS, strict=False))
]  # fmt: skip
"""With each topic one of the commands that take one: they read its options from one table."""
IDS = [" ".join(form).strip() for form in FORMS_WITH_ALL_TOPICS]


def _words(form: tuple[str, str]) -> list[str]:
    command, topic = form
    if command == "class" and not topic:
        return [command, "plan.toml"]
    return [command, *([topic] if topic else arguments_of(command))]


def _known(form: tuple[str, str]) -> list[Parameter]:
    found = parameters(form[0], TOPICS.get(form[1]))
    return [p for p in found if p.panel != "Numbers" or "plan.toml" not in _words(form)]


@pytest.mark.parametrize("form", FORMS_WITH_ALL_TOPICS, ids=IDS)
def test_every_option_of_every_command_is_in_its_help(form: tuple[str, str], run: Run) -> None:
    code, out, err = run(*_words(form), "--help")
    assert (code, err) == (0, [])
    text = "\n".join(out)
    assert text.startswith(f"\n Usage: sheetgen {form[0]}")
    for known in _known(form):
        assert re.search(rf" {known.flag}[ ,]", text)
        assert " ".join(known.help.split()[:2]) in re.sub(r"[│\s]+", " ", text)
        no = f"no_{known.name}" in [other.name for other in _known(form)]
        assert (f"--no-{known.flag[2:]} " in text) == (known.refusable or no)
    panels = [line.split()[1] for line in out if line.startswith("╭")]
    assert [p for p in panels if p in PANELS] == list(
        dict.fromkeys(known.panel for known in _known(form))
    )
    assert run(*_words(form), "-h") == (code, out, err)


@pytest.mark.parametrize("form", FORMS_WITH_ALL_TOPICS, ids=IDS)
def test_every_option_of_every_command_is_read(form: tuple[str, str]) -> None:
    needed = [w for p in _known(form) if p.required for w in (p.flag, "x")]
    words = [*_words(form), *needed]
    assert {v for n, v in read(words).values.items() if v not in ("x", None, ())} <= {*words}
    for known in _known(form):
        if known.metavar:
            for text in ("3", "-1..1", "a b", "", "=", "--seed", "-", "ünï", "--x=1", "--", "no"):
                assert value([*words, known.flag, text], known.name) == text
                assert value([*words, f"{known.flag}={text}"], known.name) == text
            assert value([*words, known.flag, "1", known.flag, "2"], known.name) == "2"
        else:
            off = f"--no-{known.flag[2:]}"
            said = {(known.flag,): True, (off,): False, (known.flag, off): False}
            said |= {(known.flag, "yes"): True, (known.flag, "no"): False, (off, known.flag): True,
                     (f"{known.flag}=no",): False, (f"{known.flag}=True",): True}  # fmt: skip
            for typed, found in said.items():
                assert value([*words, *typed], known.name) is found, typed


def test_a_command_with_a_topic_lists_what_is_the_topics_own(run: Run) -> None:
    for command in ("make", "solve", "stress", "class"):
        text = "\n".join(run(command, "softmax", "--help")[1])
        assert "--base" in text
        assert "3, e. (default: 3)" in text
        assert "--linear, --no-linear" in text
        assert TOPICS["softmax"].summary[:50] in text
        assert "--base" not in "\n".join(run(command, "--help")[1])


def test_a_command_without_a_topic_lists_the_topics(run: Run) -> None:
    for command in ("make", "solve", "stress", "class"):
        text = "\n".join(run(command, "--help")[1])
        assert all(name in text for name in TOPICS)


def test_the_help_of_all_lists_the_commands_and_tells_of_completion(run: Run) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, [])
    for name, verb in VERBS.items():
        assert any(f" {name} " in line and verb.said[:40] in line for line in out)
    assert "_SHEETGEN_COMPLETE=bash_source" in "\n".join(out)
    assert run() == (2, out, [])
    assert run("-h") == (0, out, [])


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == (0, [f"sheetgen {__version__}"], [])


def test_no_option_of_a_topic_has_the_name_of_another_option() -> None:
    for topic in TOPICS.values():
        # decimals: of what is rounded on paper; with --rounding end, of what is shown
        assert not set(topic.options) & ({row.name for row in TABLE} - {"decimals"})


def test_a_command_has_no_two_options_of_a_name() -> None:
    for command in VERBS:
        names = [row.name for row in TABLE if command in row.commands]
        assert len(set(names)) == len(names)
    assert {verb for row in TABLE for verb in row.commands} <= set(VERBS)
