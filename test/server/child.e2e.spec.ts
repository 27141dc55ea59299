import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'

const program = fileURLToPath(new URL('falling.ts', import.meta.url))
const engines = { TEMPORAL_ADDRESS: '127.0.0.1:1', MONGODB_URI: 'mongodb://127.0.0.1:1/none' }

/** Lets a process of ours fall; gives its code and the lines that it has said. */
async function fall(way: string, env: NodeJS.ProcessEnv = engines) {
  const child = spawn(process.execPath, [program, way], {
    env: { ...environment, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return {
    code,
    said,
    lines: said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  }
}

describe('a process of ours that falls', () => {
  it.each(['atOnce', 'later', 'unheard'])(
    "%s says why in one line of JSON, and nobody's name",
    async (way) => {
      const { code, said, lines } = await fall(way)
      expect(code).toBe(1)
      expect(lines).toMatchObject([
        { level: 60, msg: 'the process fails', err: { type: 'Error', message: 'no room for …, …' } },
      ])
      expect(said).toContain('falling.ts')
      expect(said).not.toMatch(/欧阳|13812345678/)
    },
  )

  it('says in a sentence what is missing', async () => {
    const { code, lines } = await fall('later', { TEMPORAL_ADDRESS: '', MONGODB_URI: '' })
    expect(code).toBe(1)
    expect(lines).toMatchObject([
      {
        level: 60,
        msg: expect.stringMatching(/^没有设置 TEMPORAL_ADDRESS；.*\nTEMPORAL_ADDRESS is not set/),
      },
    ])
  })
})
