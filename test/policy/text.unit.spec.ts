import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../../api/http/text.ts'
import { findBroken, isPlain, isWhole, line, paragraph } from '../../policy/edition/text.ts'
import { readEdition } from '../../policy/edition/read-edition.ts'

const broken = ['江北\uFFFD电', '\uD800', 'a\uDC00', '\uDC00\uD800']

describe('a text of which something was lost', () => {
  it.each(broken)('%j is refused as a line, as a paragraph, as a key and as a value', (text) => {
    expect(isWhole(text)).toBe(false)
    for (const schema of [line(100), paragraph(100)])
      expect(schema.safeParse(text).error?.issues[0]?.message).toContain('UTF-8')
    expect(findBroken({ a: [{ b: text }] })).toEqual(['a', '0', 'b'])
    expect(findBroken({ a: { [text]: 1 } })).toEqual(['a', text])
  })

  it('is found wherever it stands in a document, and nothing else is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        // What JSON writes of a well-formed text has no halves of pairs, and of another it has their escapes.
        const isBroken = /\\ud[89a-f][\da-f]{2}|\uFFFD/i.test(JSON.stringify(value).replaceAll('\\\\', ''))
        expect(findBroken(value) !== undefined).toBe(isBroken)
      }),
    )
  })

  it('is no byte sequence that is UTF-8, and every one that is not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const text = decodeUtf8(bytes)
        const lenient = Buffer.from(bytes).toString('utf8')
        const marked = Buffer.from(bytes.subarray(0, 3)).equals(Buffer.from([0xef, 0xbb, 0xbf]))
        if (text === undefined) expect(lenient).toContain('\uFFFD')
        else expect(text).toBe(marked ? lenient.slice(1) : lenient)
      }),
    )
  })

  it('is refused in an edition, with its place', () => {
    expect(() => readEdition('id: a\ntitle:\n  zh: "渝\\uFFFD"\n', 'a.yaml')).toThrow(
      /^a\.yaml:3:7 title\.zh: 不是有效的 UTF-8 .* · is not valid UTF-8/,
    )
  })
})

it('a whole text, with signs beyond the basic plane, is taken', () => {
  for (const text of ['𠮷野家', 'Ⅱ期Φ630镗床', 'naïve']) expect(line(100).parse(text)).toBe(text)
})

describe('a text that hides something', () => {
  it.each(['a\u200bb', 'a\u0000b', 'a\u202eb', 'a\ufe0fb', 'a\ue000b'])('%j is refused', (text) => {
    expect(isPlain(text)).toBe(false)
    for (const schema of [line(100), paragraph(100)])
      expect(schema.safeParse(text).error?.issues[0]?.message).toContain('cannot be seen')
  })

  it('is one of several lines where one is asked for', () => {
    expect(paragraph(100).parse(' a\n\tb\r\nc ')).toBe('a\n\tb\r\nc')
    for (const text of ['a\nb', 'a\tb', 'a\rb']) expect(line(100).safeParse(text).success).toBe(false)
  })

  it('is no name either if something of it was lost', () => {
    expect([isPlain('齿轮 𠮷'), isPlain('齿\uFFFD'), isPlain('\uD800')]).toEqual([true, false, false])
  })

  it('has at most so many characters, and at least one', () => {
    for (const schema of [line(3), paragraph(3)])
      expect(['', ' ', 'abc', 'abcd'].map((text) => schema.safeParse(text).success)).toEqual([
        false,
        false,
        true,
        false,
      ])
  })
})
