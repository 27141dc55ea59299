import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environment } from '../../server/config.ts'
import { run, type Finished } from '../../local/engines/run.ts'
import { projectRoot } from '../../server/root.ts'
import { readText } from '../fixtures.ts'

const list = 'test/support/schemathesis.txt'
const remedy =
  'this test runs Schemathesis: it takes Python 3.11 to 3.14 with pip (Debian: apt-get install python3-pip), and a package index that pip reaches'

/**
 * Schemathesis, to be called with its arguments. It is installed in the cache of the project as its list says, each wheel
 * checked by its hash.
 */
export async function provideSchemathesis(): Promise<(args: string[]) => Promise<Finished>> {
  const { output } = await python(['-c', 'import sys; print(*sys.version_info[:2], sep=".")'])
  const digest = createHash('sha256').update(readText(list)).digest('hex').slice(0, 12)
  const folder = join(projectRoot, '.cache', `schemathesis-python${output.trim()}-${digest}`)
  if (!existsSync(folder)) await install(folder)
  const env = { ...environment, PYTHONPATH: folder, PYTHONNOUSERSITE: '1', PYTHONHASHSEED: '0' }
  return (args) => run('python3', [join(folder, 'bin', 'schemathesis'), ...args], { env })
}

/** Installs aside and moves the whole folder into place; a run that was quicker wins, and its folder is used. */
async function install(folder: string): Promise<void> {
  const part = `${folder}.${randomBytes(4).toString('hex')}.part`
  await mkdir(part, { recursive: true })
  try {
    const strict = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--target', part]
    const calm = ['-q', '--no-input', '--disable-pip-version-check']
    await python(['-m', 'pip', 'install', ...calm, ...strict, '-r', join(projectRoot, list)])
    await rename(part, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

async function python(args: string[]): Promise<Finished> {
  // The user's own settings of pip may contradict --target.
  const env = { ...environment, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_ROOT_USER_ACTION: 'ignore' }
  const finished = await run('python3', args, { env })
  if (finished.code !== 0) throw new Error(`${remedy}\n${finished.output}`)
  return finished
}

/** A string of JSON is one of TOML, and so is a list of them. */
const text = (value: string | string[]) => JSON.stringify(value)

/** What stands for a parameter of some calls most of the time, so that they find something. */
export type Known = { paths: string; parameter: string; values: string[] }

/** Writes the settings of Schemathesis: what it knows, that it keeps nothing, and that one method that is not there is enough. */
export async function writeSettings(path: string, known: Known[]): Promise<void> {
  const dictionaries = known.map(({ values }, at) => `[dictionaries.known${at}]\nvalues = ${text(values)}`)
  const operations = known.map(
    ({ paths, parameter }, at) =>
      `[[operations]]\ninclude-path-regex = ${text(paths)}\n[operations.parameters]\n` +
      `${text(parameter)} = { dictionary = "known${at}", probability = 0.7 }`,
  )
  const rest = '[cache]\nenabled = false\n\n[phases.coverage]\nunexpected-methods = ["PATCH"]'
  await writeFile(path, `${[...dictionaries, rest, ...operations].join('\n\n')}\n`)
}
