import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environment } from '../../../server/config.ts'
import { projectRoot } from '../../../server/root.ts'
import { prepareFiling } from '../../faults/cases.ts'
import { createRecordingClient, sendAll } from '../../faults/recording-client.ts'
import { install, type Installation } from '../../faults/installation.ts'

let installation: Installation
let id: string

beforeAll(async () => {
  installation = await install()
  const desk = await createRecordingClient(installation)
  const [answer] = await sendAll(desk, [await prepareFiling(desk, 1)]).done
  id = String(answer?.body['id'])
})
afterAll(() => installation.remove())

/** Runs `zhigai history` on the installation: its exit code and all that it said. */
function history(...args: string[]): Promise<{ code: number | null; told: string }> {
  const { dataDir, port } = installation
  const child = spawn(process.execPath, [join(projectRoot, 'cli', 'zhigai.mjs'), 'history', ...args], {
    env: { ...environment, DATA_DIR: dataDir, PORT: `${port}`, TEMPORAL_ADDRESS: '', MONGODB_URI: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += String(chunk)))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, told })))
}

it('takes a case out of a running installation, and finds a byte that was changed', async () => {
  const out = join(installation.dataDir, 'out')
  const folder = join(out, id)
  expect(await history('export', id, '--out', out, '--by', 'shen')).toEqual({ code: 0, told: `${folder}\n` })
  expect((await readdir(folder)).toSorted()).toEqual(['case.json', 'case.pdf', 'engine', 'manifest.json'])
  const intact = await history('check', folder)
  expect(intact).toMatchObject({ code: 0, told: expect.stringContaining('intact: 1 lines, 3 files') })
  const [key = ''] = /sha256:[\da-f]{64}/.exec(intact.told) ?? []
  expect(await history('check', folder, '--key', key)).toEqual(intact)

  const bytes = await readFile(join(folder, 'case.pdf'))
  const place = Math.floor(bytes.length / 2)
  bytes[place] = (bytes[place] ?? 0) ^ 1
  await writeFile(join(folder, 'case.pdf'), bytes)
  const changed = await history('check', folder)
  expect(changed.code).toBe(1)
  expect(changed.told).toMatch(/^case\.pdf：.*\n.*faults in the case file: 1\n$/)
})

it('refuses in one sentence what it cannot do', async () => {
  const out = join(installation.dataDir, 'refused')
  const sentences = [
    [['export', 'p-none', '--out', out], 'there is no project p-none'],
    [['check', out], 'is not the folder of a case file'],
    [['check', projectRoot, '--key', 'abc'], 'is not the number of a key'],
  ] as const
  for (const [args, sentence] of sentences) {
    const { code, told } = await history(...args)
    expect(code).toBe(1)
    expect(told.trimEnd().split('\n')).toEqual([expect.stringContaining(sentence)])
  }
  expect(existsSync(out)).toBe(false)
})
