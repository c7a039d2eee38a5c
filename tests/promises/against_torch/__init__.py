"""Every topic by PyTorch's own modules and its autograd, written without any line of ours.

Where the conventions by hand differ from PyTorch's, it is said here, and at each comparison:

* A result that is rounded is read rounded by all later steps. PyTorch's own number is held against
  it by half a unit of its last decimal, and goes on as it is printed.
* The slope of σ, tanh and softmax is that of the printed result, ``s(1 − s)``, ``1 − t²`` and
  ``A(g − ΣAg)``, rounded to one decimal more.
* Softmax with 3 for e has the slope that it has with e: no factor ln 3.
* With cross-entropy, ``p − target`` goes straight to the scores, with the printed p.
* σ in three levels is 0 up to −2, 1 from 2 on, and ½ between; tanh in levels is ``hardtanh``.
* In attention, scores are halved downwards (for √4), and powers of 3 are whole: 3⁻¹ is 0.
* The GRU resets the state before its product, W·(r ⊙ h), as it was published; ``nn.GRUCell`` resets
  the product, r ⊙ (W·h). With one unit they are the same.
* The slope of a VAE's spread 2ˢ is as if ln 2 were 1, and −1 for the rest of its divergence .7.
* Adam and the norms have ε = 0, and a batch's losses are added up, not averaged.
"""
