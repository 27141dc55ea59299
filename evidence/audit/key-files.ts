import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'

/** A key file that cannot be used, and why. */
export class KeyFault extends Error {
  override name = 'KeyFault'
}

/** What others may do with a key file: nothing, read it as the group of a mounted secret does, or read it as anybody. */
export type Openness = 'closed' | 'groupReads' | 'allRead'

/** The bits of a file's mode that are too many. */
const tooOpen = { closed: 0o077, groupReads: 0o027, allRead: 0o022 } as const satisfies Record<
  Openness,
  number
>
const everybodyWrites = 0o002
const sticky = 0o1000

/** The text of a key file; undefined if it is not there. Throws `KeyFault` where others may do more with it than they should. */
export async function readKeyFile(file: string, openness: Openness): Promise<string | undefined> {
  try {
    const { mode } = await stat(file)
    if (mode & tooOpen[openness])
      throw new KeyFault(
        `${file} 可被他人读取或改写，不予使用：请核对内容后执行 chmod 600 ${file} · ` +
          `${file} can be read or written by others, and is not used: look whether it is still yours, then chmod 600 ${file}`,
      )
    await assertFolderClosed(dirname(file))
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whoever may write to a folder may put another file in the place of one that they may not write. */
async function assertFolderClosed(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if (!(mode & everybodyWrites) || mode & sticky) return
  throw new KeyFault(
    `${folder} 可被任何人写入，其中的密钥不予使用：请核对内容后执行 chmod o-w ${folder} · ` +
      `everybody may write to ${folder}, and the keys in it are not used: look whether they are still yours, then chmod o-w ${folder}`,
  )
}

/** Parses a key file; one that is empty or broken is told together with what to do about it. */
export function parseKeyFile<T>(schema: z.ZodType<T>, text: string, file: string, remedy: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw brokenKeyFile(file, remedy, cause)
  }
}

/** A key file that does not hold what it should. */
export function brokenKeyFile(file: string, remedy: string, cause?: unknown): KeyFault {
  return new KeyFault(
    `${file} 为空或已损坏，不是密钥文件 · is empty or broken, and is not a key file. ${remedy}`,
    { cause },
  )
}

/** Makes a key file that appears with its content: whoever starts at the same time never reads half a key. False if it is there. */
export async function createKeyFile(file: string, text: string): Promise<boolean> {
  try {
    await withDraft(file, text, (draft) => link(draft, file))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Replaces a file as a whole: whoever reads it meanwhile finds the old one or the new one. */
export function replaceKeyFile(file: string, text: string): Promise<void> {
  return withDraft(file, text, (draft) => rename(draft, file))
}

async function withDraft(
  file: string,
  text: string,
  location: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await location(draft)
  } finally {
    await rm(draft, { force: true })
  }
}
