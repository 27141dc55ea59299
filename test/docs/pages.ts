import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** A page of documentation, taken apart: what must be the same in every language. */
export type Page = {
  headings: number[]
  /** The rows of each table. */
  tables: number[]
  /** The lines of code, without comments. */
  code: string[]
  /** The files of the project that it links to, in the language of the original. */
  files: string[]
  /** What it links to elsewhere. */
  addresses: string[]
}

const fence = /^```[^\n]*\n(.*?)^```$/gms

/** Reads a page by its path from the root. */
export function readPage(path: string): string {
  return readFileSync(path, 'utf8')
}

/** The name of the Chinese page beside one. */
export function inChinese(path: string): string {
  return path.replace(/\.md$/, '.zh-CN.md')
}

/** Takes a page apart. */
export function structureOf(path: string): Page {
  const text = readPage(path)
  const prose = text.replaceAll(fence, '')
  const links = linksOf(prose)
  const own = links.filter((link) => !isAddress(link)).map((link) => fileOf(path, link))
  return {
    headings: [...prose.matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length),
    tables: [...prose.matchAll(/(?:^\|.*\n?)+/gm)].map(([table]) => table.trimEnd().split('\n').length),
    code: [...text.matchAll(fence)].flatMap(([, block = '']) => commandsOf(block)),
    files: sorted(
      own.map((file) => file.replace('.zh-CN.md', '.md')).filter((file) => file !== original(path)),
    ),
    addresses: sorted(links.filter(isAddress)),
  }
}

/** The files of the project that a page links to. */
export function filesLinkedFrom(path: string): string[] {
  return linksOf(readPage(path))
    .filter((link) => !isAddress(link))
    .map((link) => fileOf(path, link))
}

/** Links to pages that lead from Chinese into English although the Chinese page is there. */
export function strayLinks(path: string): string[] {
  return filesLinkedFrom(path).filter(
    (file) =>
      file !== original(path) &&
      inChinese(file) !== file &&
      !file.endsWith('.zh-CN.md') &&
      existsSync(inChinese(file)),
  )
}

const isAddress = (link: string) => /^https?:/.test(link)

const original = (path: string) => path.replace('.zh-CN.md', '.md')

function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? [])
}

function fileOf(path: string, link: string): string {
  return normalize(join(dirname(path), link.replace(/#.*$/, ''))).replace(/\/$/, '')
}

/** Lines of code as they are carried out: without comments, and whatever is said in Chinese or English left out. */
function commandsOf(block: string): string[] {
  return block
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.replace(/"source":"[^"]*"/, '"source":"…"'))
}

function sorted(list: string[]): string[] {
  return [...new Set(list)].toSorted()
}
