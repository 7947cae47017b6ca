"""Heads: what is final stays final, and strangers cannot fill the memory."""

from feed.core.told_heads import ToldHead, ToldHeads


def test_what_was_final_or_followed_stays_so() -> None:
    """A head that was sent before and comes later takes nothing back."""
    heads = ToldHeads()
    heads.believe(ToldHead(1, 5, final=True, followed=False))
    heads.believe(ToldHead(1, 4, final=False, followed=True))
    heads.believe(ToldHead(2, 1, final=False, followed=False))

    assert heads.get(1) == ToldHead(1, 4, final=True, followed=True)
    assert heads.get(2) == ToldHead(2, 1, final=False, followed=False)
    assert heads.get(3) is None
    heads.begin_anew()
    assert heads.get(1) is None


def test_of_many_runs_the_last_heads_are_kept() -> None:
    """A run that is told of again is a new one among them."""
    heads, told = ToldHeads(), ToldHead(1, 5, final=False, followed=False)
    for run in ("a", "b", "c", "d", "a", "e"):
        heads.keep(run, told)

    assert [run for run in "abcde" if heads.kept(run)] == ["a", "c", "d", "e"]
    heads.forget("a")
    heads.forget("nobody")
    assert heads.kept("a") is None
    assert heads.kept(None) is None
