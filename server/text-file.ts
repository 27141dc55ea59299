import { readFileSync } from 'node:fs'
import { decodeUtf8 } from '../api/http/text.ts'
import { UserError } from './user-error.ts'

/** Reads a file that somebody has named; one that cannot be read, or is not UTF-8, is told in a sentence. */
export function readTextFile(path: string): string {
  const text = decodeUtf8(readBytes(path))
  if (text === undefined)
    throw new UserError(`${path}：不是 UTF-8 编码，请转换后重试 · not UTF-8; convert it`)
  return text
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UserError(
      `${path}：无法读取 · cannot be read (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}
