import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { meaningOf, type FileErrorWords } from './file-errors.ts'
import { makeFolder } from './folders.ts'
import { UserError } from './user-error.ts'

const spare = 64 * 1024 * 1024
/** With less than this the engines are not started: MongoDB's journal grows by 100 MB at a time. */
const leastRoom = 128 * 1024 * 1024
/** How often the disk is looked at (milliseconds). */
const pause = 2_000

/** Bytes that are to be written into an existing folder. */
export type Need = { folder: string; bytes: number }

/** Throws where a disk has not the room for what is to be written to it, with 64 MB to spare. */
export async function assertRoom(needs: Need[]): Promise<void> {
  const placed = await Promise.all(
    needs.map(async (need) => {
      const { bavail, bsize } = await statfs(need.folder)
      return { ...need, device: (await stat(need.folder)).dev, free: bavail * bsize }
    }),
  )
  const lack = findLack(placed)
  if (lack)
    throw new UserError(
      `磁盘空间不足：${lack.folder} 需 ${inMegabytes(lack.bytes)} MB，仅余 ${inMegabytes(lack.free)} MB · ` +
        `not enough room at ${lack.folder}: ${inMegabytes(lack.bytes)} MB are needed and ${inMegabytes(lack.free)} MB are free`,
    )
}

type Placed = Need & { device: number; free: number }

/** The first disk that has too little room for all that goes to it. */
export function findLack(needs: Placed[]): { folder: string; bytes: number; free: number } | undefined {
  for (const { device, folder, free } of needs) {
    const onIt = needs.filter((need) => need.device === device)
    const bytes = onIt.reduce((sum, need) => sum + need.bytes, spare)
    if (bytes > free) return { folder, bytes, free }
  }
  return undefined
}

/** Whole megabytes, rounded up. */
export function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}

/** What a folder's disk has free, in bytes, and why nothing can be written there, if so. */
export type Room = { free: number; lack: FileErrorWords | undefined }

/** Looks at a folder's disk, and tries to write to it: a quota, a read-only mount or a lack of inodes shows in no count of bytes. */
export async function lookAtRoom(folder: string): Promise<Room> {
  try {
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    return { free, lack: (await whyUnwritable(folder)) ?? tooLittle(free) }
  } catch (error) {
    return { free: 0, lack: meaningOf(error) ?? raise(error) }
  }
}

function tooLittle(free: number): FileErrorWords | undefined {
  if (free >= leastRoom) return undefined
  const [left, least] = [inMegabytes(free), inMegabytes(leastRoom)]
  return {
    zh: `磁盘仅余 ${left} MB，至少需要 ${least} MB`,
    en: `${left} MB are free and ${least} MB are needed`,
  }
}

async function whyUnwritable(folder: string): Promise<FileErrorWords | undefined> {
  const probe = join(folder, `${randomUUID()}.part`)
  try {
    await writeFile(probe, Buffer.alloc(4096), { flag: 'wx' })
    return undefined
  } catch (error) {
    return meaningOf(error) ?? raise(error)
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

function raise(error: unknown): never {
  throw error
}

/** Makes the data folder, if it is not there; throws a sentence where that cannot be, or where nothing can be written to it. */
export async function openDataFolder(dataDir: string): Promise<void> {
  const { lack } = await whyNot(dataDir)
  if (lack)
    throw new UserError(
      `数据目录 ${dataDir} 无法使用：${lack.zh}；请腾出空间，或将 DATA_DIR 设为可写的目录 · ` +
        `the data folder ${dataDir} cannot be used: ${lack.en}; make room, or set DATA_DIR to a folder that can be written to`,
    )
}

async function whyNot(dataDir: string): Promise<Pick<Room, 'lack'>> {
  try {
    makeFolder(dataDir)
  } catch (error) {
    return { lack: meaningOf(error) ?? raise(error) }
  }
  return lookAtRoom(dataDir)
}

/** Whether a data folder holds what an embedded engine has written. */
export function hasOwnEngines(dataDir: string): boolean {
  return ['temporal.db', 'mongo'].some((name) => existsSync(join(dataDir, name)))
}

/** Looks after the room of a data folder while an installation runs. */
export type RoomWatch = {
  /** Waits until something can be written, unless the wait is given up; says whether it had to wait. */
  untilRoom(signal: AbortSignal): Promise<boolean>
  stop(): void
}

/** Looks at the data folder's disk again and again, and says when nothing can be written any more, and when it can again. */
export function watchRoom(dataDir: string, say: (line: string) => void): RoomWatch {
  let isLogged = false
  const lacks = async () => {
    const { lack } = await lookAtRoom(dataDir)
    if (lack && !isLogged)
      say(
        `数据目录 ${dataDir} ${lack.zh}：暂停办理，有空间后自动恢复 · ` +
          `the data folder ${dataDir} cannot take more: ${lack.en}; what stops by it goes on by itself once there is room`,
      )
    if (!lack && isLogged) say('磁盘已可写入，恢复办理 · there is room again, going on')
    isLogged = lack !== undefined
    return isLogged
  }
  const timer = setInterval(() => void lacks().catch(() => undefined), pause)
  return {
    async untilRoom(signal) {
      for (let waited = false; ; waited = true) {
        if (signal.aborted || !(await lacks())) return waited
        await delay(pause, undefined, { signal }).catch(() => undefined)
      }
    },
    stop: () => clearInterval(timer),
  }
}
