import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment } from '../../server/config.ts'
import { run } from '../../local/engines/run.ts'
import { projectRoot } from '../../server/root.ts'
import { connectModels } from '../../models/index.ts'
import { install, type Installation } from '../faults/installation.ts'
import { partOf, portOf } from '../faults/processes.ts'
import { chongqingText, readText } from '../fixtures.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhigai-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command line as npm does, with a data folder of its own. */
function zhigai(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'cli', 'zhigai.mjs'), ...args], {
    env: { ...environment, DATA_DIR: folder, OIDC_ISSUER: '', PUBLIC_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

describe('zhigai token', () => {
  it('prints a token that says who it is for, and nothing else', async () => {
    const { code, out } = await zhigai(['token', '--role', 'district', '--district', '渝北区'])
    expect(code).toBe(0)
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const claims: unknown = JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toMatchObject({ sub: 'demo-district-渝北区', role: 'district', district: '渝北区' })
  })

  it.each([
    [
      'a role that there is not',
      ['--role', 'mayor'],
      /角色.*\nno role mayor; one of enterprise, .*administrator$/,
    ],
    [
      'an enterprise without its code',
      ['--role', 'enterprise'],
      /令牌.*\na token for enterprise needs --uscc/,
    ],
    [
      'a district that there is not',
      ['--role', 'district', '--district', '浦东新区'],
      /区县.*\n--district must be one of /,
    ],
    ['no role', [], /必填.*\nerror: required option '--role <role>' not specified$/],
  ])('refuses %s in one sentence of each language', async (_what, args, sentence) => {
    const { code, out, err } = await zhigai(['token', ...args])
    expect([code, out]).toEqual([1, ''])
    expect(err.trim()).toMatch(sentence)
  })

  it('is refused where tokens come from elsewhere', async () => {
    const { code, err } = await zhigai(['token', '--role', 'municipal'], {
      OIDC_ISSUER: 'https://id.example.org',
    })
    expect(code).toBe(1)
    expect(err).toMatch(/令牌.*\nOIDC_ISSUER is set/)
  })
})

describe('zhigai edition', () => {
  it('checks an edition that is right', async () => {
    const file = join(projectRoot, 'policy', 'editions', 'chongqing-2021.yaml')
    const { code, out, err } = await zhigai(['edition', 'check', file])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(
      /^chongqing-2021 无误 is right\nchongqing-2021\.law\.yaml：.* articles, .* with rules\n/,
    )
    expect(out).toMatch(/\n {2}二（三） {2}5\n/)
    expect(out).toMatch(/\n {2}四（三）\n {4}向区县.*\n {4}Addressed to the districts/)
  })

  it('says that no law stands beside an edition', async () => {
    const file = join(folder, 'bare.yaml')
    writeFileSync(file, readText('test/editions/tree-house.yaml'))
    expect(await zhigai(['edition', 'check', file])).toEqual({
      code: 0,
      out: 'tree-house 无误 is right\n没有依据文件 bare.law.yaml · no law stands beside it\n',
      err: '',
    })
  })

  it('tells what does not fit between an edition and its law, in both files', async () => {
    writeFileSync(join(folder, 'cited.yaml'), chongqingText.replace('article: 三（四）', 'article: 三（九）'))
    writeFileSync(
      join(folder, 'cited.law.yaml'),
      readText('policy/editions/chongqing-2021.law.yaml').replace(
        '  - id: 四（一）',
        '  - id: 四（九）\n    text: [x]\n    summary: x\n  - id: 四（一）',
      ),
    )
    const { code, out, err } = await zhigai(['edition', 'check', join(folder, 'cited.yaml')])
    expect([code, out]).toEqual([1, ''])
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(
        /cited\.yaml:\d+:\d+ stages\.5\.\w+\.article: .*"三（九）".* · the law has no article "三（九）"$/,
      ),
      expect.stringMatching(
        /cited\.law\.yaml:\d+:\d+ articles\.\d+: .*"四（九）".* · no rule answers for "四（九）"/,
      ),
    ])
  })

  it('tells every fault of an edition with file, line and column', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(
      file,
      chongqingText.replace('kind: filing', 'kind: filling').replace('days: 20,', 'days: twenty,'),
    )
    const { code, out, err } = await zhigai(['edition', 'check', file])
    expect([code, out]).toEqual([1, ''])
    const lines = err.trim().split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(2)
    expect(lines.filter((line) => !/wrong\.yaml:\d+:\d+ stages\.\d+\.\S+: \S/.test(line))).toEqual([])
  })

  it('says in one sentence that there is no such file', async () => {
    const { code, err } = await zhigai(['edition', 'check', join(folder, 'missing.yaml')])
    expect(code).toBe(1)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it('draws the diagram of any edition', async () => {
    const file = join(folder, 'tree-house.yaml')
    writeFileSync(file, readText('test/editions/tree-house.yaml'))
    const [own, other] = await Promise.all([
      zhigai(['edition', 'diagram']),
      zhigai(['edition', 'diagram', file]),
    ])
    expect([own.code, other.code]).toEqual([0, 0])
    expect(own.out).toMatch(/^stateDiagram-v2\n/)
    expect(own.out).toContain('municipalReview')
    expect(other.out).toMatch(/^stateDiagram-v2\n/)
    expect(other.out).not.toContain('municipalReview')
  })

  it('runs under npm as well', async () => {
    const { code, output } = await run('npm', [
      '--prefix',
      projectRoot,
      'run',
      'zhigai',
      '--',
      'edition',
      'show',
    ])
    expect(code).toBe(0)
    expect(output).toContain('"id": "chongqing-2021"')
  })
})

describe('zhigai demo', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await install()
  })
  afterAll(() => installation.remove())

  it('walks three projects to their ends over HTTP', async () => {
    const { dataDir, port, baseUrl } = installation
    const { code, out, err } = await zhigai(['demo'], { DATA_DIR: dataDir, PORT: `${port}` })
    expect([code, err]).toEqual([0, ''])
    const numbers = out.match(/CQ-2021-\w+-\d{4}-\w/g) ?? []
    expect(new Set(numbers).size).toBe(3)
    const library = (await (await fetch(`${baseUrl}/api/v1/library`)).json()) as { items: object[] }
    expect(library.items).toHaveLength(3)
  })

  it('whose record is held against its histories and repaired, and whose histories replay', async () => {
    const { dataDir, run: command } = installation
    const ask = (...args: string[]) => zhigai(args, { DATA_DIR: dataDir, PORT: `${installation.port}` })
    expect(await ask('reconcile', '--all')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ 3 cases, 0 differences, 0 unreadable\n$/) as string,
    })
    const port = portOf(partOf(command.pid, 'MongoDB'))
    const models = await connectModels(`mongodb://127.0.0.1:${port}/zhigai?replicaSet=rs0`)
    const { _id: id } = (await models.projects.findOneAndUpdate({}, { phase: 'assessment' }).lean()) ?? {}
    await models.connection.close()
    const repair = ['--repair', '--reason', '核查']
    const { code, out } = await ask('reconcile', '--project', String(id), 'p-unknown', ...repair)
    expect(code).toBe(1)
    expect(out).toContain(
      `${id}  projects  phase\n  应为 expected: "certified"\n  实为 found:    "assessment"`,
    )
    expect(out).toMatch(/p-unknown {2}无法读取 unreadable: nothing tells of p-unknown/)
    expect(out).toMatch(/ 2 cases, 1 differences, 1 unreadable\nop-/)
    const [, operation = ''] = /\n(op-\S+) /.exec(out) ?? []
    await ask('operations', 'approve', operation, '--user', 'adm-2')
    expect((await ask('operations', 'show', operation, '--follow')).out).toContain('Done  1/1')
    expect(await ask('reconcile', '--project', String(id))).toMatchObject({ code: 0 })
    const [replayed, lost, neither] = await Promise.all([
      ask('history', 'replay', '--all'),
      ask('history', 'lost'),
      ask('reconcile'),
    ])
    expect(replayed).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ 3 runs replayed, 0 cases/) as string,
    })
    expect(lost).toMatchObject({ code: 0, out: expect.stringMatching(/ 0 runs lost\n$/) as string })
    expect(neither).toMatchObject({ code: 1, err: expect.stringMatching(/--project or --all$/m) as string })
  })
})
