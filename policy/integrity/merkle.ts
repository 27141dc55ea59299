/** A hash function over bytes. */
export type Hash = (bytes: Uint8Array) => Uint8Array

/** A neighbour on the way from a leaf to the root, and on which side it stands. */
export type Neighbour = { side: 'left' | 'right'; hash: Uint8Array }

type Subtree = { size: number; hash: Uint8Array; holdsTarget: boolean }

/**
 * A Merkle tree as of RFC 6962: H(0x00 ‖ leaf), H(0x01 ‖ left ‖ right), H() where there is no leaf. Leaves come one after the
 * other, and no more than a subtree a level is kept.
 */
export function createTree(hash: Hash) {
  const subtrees: Subtree[] = []
  const path: Neighbour[] = []

  function join(left: Subtree, right: Subtree): Subtree {
    if (left.holdsTarget) path.push({ side: 'right', hash: right.hash })
    if (right.holdsTarget) path.push({ side: 'left', hash: left.hash })
    return {
      size: left.size + right.size,
      hash: hash(concat([1], left.hash, right.hash)),
      holdsTarget: left.holdsTarget || right.holdsTarget,
    }
  }

  return {
    /** Adds a leaf; of the one that is the target, the way to the root is kept. */
    add(leaf: Uint8Array, isTarget = false): void {
      let added: Subtree = { size: 1, hash: hash(concat([0], leaf)), holdsTarget: isTarget }
      for (let last = subtrees.at(-1); last?.size === added.size; last = subtrees.at(-1)) {
        subtrees.pop()
        added = join(last, added)
      }
      subtrees.push(added)
    },
    /** The root over all leaves, and the neighbours of the target from the leaf upwards; nothing can be added any more. */
    close(): { root: Uint8Array; path: Neighbour[] } {
      const root = subtrees
        .splice(0)
        .reduceRight<Subtree | null>((right, left) => (right ? join(left, right) : left), null)
      return { root: root?.hash ?? hash(new Uint8Array()), path }
    },
  }
}

/** The root that a leaf and its neighbours lead to. */
export function rootFrom(hash: Hash, leaf: Uint8Array, path: Neighbour[]): Uint8Array {
  return path.reduce(
    (below, { side, hash: beside }) =>
      hash(side === 'left' ? concat([1], beside, below) : concat([1], below, beside)),
    hash(concat([0], leaf)),
  )
}

function concat(prefix: number[], ...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(prefix.length + parts.reduce((sum, { length }) => sum + length, 0))
  whole.set(prefix)
  let at = prefix.length
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
