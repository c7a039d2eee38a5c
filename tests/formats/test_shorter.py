"""Shorter styles and scripts mean what they meant."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from sheetgen.formats.shorter import joined_script, shorter_script, shorter_styles
from sheetgen.type.fonts import TEMPLATES
from tests.live.node import NODE, needs_node

PAGES = (TEMPLATES / "live" / "page.js", TEMPLATES / "serve" / "serve.js")
SAME = (
    ('const a = "x  y // no remark",  b = \'it "is"  so\';', '2 spaces, "quotes"'),
    ("const t = `a  ${ [1, 2].map((k) => `<${ k }  >`).join(\"  \") }  // stays`;", "templates"),
    ("const r = /[/ ]  +\"/g.test('/  \"'), d = 8 / 2 / 2; // a remark", "patterns and divisions"),
    ("let i = 1; const p = i + +1 - -1 + ++i; /* one\n two */ const q = i\n- 1;", "signs"),
    ("function f(x) { return x in { a: 1 } ? typeof x : void 0 }\nconst g = f('a')", "words"),
)


@needs_node
@pytest.mark.parametrize(("text", "what"), SAME, ids=[what for _, what in SAME])
def test_a_shorter_script_does_the_same(text: str, what: str) -> None:
    names = re.findall(r"(?:const|let|,) +(\w+) =", text)
    show = f"\nconsole.log(JSON.stringify([{', '.join(names)}].map(String)))"
    said = [_run(t + show) for t in (text, shorter_script(text))]
    assert said[0] == said[1]
    assert len(shorter_script(text)) < len(text)
    assert "remark" not in shorter_script(text).replace("no remark", "")


def _run(script: str) -> str:
    assert NODE is not None
    return subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True).stdout


@needs_node
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_modules_of_a_page_are_one_script_in_which_no_name_stands_twice(
    path: Path, tmp_path: Path
) -> None:
    whole = joined_script(path)
    (tmp_path / "whole.mjs").write_text(whole, encoding="utf-8")
    assert NODE is not None
    done = subprocess.run([NODE, "--check", str(tmp_path / "whole.mjs")], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "import " not in whole.replace("import numpy", "")
    texts = [p.read_text(encoding="utf-8") for p in path.parent.glob("*.js")]
    named = Counter(name for text in texts for name in re.findall(
        r"(?m)^(?:export )?(?:async )?(?:const|let|function|class) (\$?\w*)", text))
    assert [name for name, count in named.items() if count > 1] == []
    assert max(text.count("\n") for text in texts) < 400
    assert sum(map(len, texts)) * 0.93 > len(whole)


def test_a_shorter_style_sheet_has_the_same_rules() -> None:
    text = """/* What. */
    a:hover > b { color : red; margin: 0 2px, 3px }
    @media (max-width: 10px) { td[data-v=x]::after { content: "a: b"; width: calc(1px + 2px) } }
    """
    assert shorter_styles(text) == (
        "a:hover > b{color : red;margin:0 2px,3px}\n"
        '@media (max-width: 10px){td[data-v=x]::after{content:"a: b";width:calc(1px + 2px)}\n}'
    )
