"""Signs: what they forbid, word by word."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.model.turns import Turn, banned_turns
from tests.oracles.turns import forbidden

nodes = st.integers(0, 4)


@given(st.lists(st.tuples(nodes, nodes), min_size=1, max_size=8), st.data())
def test_signs_forbid_what_their_words_say(edges, data):
    """As by plain loops: no_ forbids its turn, only_ all others from its edge; several signs of one edge hold together."""
    meets = [(one, via, other) for one, ends in enumerate(edges) for via in set(ends) for other, to in enumerate(edges) if via in to]
    kinds = st.sampled_from(["no_left_turn", "no_entry", "only_straight_on", "only_right_turn"])
    signs = [(*turn, kind) for turn, kind in data.draw(st.lists(st.tuples(st.sampled_from(sorted(meets)), kinds), max_size=6))]
    ends = np.array(edges, dtype=np.int32).T
    assert banned_turns([Turn(*sign) for sign in signs], edge_from=ends[0], edge_to=ends[1]) == forbidden(edges, signs)
