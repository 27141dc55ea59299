import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** How heavy letters are: plain text or a heading. */
export type Weight = 400 | 700

/** Letters that stand in one font, in their order; `width` is in thousandths of the size. */
export type FontRun = { font: string; text: string; width: number }

/** What pdfkit knows of an embedded font and its types do not tell. */
type Embedded = {
  font: {
    hasGlyphForCodePoint: (codePoint: number) => boolean
    glyphForCodePoint: (codePoint: number) => { codePoints: number[] }
  }
}
/** The part of a PDF document that fonts are put into. */
export type FontHost = {
  registerFont: (name: string, source: Buffer) => unknown
  font: (name: string) => unknown
  fontSize: (size: number) => unknown
  widthOfString: (text: string) => number
}

/** The font files of each weight; a character is taken from the first that has it. */
const files = {
  400: [
    'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
    'noto-sans-math/400Regular/NotoSansMath_400Regular.ttf',
  ],
  700: [
    'noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
    'noto-sans-math/400Regular/NotoSansMath_400Regular.ttf',
  ],
} as const satisfies Record<Weight, readonly string[]>

const { resolve } = createRequire(import.meta.url)

/**
 * A font file as pdfkit is to take it. It embeds two fonts of one name once, unless the check sums in their `head` differ. The
 * table of substitutions is hidden: with ligatures `——` would be copied out as the one character `⸺` where both are written.
 */
function readFont(file: string, time: number): Buffer {
  const font = readFileSync(resolve(`@expo-google-fonts/${file}`))
  const entry = (table: string) => font.indexOf(table, 12, 'latin1')
  const checkSum = font.readUInt32BE(entry('head') + 8) + 8
  font.writeUInt32BE((font.readUInt32BE(checkSum) + time) >>> 0, checkSum)
  font.write('none', entry('GSUB'), 'latin1')
  return font
}

/**
 * The fonts that a document has needed so far. A font file is opened as often as its glyphs stand for different characters
 * (`一` and the radical `⼀` are one drawing): a glyph of a font can be copied out of a PDF as one character only.
 */
function openFaces(host: FontHost) {
  const opened = new Map<string, Embedded['font']>()
  /** Opens a font file for the first or a further time, and makes it the font that the document writes in. */
  function open(file: string, time: number): { name: string; font: Embedded['font'] } {
    const name = `${file}#${time}`
    let font = opened.get(name)
    if (!font) host.registerFont(name, readFont(file, time))
    host.font(name)
    font ??= (host as unknown as { _font: Embedded })._font.font
    opened.set(name, font)
    return { name, font }
  }
  return {
    /** The font in which a character is drawn and copied out as itself, if this file has it. */
    find: (file: string, code: number): string | undefined => {
      for (let time = 1; ; time += 1) {
        const { name, font } = open(file, time)
        if (!font.hasGlyphForCodePoint(code)) return undefined
        if (font.glyphForCodePoint(code).codePoints[0] === code) return name
      }
    },
    measure: (font: string, text: string): FontRun => {
      host.font(font)
      host.fontSize(1_000)
      return { font, text, width: host.widthOfString(text) }
    },
  }
}

/**
 * The letters of Noto Sans SC for one document, and of Noto Sans Math for signs that it lacks; embedded is what the text uses.
 * A character that neither has is written as its code point, `[U+2A700]`, so that there is never a hole.
 */
export function openFonts(host: FontHost) {
  const { find, measure } = openFaces(host)
  const letters = new Map<string, FontRun[]>()

  function drawn(text: string, weight: Weight): FontRun | undefined {
    for (const file of files[weight]) {
      const font = find(file, text.codePointAt(0) ?? 0)
      if (font !== undefined) return measure(font, text)
    }
    return undefined
  }

  function write(text: string, weight: Weight): FontRun[] {
    const itself = drawn(text, weight)
    if (itself) return [itself]
    const code = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return [...`[U+${code}]`].flatMap((each) => drawn(each, weight) ?? [])
  }

  return {
    /** A character as it is printed: itself, or its code point. */
    letter(text: string, weight: Weight): FontRun[] {
      const key = `${weight}${text}`
      const runs = letters.get(key) ?? write(text, weight)
      letters.set(key, runs)
      return runs
    },
  }
}

/** The letters of a document. */
export type Fonts = ReturnType<typeof openFonts>
