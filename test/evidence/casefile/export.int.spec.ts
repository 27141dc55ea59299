import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unheard } from '../../../evidence/archive/replay-checker.ts'
import { saveEdition } from '../../../api/editions/editions.ts'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { anchorLines, shownAnchor } from '../../../evidence/audit/shown-anchor.ts'
import { openSigner, type Signer, type TrustedKey } from '../../../evidence/audit/keys.ts'
import { faultsOfRun } from '../../../evidence/casefile/checking-runs.ts'
import { checkCaseFile } from '../../../evidence/casefile/checking.ts'
import { composeDocument } from '../../../evidence/casefile/compose.ts'
import type { CaseFile } from '../../../evidence/casefile/content.ts'
import { exportCase } from '../../../evidence/casefile/exporting.ts'
import { printDocument } from '../../../evidence/casefile/pdf.ts'
import { CaseFault } from '../../../evidence/casefile/reading.ts'
import { UnverifiedCase } from '../../../evidence/casefile/verified-case.ts'
import { dayWords } from '../../../evidence/casefile/words.ts'
import { anchorOf } from '../../../models/index.ts'
import { projectWorkflowId } from '../../../workflows/contract.ts'
import { chongqing, people } from '../../fixtures.ts'
import { engines } from '../../support/engines.ts'
import { startSkipping, waysToRun, type Played, type Skipping } from '../../support/skipping.ts'
import { textOfPdf } from './pdf-text.ts'

const by = { user: 'shen', role: 'auditor' }
const at = '2021-09-01T02:03:04.000Z'
const { clerk, verifier } = people
const paper = { kind: 'invoice', number: '发票〔2021〕第7号', sha256: '5'.repeat(64) } as const

let skipping: Skipping
let out: string
let signer: Signer
let project: Played
let folder: string

const sources = () => ({ models: skipping.models, temporal: skipping.client })
const keys = () => ({ dataDir: out, suite: 'ed25519' }) as const
const order = () => ({ id: project.id, out, by, at, signer })
const readCase = async () => JSON.parse(await readFile(join(folder, 'case.json'), 'utf8')) as CaseFile

beforeAll(async () => {
  ;[skipping, out] = await Promise.all([startSkipping(), mkdtemp(join(tmpdir(), 'zhigai-case-'))])
  signer = await openSigner(keys())
  const [, [, manyRuns] = ['', {}]] = waysToRun
  const editionHash = await saveEdition(skipping.models, chongqing.edition)
  const filed = { application: { evidence: [paper] }, editionHash }
  project = await skipping.play('2021-03-01', { ...manyRuns, ...filed })
  await project.act(clerk, 'completeAssessment')
  await project.act(clerk, 'submit')
  await project.act(verifier, 'claim')
  await project.act(verifier, { type: 'approve', opinion: '投资真实，同意认定' })
  await project.act(clerk, { type: 'report', percent: 40, invested: { equipment: '600000.00' } })
  await anchorDay({ models: skipping.models, location: keys(), now: () => Date.parse(at) })
  folder = await exportCase(sources(), order())
})

afterAll(async () => {
  await skipping.finish(project)
  await skipping.stop()
  await rm(out, { recursive: true, force: true })
})

test('a case file is intact, and its runs can be replayed', async () => {
  const verdict = await checkCaseFile(folder)
  expect(verdict.faults).toEqual([])
  const { runs, lines, anchors } = await readCase()
  expect(runs.length).toBeGreaterThan(1)
  expect(verdict).toMatchObject({ lines: lines.length, files: runs.length + 2 })
  expect(anchors.at(-1)?.path).not.toBeNull()
  for (const { number, runId } of runs) {
    const text = await readFile(join(folder, 'engine', `${number}-${runId}.json`), 'utf8')
    const workflowBundle = { codePath: engines().workflowBundle }
    await Worker.runReplayHistory(
      { workflowBundle, sinks: unheard },
      JSON.parse(text),
      projectWorkflowId(project.id),
    )
  }
})

test('each file that is changed by one byte is named', async () => {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.includes('.'))
  expect(paths.length).toBeGreaterThan(4)
  for (const path of paths) {
    const bytes = await readFile(join(folder, path))
    const changed = Buffer.from(bytes)
    // A digit of a text stays one, so that JSON stays JSON.
    const place = path.endsWith('.json') ? changed.lastIndexOf('1') : Math.floor(changed.length / 2)
    changed[place] = (changed[place] ?? 0) ^ 1
    await writeFile(join(folder, path), changed)
    const { faults } = await checkCaseFile(folder)
    expect(faults.map(({ file }) => file)).toContain(path)
    await writeFile(join(folder, path), bytes)
  }
  expect((await checkCaseFile(folder)).faults).toEqual([])
})

const retired = (retiredAt: string): TrustedKey[] => [
  { suite: signer.suite, key: signer.key, publicKey: signer.publicKey, retiredAt },
]

test('a key that was retired is told, and not believed for what it signs later', async () => {
  expect((await checkCaseFile(folder, { trusted: retired(at) })).faults).toEqual([])
  const { faults } = await checkCaseFile(folder, { trusted: retired('2021-08-31T00:00:00.000Z') })
  expect(faults.map(({ file, what }) => `${file} ${what.en}`)).toEqual([
    'manifest.json signed by a key that was retired at 2021-08-31T00:00:00.000Z',
    'case.json signed by a key that was retired at 2021-08-31T00:00:00.000Z',
  ])
})

test('histories of another run or case are found, whatever signature stands by them', async () => {
  const file = await readCase()
  const [first, second] = file.runs
  if (!first || !second) throw new Error('there are no two runs')
  const [one, other] = await Promise.all(
    [first, second].map(({ number, runId }) =>
      readFile(join(folder, 'engine', `${number}-${runId}.json`), 'utf8'),
    ),
  )
  expect(faultsOfRun(one ?? '', first, file)).toEqual([])
  expect(faultsOfRun(other ?? '', first, file)).toHaveLength(1)
  expect(faultsOfRun('{}', first, file)).toHaveLength(1)
  const archive = second.archive
  expect(faultsOfRun(other ?? '', { ...first, archive }, file).map(({ en }) => en)).toEqual(
    file.lines
      .filter(({ run }) => run === first.runId)
      .map(({ revision }) => `line ${revision} is not the step that this history made`),
  )
})

test('a case that does not belong together is not signed, and nothing of it is left', async () => {
  const { history } = skipping.models
  const line = { _id: `${project.id}:2` }
  const { article } = (await history.findById(line._id).lean()) ?? {}
  await history.updateOne(line, { $set: { article: '另一条' } })
  const elsewhere = join(out, 'unsound')
  const refused = await exportCase(sources(), { ...order(), out: elsewhere }).catch((error: unknown) => error)
  await history.updateOne(line, { $set: { article } })
  expect(refused).toBeInstanceOf(UnverifiedCase)
  expect(String(refused)).toContain(`${project.id}:2`)
  expect(await readdir(elsewhere)).toEqual([])
})

test('the letters of the print are in it', async () => {
  const pdf = (await readFile(join(folder, 'case.pdf'))).toString('latin1')
  expect(pdf).toMatch(/\/FontFile[23] \d+ 0 R/)
  const [fonts, embedded] = [/\/Type \/FontDescriptor/g, /\/FontFile[23] /g].map(
    (each) => pdf.match(each)?.length,
  )
  expect(fonts).toBe(embedded)
})

test('a file that is missing or was added, and a key that is not believed, are named', async () => {
  const pdf = await readFile(join(folder, 'case.pdf'))
  await rm(join(folder, 'case.pdf'))
  await writeFile(join(folder, 'engine', 'more.json'), '{}')
  const { faults } = await checkCaseFile(folder, { key: 'sha256:another' })
  await writeFile(join(folder, 'case.pdf'), pdf)
  await rm(join(folder, 'engine', 'more.json'))
  expect(faults.map(({ file, what }) => `${file} ${what.en}`.slice(0, 44))).toEqual([
    'case.pdf is missing',
    'engine/more.json is not in the manifest',
    expect.stringContaining('manifest.json signed by sha256:'),
    expect.stringContaining('case.json signed by sha256:'),
  ])
})

const bare = (value: string) => value.replaceAll(/\s/g, '')

test('the print tells names, days, money and decisions, and every letter of it can be selected', async () => {
  const pages = textOfPdf(await readFile(join(folder, 'case.pdf')))
  const text = pages.join('\n')
  const { lines, certificate, project: record } = await readCase()
  expect(text).toContain(record.state.case.application.name)
  for (const { on, by: who } of lines) {
    expect(text).toContain(dayWords(on))
    if (who) expect(text).toContain(who.user)
  }
  expect(certificate).not.toBeNull()
  for (const told of [
    certificate?.number ?? '',
    '重庆嘉陵齿轮有限公司',
    '意见：投资真实，同意认定',
    '¥ 2,600,000.00 元',
    '2020年3月1日',
    paper.number,
    'GB/T 38540',
    `page 1 of ${pages.length}`,
  ])
    expect(text).toContain(told)
  // As `zhigai audit anchor` prints it: paper and list can be compared.
  const anchor = anchorOf(await skipping.models.anchors.findOne().lean().orFail())
  for (const line of anchorLines(shownAnchor(anchor))) expect(bare(text)).toContain(bare(line))
  expect(text).not.toMatch(/\ufffd|\[U\+/)
})

test('the same case at the same instant is printed in the same bytes', async () => {
  const printed = await printDocument(composeDocument(await readCase()), at)
  const bytes = Buffer.concat(await printed.toArray())
  expect(bytes.equals(await readFile(join(folder, 'case.pdf')))).toBe(true)
})

test('a folder that is there is left alone, and a case that there is not leaves nothing', async () => {
  await expect(exportCase(sources(), order())).rejects.toThrow(CaseFault)
  await expect(exportCase(sources(), { ...order(), id: 'p-none' })).rejects.toThrow('there is no project')
  expect((await readdir(out)).filter((name) => name.startsWith('p-'))).toEqual([project.id])
})
