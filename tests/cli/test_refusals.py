"""What is typed wrong gets one line that names it and the way out, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetgen.cli.options import TABLE, flag_of, parameters
from sheetgen.cli.verbs import VERBS
from sheetgen.topics.catalogue import TOPICS
from tests.cli.support import FORMS, Run, arguments_of

IDS = [" ".join(form).strip() for form in FORMS]


BAD_COMMANDS = {
    "make backprop": (2, "did you mean backpropagation"),
    "make": (2, "make what?"),
    "make --recipe backpropagation?seed": (2, "not name=value"),
    "make --code ABCD-EFGH": (2, "one sign is wrong or two are swapped"),
    "make --code ABC": (2, "a code has 8"),
    "make single-neuron --recipe rnn?seed=1": (2, "the recipe is one of rnn"),
    "make rnn --seed x": (2, "seed 'x' is not a whole number"),
    "make rnn --paper a5": (2, "none of a4, letter"),
    "make rnn --format doc": (2, "none of pdf"),
    "make rnn --count 0": (2, "--count: 0 is not between"),
    "make rnn --steps 99": (2, "--steps: 99 is not between 2 and 5"),
    "make rnn --level huge": (2, "none of easy, medium, hard"),
    "make rnn --weights 5": (2, "write it as -1..1"),
    "make rnn --wieghts 1..2": (2, "--weights"),
    "make rnn --blank nothing": (2, "there is no pattern"),
    "make backpropagation --max 1": (1, "loosen --max"),
    "make hidden-layer --widths 3-x": (2, "'3-x' is not a whole number"),
    "solve rnn": (2, "solve needs numbers"),
    "solve rnn --given nowhere.json": (1, "nowhere.json"),
    "stress": (2, "stress what?"),
    "rnn": (2, "sheetgen make rnn"),
    "make rnn --given x.json --seed 3": (2, "leave --seed out"),
    "make --out x rnn": (2, "options go after the topic: sheetgen make rnn"),
    "stress --seeds 9 rnn": (2, "options go after the topic: sheetgen stress rnn"),
    "stress --all --plot a.svg": (2, "leave it or --all out"),
    "solve": (2, "solve what?"),
    "cache": (2, "sheetgen cache clear"),
    "cache clean": (2, "sheetgen cache clear"),
    "make --out x nowhere": (2, "there is no topic 'nowhere'"),
    "make --class x": (2, "--code"),
    "make --code 2222-2222": (2, "--class FOLDER"),
    "frobnicate": (2, "no such command 'frobnicate'; there are topics, make"),
    "mkae rnn": (2, "no such command 'mkae'; did you mean make?"),
}


@pytest.mark.parametrize("command", BAD_COMMANDS)
def test_a_wrong_command_gets_one_line_and_writes_nothing(command: str, run: Run) -> None:
    code, out, err = run(*command.split())
    expected, text = BAD_COMMANDS[command]
    assert (code, out, len(err)) == (expected, [], 1)
    assert text in err[0]
    assert not [p for p in Path.cwd().rglob("*") if p.is_file()]


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_an_option_that_there_is_not_is_named(form: tuple[str, str], run: Run) -> None:
    command, topic = form
    words = [command, topic] if topic else [command, *arguments_of(command)]
    if command == "class" and not topic:
        words = [command, "plan.toml"]
    for flag in ("--frobnicate", "--frobnicate=3"):
        code, out, err = run(*words, flag)
        assert (code, out, len(err)) == (2, [], 1)
        assert " has no option --frobnicate; see sheetgen " in err[0]
        assert err[0].endswith(f"{command}{topic and f' {topic}'} --help")


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_an_option_of_other_commands_is_told_with_them(form: tuple[str, str], run: Run) -> None:
    command, topic = form
    words = [command, *([topic] if topic else arguments_of(command))]
    known = {p.name for p in parameters(command, TOPICS.get(topic))}
    for name in {row.name for row in TABLE} - known:
        if command == "class" and not topic:
            continue  # x is no topic
        code, out, err = run(*words, flag_of(name), "3")
        assert (code, out, len(err)) == (2, [], 1)
        assert flag_of(name) in err[0]
        having = [v for row in TABLE if row.name == name for v in row.commands]
        assert any(f"{verb} has it" in err[0] or f"{verb}," in err[0] or f", {verb} have" in err[0]
                   for verb in having) or "did you mean" in err[0] or "goes " in err[0]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_an_option_without_its_value_is_told(form: tuple[str, str], run: Run) -> None:
    command, topic = form
    words = [command, *([topic] if topic else arguments_of(command))]
    if command == "class" and not topic:
        words = [command, "plan.toml"]
    for known in parameters(command, TOPICS.get(topic)):
        if known.panel == "Numbers" and words[-1] == "plan.toml":
            continue
        code, out, err = run(*words, known.flag if known.metavar else f"{known.flag}=3")
        said = "needs a value" if known.metavar else "takes yes or no"
        assert (code, out) == (2, [])
        assert len(err) == 1
        assert err[0].startswith(f"sheetgen: {known.flag} {said}; see sheetgen {command}")


HINTS = {
    "make rnn --wieghts 1..2": "make rnn has no option --wieghts; did you mean --weights?",
    "make softmax --name= --bais": "make softmax has no option --bais; did you mean --base?",
    "make backpropagation --widths 3": "--widths: '3' has 1 width; give 2 to 6, "
                                       "such as 3-4-2-3",
    "class softmax --name Ada": "class softmax has no option --name; did you mean --names?",
    "class rnn --students 3 --given x": "class rnn has no option --given; make, solve have it",
    "solve rnn --no-recipe": "solve rnn has no option --no-recipe; make, class, series have it",
    "make rnn --anonymous": "make rnn has no option --anonymous; class has it",
    "class plan.toml --level easy": "--level belongs into the plan, not on the command line",
    "class plan.toml --widths 3-4": "--widths belongs into the plan, not on the command line",
    "class --widths 3-4 rnn": "--widths goes after the topic: sheetgen class "
                              "TOPIC|SERIES|PLAN.toml --widths ...",
    "make --update rnn": "--update goes after the topic: sheetgen make TOPIC --update ...",
    "make rnn --no-frobnicate": "make rnn has no option --no-frobnicate; "
                                "see sheetgen make rnn --help",
    "make rnn --heads 2":
        "make rnn has no option --heads; self-attention, multi-head-attention have it",
    "make rnn --code 2222-2222": "--code goes without a topic: sheetgen make --code ...",
    "stress rnn --all": "--all goes without a topic: sheetgen stress --all ...",
    "stress rnn --seed 3": "stress rnn has no option --seed; did you mean --seeds?",
    "find x 3 --jsno": "find has no option --jsno; did you mean --json?",
    "make rnn -seed 3": "make rnn has no option -s: they begin with two dashes; "
                        "see sheetgen make rnn --help",
    "--seed 3 make rnn": "there is no option --seed before a command; see sheetgen --help",
    "make rnn stray": "what is stray for? sheetgen make rnn takes no more words; "
                      "see sheetgen make rnn --help",
    "class rnn --check maybe": "what is maybe for? sheetgen class rnn takes no more words; "
                               "see sheetgen class rnn --help",
    "mark X": "missing option '--got'; see sheetgen mark --help",
    "class": "missing argument 'TOPIC|SERIES|PLAN.toml'; see sheetgen class --help",
    "topics x": f"there is no topic 'x'; there are {', '.join(TOPICS)}",
}  # fmt: skip


@pytest.mark.parametrize("command", HINTS)
def test_a_slip_gets_the_hint_that_helps(command: str, run: Run) -> None:
    assert run(*command.split()) == (2, [], [f"sheetgen: {HINTS[command]}"])


@pytest.mark.parametrize("name", TOPICS)
@pytest.mark.parametrize("command", [name for name, verb in VERBS.items() if verb.has_topic])
def test_only_a_name_that_is_really_near_is_hinted_at(command: str, name: str, run: Run) -> None:
    for known in parameters(command, TOPICS[name]):
        if len(known.name) < 5:
            continue
        slip = known.flag[:-2] + known.flag[-1] + known.flag[-2]
        if slip != known.flag:
            assert run(command, name, slip)[2][0].endswith(f"did you mean {known.flag}?")
    for far in ("--zzz", "--nom", "--quite-another"):
        assert "did you mean" not in run(command, name, far)[2][0]
