import type { FontRun, Fonts, Weight } from './fonts.ts'

/** A line of text that fits, in runs of one font each; widths are in points. */
export type SetLine = { runs: FontRun[]; width: number }

/** What cannot stand at the beginning of a line, and what cannot stand at its end. */
const closing = /^[，。、；：？！）》」』】〕”’…%‰·,.;:?!)\]}]$/u
const opening = /^[（《「『【〔“‘([{¥]$/u
const inWord = /^[\p{Script=Latin}\p{Nd}\-_.,:/@+#[\]]$/u

/** A piece that is never broken: a Chinese character with the punctuation that belongs to it, or a word. */
type Piece = { letters: FontRun[]; width: number; isSpace: boolean }

/** Sets a text in lines no wider than `width` points; a line break in the text is kept, a word that is too long is broken. */
export function setText(
  fonts: Fonts,
  text: string,
  { width, size, weight }: { width: number; size: number; weight: Weight },
): SetLine[] {
  const scale = size / 1_000
  return text.split(/\r?\n/).flatMap((paragraph) => {
    const lines: SetLine[] = []
    let letters: FontRun[] = []
    let taken = 0
    const close = () => {
      lines.push({ runs: joined(letters, scale), width: taken })
      letters = []
      taken = 0
    }
    for (const piece of piecesOf(fonts, paragraph.replaceAll('\t', ' '), weight, scale)) {
      if (taken + piece.width > width && letters.length > 0) close()
      if (piece.isSpace && letters.length === 0) continue
      for (const each of piece.letters) {
        if (taken + each.width * scale > width && letters.length > 0) close()
        letters.push(each)
        taken += each.width * scale
      }
    }
    close()
    return lines
  })
}

function piecesOf(fonts: Fonts, text: string, weight: Weight, scale: number): Piece[] {
  const pieces: Piece[] = []
  let before = ''
  for (const character of text) {
    const letters = fonts.letter(character, weight)
    const width = letters.reduce((sum, each) => sum + each.width, 0) * scale
    const last = pieces.at(-1)
    const sticks =
      closing.test(character) || opening.test(before) || (inWord.test(character) && inWord.test(before))
    if (last && sticks && !last.isSpace) {
      last.letters.push(...letters)
      last.width += width
    } else pieces.push({ letters: [...letters], width, isSpace: character === ' ' })
    before = character
  }
  return pieces
}

/** Neighbours of one font become one run. */
function joined(letters: FontRun[], scale: number): FontRun[] {
  const runs: FontRun[] = []
  for (const { font, text, width } of letters) {
    const last = runs.at(-1)
    if (last?.font === font) {
      last.text += text
      last.width += width * scale
    } else runs.push({ font, text, width: width * scale })
  }
  return runs
}
