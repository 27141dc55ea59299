import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'
import { freePort } from '../../server/ports.ts'
import { candidatesOnPath } from '../../local/engines/provide-binary.ts'
import { projectRoot } from '../../server/root.ts'
import { emptyDataDir, type Run, startCommand } from '../faults/installation.ts'
import { descendantsOf, partOf, untilGone } from '../faults/processes.ts'

const versionOf = (node: string) =>
  spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim()

/** A Node of this machine that may start us, and that we do not run on. */
const older = candidatesOnPath('node', environment).find((node) => /^2[0-3]\./.test(versionOf(node)))

const command = (...args: string[]) =>
  spawnSync(older ?? '', [join(projectRoot, 'cli', 'zhigai.mjs'), ...args], { encoding: 'utf8' })

it('runs these tests on 24 or later', () => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24)
})

describe.skipIf(older === undefined)('an older Node', () => {
  const dataDir = emptyDataDir()
  let run: Run | undefined
  afterAll(async () => {
    run?.kill('SIGKILL')
    await run?.ended
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('hands on what a command prints, and how it ends', () => {
    const edition = join(projectRoot, 'policy', 'editions', 'chongqing-2021.yaml')
    expect(command('edition', 'check', edition)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^chongqing-2021 无误 is right\n/) as string,
      stderr: '',
    })
    expect(command('edition', 'check', join(dataDir, 'missing.yaml'))).toMatchObject({
      status: 1,
      stdout: '',
    })
  })

  it('starts what runs on 24, and takes it along when it is asked to end or killed', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      run = startCommand(dataDir, await freePort(), older)
      await run.ready
      const { pid } = run
      for (const part of ['api', 'worker'] as const) {
        const [program = ''] = partOf(pid, part).command.split(' ')
        expect(Number(versionOf(program).split('.')[0])).toBeGreaterThanOrEqual(24)
      }
      const pids = descendantsOf(pid).map((each) => each.pid)
      run.kill(signal)
      await run.ended
      await untilGone(pids)
    }
  })
})
