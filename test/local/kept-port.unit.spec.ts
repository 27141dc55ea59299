import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { isKept } from '../../local/backup/kept-files.ts'
import { keptUiPort, portsFile } from '../../local/engines/kept-port.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'zhigai-ports-'))
afterEach(() => rmSync(join(dataDir, portsFile), { force: true }))

it('the port of the Web UI stays the same between starts', async () => {
  const first = await keptUiPort(dataDir)
  expect(await keptUiPort(dataDir)).toBe(first)
})

it('a port that somebody else has taken is replaced, and the new one stays', async () => {
  const first = await keptUiPort(dataDir)
  const taken = createServer().listen(first, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const next = await keptUiPort(dataDir)
  expect(next).not.toBe(first)
  await new Promise((resolve) => taken.close(resolve))
  expect(await keptUiPort(dataDir)).toBe(next)
})

it.each(['', '{', '{"temporalUi":0}', '{"temporalUi":70000}', '[]'])(
  'a broken file is written anew: %s',
  async (text) => {
    writeFileSync(join(dataDir, portsFile), text)
    const port = await keptUiPort(dataDir)
    expect(await keptUiPort(dataDir)).toBe(port)
  },
)

it('belongs to the machine, not into a backup', () => expect(isKept(portsFile)).toBe(false))
