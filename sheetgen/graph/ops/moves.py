"""Numbers put elsewhere: columns, rows, blocks side by side or stacked."""

from __future__ import annotations

from sheetgen.graph.nodes import apply
from sheetgen.graph.op import Op
from sheetgen.graph.op_parts import Line
from sheetgen.graph.ops.sums import offsets
from sheetgen.graph.ops.table import op

# fmt: off

column: Op = op("column", "X", "X[i, t]", "X[:, [t]]", "column of {0}", "column {number} of {0}.",
    lambda s, g: [apply(place_columns, g, start=s.params["t"], cols=s.inputs[0].shape[1])],
    params={"t": 0}, line=Line(word="column {first}"), torch="X[:, [t]]")
columns: Op = op("columns", "parts...", "beside(parts)[i, j]", "np.hstack(parts)",
    "{0} and the next", "{beside}.",
    lambda s, g: [apply(columns_of, g, start=start, cols=n.shape[1])
                  for start, n in offsets(s.inputs, 1)],
    line=Line(word="side by side"), torch="torch.hstack(parts)")
columns_of: Op = op("columns_of", "X", "X[i, j + start]", "X[:, start:start + cols]",
    "columns of {0}", "{span} of {0}.",
    lambda s, g: [apply(place_columns, g, start=s.params["start"], cols=s.inputs[0].shape[1])],
    shape="i, cols", params={"start": 0, "cols": 1}, line=Line(word="columns {first} to {last}"),
    torch="X[:, start:start + cols]")
place_columns: Op = op("place_columns", "X", "X[i, j - start]",
    "np.pad(X, ((0, 0), (start, cols - start - X.shape[1])))",
    "{0} in its columns, else 0", "{0} in {span}, 0 elsewhere.",
    lambda s, g: [apply(columns_of, g, start=s.params["start"], cols=s.inputs[0].shape[1])],
    shape="i, cols", outside=True, params={"start": 0, "cols": 1},
    line=Line(word="from column {first} on, else 0"),
    torch="F.pad(X, (start, cols - start - X.shape[1]))")
stack_rows: Op = op("stack_rows", "parts...", "over(parts)[i, j]", "np.vstack(parts)",
    "{0} on top of {1}", "{over}.",
    lambda s, g: [apply(rows_of, g, start=start, rows=n.shape[0])
                  for start, n in offsets(s.inputs, 0)],
    line=Line(between="over"), torch="torch.vstack(parts)")
rows_of: Op = op("rows_of", "X", "X[i + start, j]", "X[start:start + rows]",
    "rows of {0}", "{span} of {0}.",
    lambda s, g: [apply(place_rows, g, start=s.params["start"], rows=s.inputs[0].shape[0])],
    shape="rows, j", params={"start": 0, "rows": 1}, line=Line(word="rows {first} to {last}"),
    torch="X[start:start + rows]")
place_rows: Op = op("place_rows", "X", "X[i - start, j]",
    "np.pad(X, ((start, rows - start - X.shape[0]), (0, 0)))",
    "{0} in its rows, else 0", "{0} in {span}, 0 elsewhere.",
    lambda s, g: [apply(rows_of, g, start=s.params["start"], rows=s.inputs[0].shape[0])],
    shape="rows, j", outside=True, params={"start": 0, "rows": 1},
    line=Line(word="from row {first} on, else 0"),
    torch="F.pad(X, (0, 0, start, rows - start - X.shape[0]))")
flatten: Op = op("flatten", "X", "X[i // X.cols, i - i // X.cols * X.cols]", "X.reshape(-1, 1)",
    "{0}, row after row", "the rows of {0}, one after the other, as one column.",
    lambda s, g: [apply(unflatten, g, rows=s.inputs[0].shape[0], cols=s.inputs[0].shape[1])],
    shape="X.rows * X.cols, 1", line=Line(word="row after row"), torch="X.reshape(-1, 1)")
unflatten: Op = op("unflatten", "g", "g[i * cols + j, 0]", "g.reshape(rows, cols)",
    "{0} in rows of {cols}", "{0} put back into rows of {cols}.",
    lambda s, g: [apply(flatten, g)],
    shape="rows, cols", params={"rows": 1, "cols": 1}, line=Line(word="in rows of {cols}"),
    torch="g.reshape(rows, cols)")

# fmt: on
