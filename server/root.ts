import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, the same from the sources and from the build. */
export const projectRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)))

function findRoot(folder: string): string {
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest) && /"name": *"zhigai"/.test(readFileSync(manifest, 'utf8'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('the package.json of zhigai is in no folder above this module')
  return findRoot(parent)
}
