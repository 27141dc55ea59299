import { existsSync, globSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { filesLinkedFrom, inChinese, readPage, strayLinks, structureOf } from './pages.ts'

const chinese = readdirSync('docs')
  .filter((name) => name.endsWith('.zh-CN.md'))
  .map((name) => `docs/${name}`)
const pairs = chinese.map((path) => path.replace('.zh-CN.md', '.md'))

describe.each(globSync('{README*,CONTRIBUTING*,docs/*,docs/decisions/*,docs/editions/*}.md').toSorted())(
  '%s',
  (path) => {
    it('names files that are there', () => {
      const named = readPage(path).matchAll(
        /`((?:policy|workflows|activities|models|api|delivery|evidence|operations|telemetry|portal|server|local|cli|tools|deploy|test)\/[\w./-]+)`/g,
      )
      expect([...named].map(([, file = '']) => file).filter((file) => !existsSync(file))).toEqual([])
    })
  },
)

describe('pages in two languages', () => {
  it('are those that officers and administrators read', () => {
    expect(pairs).toEqual(
      expect.arrayContaining([
        'docs/audit.md',
        'docs/backup.md',
        'docs/case-file.md',
        'docs/operations.md',
        'docs/register.md',
        'docs/reminders.md',
      ]),
    )
  })

  it.each(pairs)('%s has one structure in both: headings, tables, code, links', (path) => {
    expect(structureOf(inChinese(path))).toEqual(structureOf(path))
  })

  it.each(pairs)('%s and its translation lead to each other', (path) => {
    expect(filesLinkedFrom(path)).toContain(inChinese(path))
    expect(filesLinkedFrom(inChinese(path))).toContain(path)
  })

  it.each(chinese)('%s leads to Chinese pages where they are', (path) => {
    expect(strayLinks(path)).toEqual([])
  })

  it.each([...pairs, ...chinese])('%s links to files that are there', (path) => {
    expect(filesLinkedFrom(path).filter((file) => !existsSync(file))).toEqual([])
  })

  it.each(chinese)('%s is written in Chinese throughout', (path) => {
    const paragraphs = readPage(path)
      .replaceAll(/^```.*?^```$/gms, '')
      .split(/\n{2,}/)
      .slice(2)
    const foreign = paragraphs.filter((each) => each.trim() !== '' && !/\p{Script=Han}/u.test(each))
    expect(foreign).toEqual([])
  })
})
