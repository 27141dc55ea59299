import { readTextFile } from '../../server/text-file.ts'
import { UserError } from '../../server/user-error.ts'

/** What a passphrase must weigh that encrypts: whoever has the file can try as many as they like. */
const leastWeight = 16
const mostCharacters = 1024

/** The passphrase: of the file, whose last line break does not count, or else of the environment; undefined if neither. */
export async function readPassphrase(
  file: string | undefined,
  ofEnvironment: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return ofEnvironment
  const passphrase = readTextFile(file).replace(/\r?\n$/, '')
  if (passphrase === '' || passphrase.length > mostCharacters)
    throw new UserError(
      `${file} 须为一行口令 · must hold a passphrase of one to ${mostCharacters} characters, and nothing else`,
    )
  return passphrase
}

/** Throws where a passphrase is too easily guessed to encrypt with; what was once encrypted is decrypted with any. */
export function assertStrong(passphrase: string | undefined): void {
  if (passphrase === undefined || weightOf(passphrase) >= leastWeight) return
  throw new UserError(
    `备份口令过于简单：至少 ${leastWeight} 个字符（汉字一个按两个计），重复和连号不计，例如五个互不相干的词 · ` +
      `the passphrase is too easily guessed: it needs at least ${leastWeight} characters (a Chinese one counts twice), ` +
      'repetitions and sequences such as 1234 left out; five words that have nothing to do with each other will do',
  )
}

/** Counts characters, those twice that are no ASCII; what repeats itself counts once, what goes on as a sequence not at all. */
export function weightOf(passphrase: string): number {
  const once = /^(.+?)\1+.{0,2}$/su.exec(passphrase)?.[1] ?? passphrase
  const codes = [...once].map((character) => character.codePointAt(0) ?? 0)
  return codes
    .filter((code, index) => Math.abs(code - (codes[index - 1] ?? -9)) > 1)
    .reduce((sum, code) => sum + (code > 0x7f ? 2 : 1), 0)
}
