"""The Merkle tree: the published values of the certificate-transparency reference tree, and RFC 9162 word by word."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.merkle import (
    EMPTY,
    Address,
    Span,
    Tree,
    consistency,
    covering,
    edge,
    extends,
    includes,
    inclusion,
    joined,
    leaf_hash,
    proof,
)

INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
LEAVES = [leaf_hash(data) for data in INPUTS]
# Published with the reference implementations (certificate-transparency in C++, transparency-dev/merkle in Go).
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
B = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
C = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
D = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
E = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = [(0, 1, []), (0, 8, [E, A, D]), (5, 8, [B, C, ROOTS[4]]), (2, 3, [ROOTS[2]]), (1, 5, [ROOTS[1], A, B])]
CONSISTENCY = [(1, 1, []), (1, 8, [E, A, D]), (6, 8, [F, C, ROOTS[4]]), (2, 5, [A, B]), (6, 7, [F, G, ROOTS[4]])]


def grown(leaves: Sequence[bytes]) -> tuple[Tree, dict[Address, bytes]]:
    """Return the tree of *leaves*, and every node that came to be."""
    tree = Tree()
    return tree, {node.at: node.hash for leaf in leaves for node in tree.add(leaf)}


def root(leaves: Sequence[bytes]) -> bytes:
    """Return MTH of RFC 9162, 2.1.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """Return SUBPROOF of RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_that_were_published(size: int) -> None:
    assert grown(LEAVES[:size])[0].root.hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "published"), INCLUSION)
def test_the_inclusion_proofs_are_those_that_were_published(index: int, size: int, published: list[str]) -> None:
    made = proof(inclusion(index, size), grown(LEAVES)[1].__getitem__)
    assert [one.hex() for one in made] == published
    assert includes(bytes.fromhex(ROOTS[size]), size, index, LEAVES[index], made)


@pytest.mark.parametrize(("first", "second", "published"), CONSISTENCY)
def test_the_consistency_proofs_are_those_that_were_published(first: int, second: int, published: list[str]) -> None:
    made = proof(consistency(first, second), grown(LEAVES)[1].__getitem__)
    assert [one.hex() for one in made] == published
    assert extends(first, bytes.fromhex(ROOTS[first]), second, bytes.fromhex(ROOTS[second]), made)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_tree_and_proofs_are_those_of_the_rfc(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    leaves = [leaf_hash(str(i).encode()) for i in range(size)]
    tree, nodes = grown(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree.root == root(leaves)
    made = proof(inclusion(index, size), nodes.__getitem__)
    assert made == path(index, leaves) and includes(tree.root, size, index, leaves[index], made)
    made = proof(consistency(first, size), nodes.__getitem__)
    assert made == subproof(first, leaves) and extends(first, root(leaves[:first]), size, tree.root, made)
    # Known again by its edge, it grows on as before.
    again = Tree(first, [nodes[at] for at in edge(first)])
    for leaf in leaves[first:]:
        again.add(leaf)
    assert (again.size, again.root) == (size, tree.root)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_proof_proves_anything_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 40))
    leaves = [leaf_hash(str(i).encode()) for i in range(size)]
    tree, nodes = grown(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    other = data.draw(st.binary(min_size=32, max_size=32))
    into = proof(inclusion(index, size), nodes.__getitem__)
    assert not includes(tree.root, size, index, other, into)
    assert not includes(other, size, index, leaves[index], into)
    for wrong in {index - 1, index + 1, index ^ 2, size} - {index}:
        assert not includes(tree.root, size, wrong, leaves[index], into)
    onward, old = proof(consistency(first, size), nodes.__getitem__), root(leaves[:first])
    assert not extends(first, other, size, tree.root, onward)
    assert not extends(first, old, size, other, onward)
    assert not extends(size, tree.root, first, old, onward)
    for wrong in {first - 1, first + 1} - {first}:
        assert not extends(wrong, old, size, tree.root, onward)
    for false in corrupted(into):
        assert not includes(tree.root, size, index, leaves[index], false)
    for false in corrupted(onward):
        assert not extends(first, old, size, tree.root, false)


def corrupted(right: Sequence[bytes]) -> list[list[bytes]]:
    """Return *right* with something too much, too little, or a bit turned over."""
    false = [[*right, EMPTY], [EMPTY, *right], [b"", *right], list(right[1:]), list(right[:-1])]
    for i, one in enumerate(right):
        false.append([*right[:i], bytes([one[0] ^ 8]) + one[1:], *right[i + 1 :]])
        false.append([*right[:i], one + b"\0", *right[i + 1 :]])
    return [one for one in false if one != list(right)]


def test_a_hash_of_another_length_proves_nothing() -> None:
    # Joined, two such hashes would be the same bytes as two of the right length.
    left, right = LEAVES[:2]
    assert not includes(joined([left, right]), 2, 0, left[:-1], [left[-1:] + right])
    assert includes(joined([left, right]), 2, 0, left, [right])
    assert not extends(1, left + right[:1], 2, joined([left, right]), [right[1:]])
    assert extends(1, left, 2, joined([left, right]), [right])


def test_every_tree_begins_with_the_empty_one() -> None:
    assert extends(0, EMPTY, 8, bytes.fromhex(ROOTS[8]), [])
    assert not extends(0, LEAVES[0], 8, bytes.fromhex(ROOTS[8]), [])
    assert not extends(0, EMPTY, 8, bytes.fromhex(ROOTS[8]), [EMPTY])


def test_growing_needs_no_more_than_the_edge() -> None:
    assert len(edge(1_000_000)) == 7 and max(len(edge(size)) for size in range(1 << 10)) == 10
    assert covering(Span(4, 7)) == (Address(1, 2), Address(0, 6))
    with pytest.raises(ValueError, match="the edge of 6 leaves has 2 hashes, not 1"):
        Tree(6, [EMPTY])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(index, size)
    assert not includes(LEAVES[0], size, index, LEAVES[0], [])


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3)])
def test_there_is_no_proof_of_a_tree_that_is_longer_or_empty(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="begins with"):
        consistency(first, second)
