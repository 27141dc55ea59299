/** A range of whole numbers, both ends included. */
export type Range = readonly [from: number, to: number]

/** Chance that can be had again: the same name gives the same throws, whatever is thrown elsewhere. */
export type Prng = {
  /** Whether something with this share (0 to 1) happens. */
  happens(share: number): boolean
  /** A whole number of a range, each as likely. */
  whole(range: Range): number
  /** A number of a range, likelier the smaller it is: evenly spread on a logarithmic scale. */
  magnitude(range: Range): number
  /** One of the names, in proportion to their weights; a weight of nothing is never picked. */
  pick<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** A stream of chance of its own for everything that has a name: no draw depends on who else has drawn before. */
export function createPrng(...name: (string | number)[]): Prng {
  const next = xoshiro128(name.join('|'))
  const unit = () => next() / 2 ** 32
  return {
    happens: (share) => unit() < share,
    whole: ([from, to]) => from + Math.floor(unit() * (to - from + 1)),
    magnitude: ([from, to]) => from * (to / from) ** unit(),
    pick: (weights) => pickBy(weights, unit()),
  }
}

function pickBy<K extends string>(weights: Readonly<Record<K, number>>, unit: number): K {
  const entries = Object.entries<number>(weights) as [K, number][]
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  let left = unit * total
  for (const [name, weight] of entries) {
    if (left < weight) return name
    left -= weight
  }
  throw new RangeError('there is nothing to pick from: every weight is 0')
}

/** xoshiro128** (Blackman and Vigna), seeded from a text through splitmix32: 32 bits at each call. */
function xoshiro128(seed: string): () => number {
  const seeds = splitmix32(fnv1a(seed))
  const state = Uint32Array.from([seeds(), seeds(), seeds(), seeds()])
  return () => {
    let [a = 0, b = 0, c = 0, d = 0] = state
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    state.set([a, b, c ^ shifted, rotate(d, 11)])
    return result
  }
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by))
}

function splitmix32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

function fnv1a(text: string): number {
  let hash = 2_166_136_261
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
  return hash >>> 0
}
