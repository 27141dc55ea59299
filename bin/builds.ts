import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { projectRoot } from './root.ts'
import { UserError } from './user-error.ts'

/** Where the builds that are at work lie, in the data folder. */
export const buildsFolder = 'builds'

/** What a program reads of the project beside its own code. */
const read = ['package.json', join('policy', 'editions'), join('policy', 'calendars')]
const mostAttempts = 20

/**
 * Copies the build that lies here into a folder of its own, and answers with that folder: every command builds anew what has
 * changed, and what is at work must not change with it. The dependencies are shared.
 */
export async function takeBuild(dataDir: string, root = projectRoot): Promise<string> {
  const builds = join(dataDir, buildsFolder)
  await mkdir(builds, { recursive: true })
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const folder = await mkdtemp(join(builds, 'build-'))
    if (await copyDist(root, folder)) {
      for (const path of read)
        await cp(join(root, path), join(folder, path), { recursive: true, dereference: true })
      await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
      return folder
    }
    await rm(folder, { recursive: true, force: true })
    await delay(100)
  }
  throw new UserError(
    `${join(root, 'dist')} 缺失或正在更换 · is missing or being replaced; run npm run build`,
  )
}

/** Removes the builds that are not in use any more. */
export async function dropBuilds(dataDir: string, inUse: readonly string[]): Promise<void> {
  const builds = join(dataDir, buildsFolder)
  for (const name of await readdir(builds)) {
    const folder = join(builds, name)
    if (!inUse.includes(folder)) await rm(folder, { recursive: true, force: true })
  }
}

/** Whether the copy is whole: a build takes the place of another as a folder, so that it is if the folder is still the same. */
async function copyDist(root: string, folder: string): Promise<boolean> {
  const dist = join(root, 'dist')
  try {
    const before = await stat(dist)
    await cp(dist, join(folder, 'dist'), { recursive: true })
    const after = await stat(dist)
    return before.ino === after.ino && before.birthtimeMs === after.birthtimeMs
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
