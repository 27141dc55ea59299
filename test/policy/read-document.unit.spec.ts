import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { DocumentFault } from '../../policy/edition/document-fault.ts'
import { DocumentError, readDocument, type DocumentKind } from '../../policy/edition/read-document.ts'

const schema = z.strictObject({
  name: z.string(),
  parts: z.array(z.strictObject({ id: z.int(), text: z.string().optional() })).optional(),
})

function errorOf(text: string, more: Partial<DocumentKind<typeof schema>> = {}): DocumentError {
  try {
    readDocument(text, 'a.yaml', { schema, ...more })
  } catch (error) {
    if (error instanceof DocumentError) return error
    throw error
  }
  throw new Error('it is read')
}

const placesOf = (text: string, more?: Partial<DocumentKind<typeof schema>>) =>
  errorOf(text, more).faults.map(({ line, column, path }) => [line, column, path])

const fault = (path: DocumentFault['path'], offset?: number): DocumentFault => ({
  path,
  zh: '不对',
  en: 'is wrong',
  ...(offset !== undefined && { offset }),
})

it('a document that is right is given as its schema reads it', () => {
  const text = 'name: a # a comment\nparts: [{ id: 1 }]\n'
  expect(readDocument(text, 'a.yaml', { schema })).toEqual({ name: 'a', parts: [{ id: 1 }] })
})

describe('a fault stands', () => {
  it.each<[what: string, text: string, place: [number, number, string]]>([
    ['at the value that is wrong', 'name: a\nparts:\n  - id: x\n', [3, 9, 'parts.0.id']],
    ['at what should have what is missing', 'name: a\nparts:\n  - text: x\n', [3, 5, 'parts.0.id']],
    ['at the beginning, where that is the document', '# a comment\nparts: []\n', [2, 1, 'name']],
    ['at the value of a key that is unknown', 'name: a\nother: 1\n', [2, 8, 'other']],
    ['at the beginning of a document that has nothing', '# a comment\n', [1, 1, '']],
    ['where the text is no YAML', 'name: a\nname: b\n', [2, 1, '']],
    ['at an alias of nothing', 'name: *b\n', [1, 7, '']],
    ['at an alias before its anchor', 'name: *b\nparts: &b []\n', [1, 7, '']],
    ['at an alias that leads in a circle', 'name: &a [b, [*a]]\n', [1, 15, '']],
    ['at an alias of another circle', 'name: &a {b: &b {c: *a}}\n', [1, 21, '']],
    [
      'at a value, where the alias is of an anchor of the same name within',
      'name: &a [&a b, *a]\n',
      [1, 10, 'name'],
    ],
    ['at a text of which something was lost', 'name: "a\\uFFFD"\n', [1, 7, 'name']],
    ['at a key of which something was lost', 'name: a\n"b\\uFFFD": 1\n', [2, 12, 'b\uFFFD']],
  ])('%s', (_, text, place) => {
    expect(placesOf(text)).toEqual([place])
  })

  it.each<[what: string, text: string, place: [number, number, string]]>([
    ['a plain text', 'name: abc\n', [1, 9, 'name']],
    ['a text in quotes', 'name: "abc"\n', [1, 10, 'name']],
    ['a text in single quotes', "name: 'abc'\n", [1, 10, 'name']],
  ])('at its character within %s', (_, text, place) => {
    expect(placesOf(text, { find: () => [fault(['name'], 2)] })).toEqual([place])
    expect(placesOf(text, { find: () => [fault(['name'])] })).toEqual([[1, 7, 'name']])
  })

  it('at the nearest place that is written, whatever the character', () => {
    const text = 'name: abc\nparts: [{ id: 1 }]\n'
    expect(
      placesOf(text, { find: () => [fault(['parts', 0, 'text'], 5), fault(['other', 'x'], 5)] }),
    ).toEqual([
      [2, 9, 'parts.0.text'],
      [1, 1, 'other.x'],
    ])
    expect(placesOf(text, { find: () => [fault(['parts'], 5)] })).toEqual([[2, 8, 'parts']])
  })
})

describe('faults', () => {
  it('are told all at once, each with file, line, column and path, in both languages', () => {
    const error = errorOf('parts:\n  - id: x\n')
    expect(error.name).toBe('DocumentError')
    expect(error.message.split('\n')).toEqual([
      'a.yaml:1:1 name: 必须填写 · must be given',
      'a.yaml:2:9 parts.0.id: 须为数字，不能是文本 · must be a number, not a text',
    ])
  })

  it('of the document as a whole say so', () => {
    expect(errorOf('- 1\n').message).toBe(
      'a.yaml:1:1 (document): 须为对象，不能是列表 · must be an object, not a list',
    )
  })

  it('are looked for by hand in what has the form, and no further', () => {
    const seen: unknown[] = []
    const find = (value: unknown) => {
      seen.push(value)
      return []
    }
    expect(readDocument('name: a\n', 'a.yaml', { schema, find })).toEqual({ name: 'a' })
    errorOf('name: 1\n', { find })
    expect(seen).toEqual([{ name: 'a' }])
  })
})

describe('a document', () => {
  it('may have a hundred thousand characters', () => {
    const text = `name: ${'x'.repeat(100_000 - 7)}\n`
    expect(readDocument(text, 'a.yaml', { schema }).name).toHaveLength(99_993)
    const [tooLong] = errorOf(`${text}\n`).faults
    expect(tooLong).toEqual({
      line: 1,
      column: 1,
      path: '',
      zh: '共 100001 个字符，多于 100000 个',
      en: 'has 100001 characters, more than 100000',
    })
  })

  it('may say what another part of it says', () => {
    const text = 'parts:\n  - &a { id: 1, text: x }\n  - *a\nname: a\n'
    const part = { id: 1, text: 'x' }
    expect(readDocument(text, 'a.yaml', { schema }).parts).toEqual([part, part])
  })

  it('may take over from another mapping where its kind says so', () => {
    const text = 'parts:\n  - &a { id: 1, text: x }\n  - { <<: *a, id: 2 }\nname: a\n'
    expect(readDocument(text, 'a.yaml', { schema, merge: true }).parts?.[1]).toEqual({ id: 2, text: 'x' })
    expect(placesOf(text)).toEqual([[3, 11, 'parts.1.<<']])
  })
})

describe('what is no YAML', () => {
  it.each([
    ['name: [a', 'YAML 语法有误：'],
    ['name: a\nname: b\n', 'YAML 语法有误：键重复出现'],
    ['name: a\n---\nname: b\n', 'YAML 语法有误：一个文件只能有一份文档'],
    ['name: *b\n', '引用的锚 "b" 不存在，或者写在引用之后'],
    ['name: &a [*a]\n', '引用（*）过多，或者引用了其自身'],
  ])('%j is told in Chinese, and in one line of English', (text, zh) => {
    const [told] = errorOf(text).faults
    expect(told?.zh).toContain(zh)
    expect(told?.en).toMatch(/^[\p{ASCII}]{10,}$/u)
    expect(told?.en).not.toContain('\n')
  })
})
