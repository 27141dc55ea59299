import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { settings } from '../../server/config.ts'
import { program } from '../../cli/program.ts'
import { filesLinkedFrom, inChinese, readPage, strayLinks, structureOf } from './pages.ts'

const readmes = ['README.md', inChinese('README.md')]

/** The verbs of the command line that do something, such as `audit key show`. */
function verbsOf(command: Command, path: string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(' ')]
  return command.commands.flatMap((each) => verbsOf(each, [...path, each.name()]))
}

/** The verbs that a page names; `a|b` names two. */
function verbsNamed(text: string): string[] {
  const lines = [...text.matchAll(/npm run (?:-s )?zhigai -- ([^`\n]*)/g)].map(([, rest = '']) => rest)
  return [...new Set(lines.flatMap(verbsOfLine))].toSorted()
}

function verbsOfLine(line: string): string[] {
  const words = line.replaceAll('\\|', '|').split(/\s+/)
  const end = words.findIndex((word) => !/^[a-z-]+(\|[a-z-]+)*$/.test(word) || word.startsWith('-'))
  const choices = (end < 0 ? words : words.slice(0, end)).map((word) => word.split('|'))
  return choices.reduce<string[]>(
    (paths, names) => paths.flatMap((path) => names.map((name) => `${path} ${name}`.trim())),
    [''],
  )
}

/** What stands in capitals as names of the environment do. */
function settingsNamed(text: string): string[] {
  const names = [...text.matchAll(/`([A-Z][A-Z_]+)(?:=[^`]*)?`/g)].flatMap(([, name]) => name ?? [])
  const isSetting = new Set<string>(settings)
  return [...new Set(names)].filter((name) => isSetting.has(name) || name.includes('_')).toSorted()
}

/** The nouns of the glossary of a README, each with the name under which a file exports it. */
function glossaryOf(path: string): { noun: string; name: string; file: string }[] {
  const nounColumn = path === 'README.md' ? 0 : 1
  const row = /^\| ([^|]+?) +\| ([^|]+?) +\| [^|]+\| \[`(\w+)`\]\(([^)]+\.ts)\) +\|$/gm
  return [...readPage(path).matchAll(row)].map(([, first = '', second = '', name = '', file = '']) => ({
    noun: [first, second][nounColumn] ?? '',
    name,
    file,
  }))
}

describe('the two READMEs', () => {
  it('have one structure: headings, tables, commands, links', () => {
    const [english, chinese] = readmes.map(structureOf)
    expect(english?.headings.length).toBeGreaterThan(8)
    expect(english?.code.length).toBeGreaterThan(20)
    expect(chinese).toEqual(english)
  })

  it.each(readmes)('%s names every verb of the command line, and no other', (path) => {
    expect(verbsNamed(readPage(path))).toEqual(verbsOf(program).toSorted())
  })

  it.each(readmes)('%s names every setting, and no other', (path) => {
    expect(settingsNamed(readPage(path))).toEqual(settings.toSorted())
  })

  it.each(readmes)('%s names every folder of the map', (path) => {
    const folders = structureOf('README.md').files.filter((file) => /^[a-z]+$/.test(file))
    expect(folders.length).toBeGreaterThan(10)
    for (const folder of folders) expect(readPage(path)).toContain(`[\`${folder}/\`](${folder})`)
  })

  it.each(readmes)('%s links to files that are there', (path) => {
    expect(filesLinkedFrom(path).filter((file) => !existsSync(file))).toEqual([])
  })

  it('have a glossary of the same nouns, each from the file that exports it', () => {
    const [english = [], chinese] = readmes.map(glossaryOf)
    expect(english.length).toBeGreaterThan(25)
    expect(chinese).toEqual(english)
    expect(new Set(english.map(({ noun }) => noun)).size).toBe(english.length)
    const astray = english.filter(({ name, file }) => {
      const exported = new RegExp(
        `^export (?:async )?(?:type|const|function|class|interface) ${name}\\b`,
        'm',
      )
      return !exported.test(readPage(file))
    })
    expect(astray).toEqual([])
  })

  it('lead from Chinese to Chinese', () => {
    expect(strayLinks(inChinese('README.md'))).toEqual([])
  })

  it.each(readmes)('%s sends every event under a key', (path) => {
    const sending = structureOf(path).code.filter((line) => line.includes('/events"'))
    expect(sending).not.toEqual([])
    for (const line of sending) expect(line).toContain('idempotency-key')
  })
})
