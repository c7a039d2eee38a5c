"""The ops, a row each: what a student does in one box, and all that is read from it.

The chain rule, to be checked by eye (g is the gradient of the result). Formulas: Goodfellow,
Bengio, Courville, *Deep Learning*, sections 6.5, 9 and 10.2.

    ==================  =====================  ============================================
    op                  result                 gradients of its inputs
    ==================  =====================  ============================================
    matmul(A, B)        A B                    g Bᵀ,  Aᵀ g
    linear(W, x)        W x                    g xᵀ,  Wᵀ g
    affine(W, b, x)     W x + b                g xᵀ,  rows of g added up,  Wᵀ g
    recur(A, h, B, x)   A h + B x              g hᵀ,  Aᵀ g,  g xᵀ,  Bᵀ g
    transposed(A, B)    Aᵀ B                   B gᵀ,  A g
    outer(a, b)         a bᵀ                   g b,  gᵀ a
    add(a, b, ...)      a + b + ...            g, g, ...
    subtract(a, b)      a − b                  g, −g
    multiply(a, b)      a ⊙ b                  g ⊙ b,  g ⊙ a
    scale(a)            c a                    c g
    row_sum(a)          rows added up          g in each column
    column_sum(a)       columns added up       g in each row
    relu(z)             max(z, 0)              g where z > 0, else 0
    sigmoid(z)          y = 1 / (1 + e^-z)     y ⊙ (1 − y) ⊙ g
    softmax(z)          p = e^z / Σ e^z        p ⊙ (g − Σ p ⊙ g)
    power(z)            p = c^z                g ⊙ p, where c stands for e
    quotient(a, s)      p = a / s              g / s,  −Σ g ⊙ p / s
    quotient through z  p = a / Σ a            p ⊙ (g − Σ p ⊙ g), straight to the exponents
    divide_down(a)      a ÷ c, rounded down    g ÷ c
    cross_entropy(p, t) −Σ t log p             p − t, straight to the logits
    squared_error(y, t) Σ (y − t)²             2 (y − t)
    ==================  =====================  ============================================
"""
