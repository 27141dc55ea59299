import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suites } from '../../../evidence/audit/suites.ts'
import { createTree, rootFrom } from '../../../policy/integrity/merkle.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** As RFC 6962 puts it. */
function rootOf(leaves: Uint8Array[]): Buffer {
  const [only] = leaves
  if (!only) return sha256(new Uint8Array())
  if (leaves.length === 1) return sha256(Buffer.concat([Buffer.of(0), only]))
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1))
  return sha256(Buffer.concat([Buffer.of(1), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split))]))
}

describe('a tree', () => {
  it('has the root of RFC 6962, and from every leaf there is a way to it', () => {
    const some = fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 20 })
    fc.assert(
      fc.property(some, fc.nat(19), (leaves, target) => {
        const tree = createTree(sha256)
        for (const [index, leaf] of leaves.entries()) tree.add(leaf, index === target)
        const { root, path } = tree.close()
        expect(hex(root)).toBe(hex(rootOf(leaves)))
        const leaf = leaves[target]
        if (leaf) expect(hex(rootFrom(sha256, leaf, path))).toBe(hex(root))
      }),
    )
  })

  it('says of each neighbour on which side it stands', () => {
    const tree = createTree(sha256)
    for (const leaf of [0, 1, 2, 3]) tree.add(Uint8Array.of(leaf), leaf === 2)
    expect(tree.close().path.map(({ side }) => side)).toEqual(['right', 'left'])
  })

  it('has no way to a leaf that nobody asked for', () => {
    const tree = createTree(sha256)
    for (const leaf of [0, 1, 2, 3]) tree.add(Uint8Array.of(leaf))
    expect(tree.close().path).toEqual([])
  })
})

describe.each(['ed25519', 'sm2'] as const)('signatures by %s', (name) => {
  const suite = suites[name]
  const keys = suite.createKeys()
  const bytes = Buffer.from('锚点')
  const signature = suite.sign(bytes, keys)

  it('fit, again and again', () => {
    for (let turn = 0; turn < 40; turn += 1) {
      const other = Buffer.of(turn)
      expect(suite.verify(other, suite.sign(other, keys), keys.publicKey)).toBe(true)
    }
  })

  it('fit what was signed, under the key that signed it, and nothing else', () => {
    expect(suite.verify(bytes, signature, keys.publicKey)).toBe(true)
    expect(suite.verify(Buffer.from('锚點'), signature, keys.publicKey)).toBe(false)
    expect(suite.verify(bytes, signature, suite.createKeys().publicKey)).toBe(false)
    for (const at of signature.split('').keys()) {
      const other = signature[at] === 'A' ? 'B' : 'A'
      const changed = `${signature.slice(0, at)}${other}${signature.slice(at + 1)}`
      expect([at, suite.verify(bytes, changed, keys.publicKey)]).toEqual([at, false])
    }
    expect(
      suite.verify(bytes, signature, suites[name === 'sm2' ? 'ed25519' : 'sm2'].createKeys().publicKey),
    ).toBe(false)
    expect(suite.verify(bytes, '', '')).toBe(false)
  })
})

it('hashes by SM3 as GB/T 32905 has it', () => {
  expect(hex(suites.sm2.hash(Buffer.from('abc')))).toBe(
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  )
})
