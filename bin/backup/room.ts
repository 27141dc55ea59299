import { stat, statfs } from 'node:fs/promises'
import { UserError } from '../user-error.ts'

const spare = 64 * 1024 * 1024

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
