import { describe, expect, it } from 'vitest'
import {
  anchorBytes,
  leafBytes,
  leafId,
  placeOfLeaf,
  signedBytes,
  type Anchor,
  type Leaf,
} from '../../policy/integrity/anchors.ts'

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

const leaf: Leaf = { kind: 'case', id: 'p-1', revision: 7, digest: 'sha256:0a' }
const anchor: Anchor = {
  serial: 12,
  day: '2026-03-01',
  at: '2026-03-01T16:05:00.000Z',
  previous: 'sm3:ff',
  count: 3,
  root: 'sha256:0b',
  suite: 'ed25519',
  key: 'sha256:0c',
  publicKey: 'MCow',
  signature: 'c2ln',
}

describe('the bytes of', () => {
  it('a leaf are its canonical JSON, without what the record keeps besides', () => {
    const kept = { _id: '12:case:p-1', anchor: 12, ...leaf }
    expect(textOf(leafBytes(kept))).toBe('{"digest":"sha256:0a","id":"p-1","kind":"case","revision":7}')
  })

  it('an anchor that are signed are its canonical JSON without the signature', () => {
    expect(textOf(signedBytes(anchor))).toBe(
      '{"at":"2026-03-01T16:05:00.000Z","count":3,"day":"2026-03-01","key":"sha256:0c","previous":"sm3:ff","publicKey":"MCow","root":"sha256:0b","serial":12,"suite":"ed25519"}',
    )
  })

  it('a whole anchor have the signature too, and nothing that the record keeps besides', () => {
    const kept = { _id: 12, ...anchor }
    expect(textOf(anchorBytes(kept))).toBe(
      '{"at":"2026-03-01T16:05:00.000Z","count":3,"day":"2026-03-01","key":"sha256:0c","previous":"sm3:ff","publicKey":"MCow","root":"sha256:0b","serial":12,"signature":"c2ln","suite":"ed25519"}',
    )
  })
})

describe('the name of a leaf', () => {
  it.each([
    [1, 'case', 'p-1', '1:case:p-1'],
    [207, 'run', 'project/p-1/5f0c:1', '207:run:project/p-1/5f0c:1'],
    [12, 'case', 'two\nlines', '12:case:two\nlines'],
  ] as const)('says to which anchor it belongs and what it is: %i, %s, %s', (serial, kind, id, name) => {
    expect(leafId(serial, { kind, id })).toBe(name)
    expect(placeOfLeaf(name)).toEqual({ serial, kind, id })
  })

  it.each([
    '',
    'p-1',
    'case:p-1',
    '0:case:p-1',
    '01:case:p-1',
    '-1:case:p-1',
    '1:task:p-1',
    '1:case:',
    'x1:case:p-1',
  ])('is not %j', (name) => {
    expect(placeOfLeaf(name)).toBeNull()
  })
})
