import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { plainFont } from './woff.ts'

/** How heavy letters are: plain text or a heading. */
export type Weight = 400 | 700

/** Letters that stand in one font file, in their order; `width` is in thousandths of the size. */
export type FontRun = { font: string; text: string; width: number }

/** What pdfkit knows of an embedded font and its types do not tell. */
type Embedded = { font: { hasGlyphForCodePoint: (codePoint: number) => boolean } }
/** The part of a PDF document that fonts are put into. */
export type FontHost = {
  registerFont: (name: string, source: Buffer) => unknown
  font: (name: string) => unknown
  fontSize: (size: number) => unknown
  widthOfString: (text: string) => number
}

const root = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'))
const latin = 'latin'

/** The font files by the characters that they are for, as the package says. */
function readRanges(): Map<number, string> {
  const ranges = JSON.parse(readFileSync(join(root, 'unicode.json'), 'utf8')) as Record<string, string>
  const files = new Map<number, string>()
  for (const [name, list] of Object.entries(ranges)) {
    for (const range of list.split(',')) {
      const [from = '', to = from] = range.replace('U+', '').split('-')
      for (let code = parseInt(from, 16); code <= parseInt(to, 16); code += 1)
        if (!files.has(code) || name === latin) files.set(code, name.replaceAll(/[[\]]/g, ''))
    }
  }
  return files
}

let known: Map<number, string> | undefined

/** The font files that a document has needed so far, and what they know of their letters. */
function openFaces(host: FontHost) {
  const registered = new Set<string>()
  return {
    /** Registers a font file once, and gives the name under which the document knows it. */
    register: (file: string, weight: Weight): string => {
      const name = `${file}-${weight}`
      if (registered.has(name)) return name
      const woff = readFileSync(join(root, 'files', `noto-sans-sc-${name}-normal.woff`))
      host.registerFont(name, plainFont(woff))
      registered.add(name)
      return name
    },
    has: (font: string, code: number): boolean => {
      host.font(font)
      return (host as unknown as { _font: Embedded })._font.font.hasGlyphForCodePoint(code)
    },
    measure: (font: string, text: string): FontRun => {
      host.font(font)
      host.fontSize(1_000)
      return { font, text, width: host.widthOfString(text) }
    },
  }
}

/**
 * The letters of Noto Sans SC for one document: the files that its text needs, and no others, are embedded, each cut down to
 * what is used. A character that no file has is written as its code point, `[U+4DAE]`, so that there is never a hole.
 */
export function openFonts(host: FontHost) {
  const files = (known ??= readRanges())
  const { register, has, measure } = openFaces(host)
  const letters = new Map<string, FontRun[]>()

  function find(text: string, weight: Weight): FontRun[] {
    const code = text.codePointAt(0) ?? 0
    const file = files.get(code)
    const font = file === undefined ? undefined : register(file, weight)
    if (font !== undefined && has(font, code)) return [measure(font, text)]
    const plain = register(latin, weight)
    return [...`[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`].map((each) => measure(plain, each))
  }

  return {
    /** A character as it is printed: itself, or its code point. */
    letter(text: string, weight: Weight): FontRun[] {
      const key = `${weight}${text}`
      const runs = letters.get(key) ?? find(text, weight)
      letters.set(key, runs)
      return runs
    },
  }
}

/** The letters of a document. */
export type Fonts = ReturnType<typeof openFonts>
