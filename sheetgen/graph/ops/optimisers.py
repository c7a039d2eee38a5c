"""What an optimiser keeps of the gradients, and the step down that it makes of them."""

from __future__ import annotations

from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line, Slip
from sheetgen.graph.ops.helpers import by_hand
from sheetgen.graph.ops.table import EXACT, op

# fmt: off

momentum: Op = op("momentum", "v g", "beta * v[i, j] + g[i, j]", "beta * v + g",
    "{beta} · {0} + {1}", "{beta} × {0} + {1}.",
    params={"beta": ".5"}, line=Line(before="{beta} ×", between="+"), kind="state",
    torch="beta * v + g", slips=(Slip("the old left out", "g[i, j]"),))
running_mean: Op = op("running_mean", "m g", "beta * m[i, j] + rest * g[i, j]",
    "beta * m + rest * g",
    "{beta} · {0} + {rest} · {1}", "{beta} × {0} + {rest} × {1}.",
    params={"beta": ".5", "rest": ".5"}, line=Line(before="{beta} ×", between="+ {rest} ×"),
    kind="state", torch="beta * m + rest * g",
    slips=(Slip("the old left out", "rest * g[i, j]"),))
running_square: Op = op("running_square", "v g",
    "round(beta * v[i, j] + rest * g[i, j] * g[i, j], decimals)",
    "by_hand(beta * v + rest * g ** 2, decimals)",
    "{beta} · {0} + {rest} · {1}²", "{beta} × {0} + {rest} × {1} times itself.",
    params={"beta": ".75", "rest": ".25"} | EXACT, helpers={"by_hand": by_hand},
    rounding=lambda p: "{made}",
    line=Line(before="{beta} ×", between="+ {rest} ×", after="²"),
    kind="state", torch="beta * v + rest * g ** 2",
    slips=(Slip("not squared", "round(beta * v[i, j] + rest * g[i, j], decimals)"),))
corrected: Op = op("corrected", "a", "round(a[i, j] * times / over, decimals)",
    "by_hand(a * times / over, decimals)",
    "{0} · {how}", "{0} × {how}.",
    params={"times": 1, "over": 1, "how": ""} | EXACT, helpers={"by_hand": by_hand},
    rounding=lambda p: "{made}", line=Line(after="× {how}"),
    torch="a * times / over", slips=(Slip("not corrected", "a[i, j]"),))
ratio: Op = op("ratio", "a b", "round(a[i, j] / b[i, j], decimals)", "by_hand(a / b, decimals)",
    "{0} ÷ {1}", "{0} ÷ {1}, box by box.",
    params={"decimals": 1}, helpers={"by_hand": by_hand}, rounding=lambda p: "{made}",
    line=Line(between="÷"), torch="a / b",
    slips=(Slip("upside down", "round(b[i, j] / a[i, j], decimals)"),))
lowered: Op = op("lowered", "w u", "w[i, j] - rate * u[i, j]", "w - rate * u",
    "{0} − {rate} · {1}", "{0} − {rate_times}{1}.",
    params={"rate": ".1"}, line=Line(between="− {rate} ×"), kind="parameter",
    torch="w - rate * u", slips=(Slip("sign", "w[i, j] + rate * u[i, j]"),))

# fmt: on
