import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { saveEdition } from '../../../api/editions/editions.ts'
import { anchorDay } from '../../../evidence/audit/anchor.ts'
import { openSigner, type Signer } from '../../../evidence/audit/keys.ts'
import { checkCaseFile } from '../../../evidence/casefile/checking.ts'
import { composeDocument } from '../../../evidence/casefile/compose.ts'
import type { CaseFile } from '../../../evidence/casefile/content.ts'
import { exportCase } from '../../../evidence/casefile/exporting.ts'
import { CaseTooLarge, limits, readCase } from '../../../evidence/casefile/reading.ts'
import { signDocument } from '../../../evidence/casefile/signing.ts'
import { restartCase } from '../../../operations/restart.ts'
import type { AdminCommand } from '../../../policy/case/admin-commands.ts'
import { applyAdminCommand, type AdminCommandInput } from '../../../workflows/contract.ts'
import { chongqing, people } from '../../fixtures.ts'
import { patience, startSkipping, type Played, type Skipping } from '../../support/skipping.ts'
import { textOfPdf } from './pdf-text.ts'

const at = '2021-09-01T02:03:04.000Z'
const by = { user: 'shen', role: 'auditor' }

let skipping: Skipping
let out: string
let signer: Signer
let project: Played
let folder: string

const sources = () => ({ models: skipping.models, temporal: skipping.client })
const order = () => ({ id: project.id, out, by, at, signer })
const inputOf = (act: AdminCommand['act'], reason: string): AdminCommandInput => ({
  command: { act, reason, by: people.administrator, approvedBy: 'adm-2' },
  request: `op-${act}`,
})
const ids = (name: string, most: number) => Array.from({ length: most }, (_, index) => `${name}-${index}`)
const readFolder = async () => JSON.parse(await readFile(join(folder, 'case.json'), 'utf8')) as CaseFile

beforeAll(async () => {
  ;[skipping, out] = await Promise.all([startSkipping(), mkdtemp(join(tmpdir(), 'zhigai-case-'))])
  // Reads of 2021 would be done away with as too old, a minute after MongoDB has started.
  await skipping.models.reads.collection.dropIndex('at_1')
  signer = await openSigner({ dataDir: out, suite: 'sm2' })
  project = await skipping.play('2021-03-01', {
    editionHash: await saveEdition(skipping.models, chongqing.edition),
  })
  await project.act(people.clerk, 'completeAssessment')
  await project.act(people.clerk, 'submit')
  const handle = skipping.client.workflow.getHandle(project.workflowId)
  await handle.executeUpdate(applyAdminCommand, { args: [inputOf('hold', '投诉核查')] })
  await restartCase(sources(), project.id, inputOf('restart', '引擎升级'))
  await vi.waitUntil(async () => (await skipping.done(project)).length === 5, patience)
  await anchorDay({
    models: skipping.models,
    location: { dataDir: out, suite: 'sm2' },
    now: () => Date.parse(at),
  })
  folder = await exportCase(sources(), order())
})

afterAll(async () => {
  await skipping.client.workflow.getHandle(project.workflowId).terminate()
  await skipping.stop()
  await rm(out, { recursive: true, force: true })
})

test('a case file that is signed by SM2 is intact under its key, and under no other', async () => {
  expect((await checkCaseFile(folder, { key: signer.key })).faults).toEqual([])
  const { signature, anchors } = await readFolder()
  expect([signature.suite, anchors.at(-1)?.anchor.suite]).toEqual(['sm2', 'sm2'])
  const other = await openSigner({ dataDir: join(out, 'other'), suite: 'sm2' })
  const { faults } = await checkCaseFile(folder, { key: other.key })
  expect(faults.map(({ file }) => file)).toEqual(['manifest.json', 'case.json'])

  const text = await readFile(join(folder, 'case.json'), 'utf8')
  const { signature: _, ...content } = JSON.parse(text) as CaseFile
  const whats = async (file: object) => {
    await writeFile(join(folder, 'case.json'), JSON.stringify(file))
    const found = (await checkCaseFile(folder)).faults
    await writeFile(join(folder, 'case.json'), text)
    return found.filter(({ file: name }) => name === 'case.json').map(({ what }) => what.en)
  }
  const changed = { ...content, exportedAt: '2020-01-01T00:00:00.000Z' }
  expect(await whats({ ...changed, signature })).toContain('is not what was signed: it has been changed')
  // Who names a key that did not sign, and who signs anew with a key of their own.
  const { key, publicKey } = other
  expect(await whats({ ...content, signature: { ...signature, key, publicKey } })).toContain(
    'is not what was signed: it has been changed',
  )
  expect(await whats(signDocument(changed, other, at))).not.toContain(
    'is not what was signed: it has been changed',
  )
  expect((await checkCaseFile(folder)).faults).toEqual([])
})

test('a held case says so, and who commanded what with whose approval', async () => {
  const { project: record, lines, runs, tasks } = await readFolder()
  expect(record.state.held).toMatchObject({ on: '2021-03-01' })
  expect(lines.slice(-2)).toMatchObject([
    { type: 'hold', by: people.administrator, payload: { reason: '投诉核查', approvedBy: 'adm-2' } },
    { type: 'restart', payload: { reason: '引擎升级', approvedBy: 'adm-2' } },
  ])
  expect(runs).toMatchObject([
    { number: 1, previous: null, restart: null, end: 'WORKFLOW_EXECUTION_TERMINATED' },
    { number: 2, previous: runs[0]?.runId, restart: inputOf('restart', '引擎升级'), end: null },
  ])
  expect(tasks.some(({ open }) => open)).toBe(true)
  const text = textOfPdf(await readFile(join(folder, 'case.pdf'))).join('')
  for (const told of [
    '暂停办理，自2021年3月1日起',
    'adm（平台管理员）',
    '理由：投诉核查',
    '批准人：adm-2',
    '由记录重新接续',
    'lin（重庆嘉陵齿轮有限公司 企业经办人）',
    '暂停计时',
  ])
    expect(text).toContain(told)
})

test('nobody has read a case that there is not, and no folder is made for it', async () => {
  const { reads } = skipping.models
  const before = await reads.countDocuments()
  const elsewhere = join(out, 'elsewhere')
  await expect(exportCase(sources(), { ...order(), id: 'p-none', out: elsewhere })).rejects.toThrow('p-none')
  await expect(exportCase(sources(), order())).rejects.toThrow('exists already')
  expect(await reads.countDocuments()).toBe(before)
  expect(await readdir(out)).not.toContain('elsewhere')
})

test('more reads than a case file takes are told by their number, more tasks are refused', async () => {
  const { models } = skipping
  const read = { project: project.id, uscc: null, by: { ...by, district: null }, what: 'GET /x', times: 1 }
  const early = { at: new Date(1_000), last: new Date(), request: '' }
  await models.reads.insertMany(ids('read', limits.reads).map((_id) => ({ _id, ...read, ...early })))
  const signed = signDocument(await readCase(sources(), project.id, { at, by }), signer, at)
  expect(signed.reads).toHaveLength(limits.reads)
  expect(signed.reads.at(-1)).toMatchObject({ what: 'history export' })
  expect(signed.leftOut).toEqual({ reads: 1 })
  const notes = composeDocument(signed).blocks.flatMap((block) =>
    block.kind === 'note' ? block.text.zh : [],
  )
  expect(notes).toContain('查阅记录过多，较早的1条未列入本案卷。')

  const task = await models.tasks.findOne({ project: project.id }).lean()
  await models.tasks.insertMany(ids('task', limits.tasks).map((_id) => ({ ...task, _id })))
  await expect(readCase(sources(), project.id, { at, by })).rejects.toThrow(CaseTooLarge)
})
