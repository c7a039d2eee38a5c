"""The ops, a row each: what a student does in one box, and all that is read from it.

The chain rule, to be checked by eye (g is the gradient of the result). Formulas: Goodfellow,
Bengio, Courville, *Deep Learning*, sections 6.5, 9 and 10.2.

    ==================  =====================  ============================================
    op                          result                 gradients of its inputs
    ==========================  =====================  ============================================
    matmul(A, B)                A B                    g Bᵀ,  Aᵀ g
    linear(W, x)                W x                    g xᵀ,  Wᵀ g
    affine(W, b, x)             W x + b                g xᵀ,  rows of g added up,  Wᵀ g
    recur(A, h, B, x)           A h + B x              g hᵀ,  Aᵀ g,  g xᵀ,  Bᵀ g
    transposed(A, B)            Aᵀ B                   B gᵀ,  A g
    back(W, g′)                 Wᵀ g′                  g′ gᵀ,  W g
    outer(a, b)                 a bᵀ                   g b,  gᵀ a
    add(a, b, ...)              a + b + ...            g, g, ...
    subtract(a, b)              a − b                  g, −g
    multiply(a, b)              a ⊙ b                  g ⊙ b,  g ⊙ a
    scale(a)                    c a                    c g
    negate(a)                   −a                     −g
    copy(a)                     a                      g
    descend(W, d)               W − c d                g,  −c g
    row_sum(a)                  rows added up          g in each column
    column_sum(a)               columns added up       g in each row
    spread_columns(a)           a in each column       rows of g added up
    spread_rows(a)              a in each row          columns of g added up
    row_mean(a)                 means of n columns     g / n in each column
    running_sum(p)              sums as far as here    sums of g from here on
    column(X)                   a column of X          g in that column, else 0
    columns(a, b, ...)          a beside b ...         the columns of g of each
    columns_of(X)               some columns of X      g in those columns, else 0
    place_columns(X)            X in columns, else 0   those columns of g
    stack_rows(a, ...)          a over b ...           the rows of g of each
    rows_of(X)                  some rows of X         g in those rows, else 0
    place_rows(X)               X in rows, else 0      those rows of g
    flatten(X)                  rows of X as a column  g in rows again
    unflatten(g′)               g′ in rows             g as a column
    relu(z)                     max(z, 0)              g where z > 0, else 0
    gate(g′, z)                 g′ where z > 0         g where z > 0, else 0;  none to z
    sigmoid(z)                  y = 1 / (1 + e^-z)     y ⊙ (1 − y) ⊙ g
    three_levels(z)             y like σ: 0, .5, 1     y ⊙ (1 − y) ⊙ g
    tanh(z)                     y = tanh z             (1 − y ⊙ y) ⊙ g
    clipped(z)                  z, but −1 … 1          g where −1 < z < 1, else 0
    clipped_gate(g′, z)         g′ where −1 < z < 1    g where −1 < z < 1, else 0;  none to z
    leaky_relu(z)               z, or c z where z ≤ 0  g, or c g where z ≤ 0
    square_root(a)              y = √a                 g / (2 y)
    softmax(z)                  p = e^z / Σ e^z        p ⊙ (g − Σ p ⊙ g)
    power(z)                    p = c^z                g ⊙ p, where c stands for e
    quotient(a, s)              p = a / s              g / s,  −Σ g ⊙ p / s
    quotient through z          p = a / Σ a            p ⊙ (g − Σ p ⊙ g), straight to the exponents
    divide_down(a)              a ÷ c, rounded down    g ÷ c
    conv2d(K, X)                K on windows of X      g on windows of X,  K spread by g
    max_pool(X)                 largest of a window    g where that stood, else 0
    convolve(X, K, b)           K on windows of X, + b K spread by g,  g on windows of X,  Σ g
    max_pool through Z          largest of ReLU(Z)     g where that stood and is above 0, else 0
    row_squares(a)              Σ a² of each row       2 a ⊙ g
    column_squares(a)           Σ a² of each column    2 a ⊙ g
    over_rows(c, s)             n = c ÷ s, by rows     g ÷ s,  −Σ n ⊙ g ÷ s
    over_columns(c, s)          n = c ÷ s, by columns  g ÷ s,  −Σ n ⊙ g ÷ s
    the same through x          n of x                 (g − mean g − n ⊙ mean (n ⊙ g)) ÷ s
    averaged(a)                 a ÷ n                  g ÷ n
    scale_rows(n, γ)            n ⊙ γ                  g ⊙ γ,  Σ g ⊙ n
    scale_shift(n,γ,β)          n ⊙ γ + β              g ⊙ γ,  Σ g ⊙ n,  Σ g
    affine_both(U, ...)         U x + W a + b          as affine, for both
    gated(g′, c)                g′ ⊙ c, rounded        g ⊙ c,  g ⊙ g′
    complement(z)               1 − z                  −g
    divide(a)                   a / c                  g / c
    look_up(E, t)               columns t of E         each column of g where t says
    columns_at(E, O)            E O, O one-hot         the same by what O is made of,  Eᵀ g
    expert(W, b, x, G)          W x + b, else 0        as affine, of its tokens;  none to G
    sent_back(g′, G)            g′, else 0             g of its tokens, else 0;  none to G
    row_cross_entropy(p, t)     −Σ t log p             p − t, straight to the logits
    cross_entropy(p, t)         −Σ t log p             p − t, straight to the logits
    squared_error(y, t)         Σ (y − t)²             2 (y − t),  2 (t − y)
    half_squared_error(y, t)    Σ (y − t)² / 2         y − t,  t − y
    mean_squared_error(y, t)    Σ (y − t)² / n         2 (y − t) / n,  2 (t − y) / n
    binary_cross_entropy(p, t)  −Σ t log p, 1 − t too  p − t, straight to the logits
    divergence_loss(m, v)       Σ ½(m² + v² − 1) − ln v  m,  v − 1 / v
    error_gradient(y,t)         2 (y − t)              2 g,  −2 g
    ==========================  =====================  ============================================
"""
