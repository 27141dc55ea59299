import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { saveEdition } from '../../../api/editions/editions.ts'
import { AnchorFault, anchorDay } from '../../../evidence/audit/anchor.ts'
import { anchorLogFile, digestOfAnchor, lastNoted } from '../../../evidence/audit/anchor-log.ts'
import { rotateKey, type KeyLocation } from '../../../evidence/audit/keys.ts'
import { verify } from '../../../evidence/audit/verify.ts'
import { certify, recordCertified } from '../../../tools/bench/certified.ts'
import type { Models } from '../../../models/index.ts'
import { chongqing } from '../../fixtures.ts'
import { openRecord } from '../../support/record.ts'
import { believed, day, tell } from './audited.ts'

const firstDay = Date.parse('2031-02-11T00:20+08:00')
const cases = ['p-1', 'p-2', 'p-3']

let models: Models
let drop: () => Promise<void>
let place: KeyLocation
beforeAll(async () => {
  ;({ models, drop } = await openRecord())
})
afterAll(() => drop())
beforeEach(async () => {
  place = { dataDir: await mkdtemp(join(tmpdir(), 'zhigai-audit-')), suite: 'ed25519' }
  for (const [enterprise, project] of cases.entries()) await fileCase(project, enterprise)
  for (const days of [0, 1, 2]) await anchorOn(days)
  return async () => {
    for (const model of Object.values(models.connection.models)) await model.deleteMany()
    await rm(place.dataDir, { recursive: true, force: true })
  }
})

/** Puts a certified case into the record; all its lines are of the tenth of February 2031. */
async function fileCase(project: string, enterprise: number): Promise<void> {
  const editionHash = await saveEdition(models, chongqing.edition)
  const wanted = { project, enterprise, beforeMs: firstDay, atMs: firstDay }
  await recordCertified(models, [certify({ process: chongqing, editionHash }, wanted)])
}

const anchorOn = (days: number, where = place) =>
  anchorDay({ models, location: where, now: () => firstDay + days * day })
const look = async (options: { asOf?: number } = {}) =>
  tell((await verify({ models, ...(await believed(place)), ...options, pauses: [] })).findings)

/** Does away with anchors from a serial on, and with every trace of them in the record. */
async function wipe(from: number): Promise<void> {
  await models.anchors.deleteMany({ _id: { $gte: from } })
  await models.leaves.deleteMany({ anchor: { $gte: from } })
  await models.projects.updateMany({}, { $set: { anchored: false } })
}

describe('anchors that were wiped away', () => {
  it.each([1, 3])(
    'from %i on are missing, and are not signed again by the machine that has signed them',
    async (from) => {
      await wipe(from)
      expect(await look()).toEqual(['anchor-missing 3'])
      await expect(anchorOn(3)).rejects.toThrow(AnchorFault)
      await expect(anchorOn(3)).rejects.toThrow('has anchor 3 of 2031-02-13')
      expect(await models.anchors.countDocuments()).toBe(from - 1)
    },
  )

  it('and signed anew elsewhere with the same key are found, and not gone on from', async () => {
    await wipe(3)
    await rm(anchorLogFile(place))
    const noted = await readFile(join(place.dataDir, 'audit-trusted.json'), 'utf8')
    await models.projects.updateMany({}, { $set: { anchored: true } })
    await anchorOn(2)
    await anchorOn(3)
    const [last] = await models.anchors.find().sort({ _id: -1 }).lean()
    expect(noted).toContain(last?.publicKey)
    await rm(anchorLogFile(place))
    const wrong = { serial: 3, day: '2031-02-13', digest: `sha256:${'0'.repeat(64)}` }
    await appendFile(anchorLogFile(place), JSON.stringify(wrong))
    expect(await look()).toEqual(['anchor-replaced 3'])
    await expect(anchorOn(4)).rejects.toThrow(AnchorFault)
  })
})

it('an anchor that nobody trusted has signed is not gone on from', async () => {
  const last = await models.anchors.findById(3).lean()
  await models.anchors.create({ ...last, _id: 4 })
  await expect(anchorOn(3)).rejects.toThrow('a signature that fits is wanted')
})

it('a process that was killed before it could note its anchor is made up for by the next', async () => {
  const whole = await readFile(anchorLogFile(place), 'utf8')
  const made = await anchorOn(3)
  const cut = (await readFile(anchorLogFile(place), 'utf8')).slice(0, whole.length + 20)
  await rm(anchorLogFile(place))
  await appendFile(anchorLogFile(place), cut)
  expect(await lastNoted(place)).toMatchObject({ serial: 3 })
  await anchorOn(3)
  expect(await lastNoted(place)).toEqual({ serial: 4, day: made.day, digest: digestOfAnchor(made) })
  expect(await look()).toEqual([])
})

it('a case that was put in with a date of long ago is late', async () => {
  for (const days of [3, 4, 5]) await anchorOn(days)
  await fileCase('p-late', 9)
  await anchorOn(6)
  expect(await look()).toEqual(['line-late p-late:5'])
})

it('a case that has waited for days on which nobody anchored is not late', async () => {
  await fileCase('p-late', 9)
  await models.projects.updateOne({ _id: 'p-late' }, { $set: { anchored: true } })
  expect(await look()).toEqual(['project-unanchored p-late'])
  await models.projects.updateOne({ _id: 'p-late' }, { $set: { anchored: false } })
  await wipe(2)
  await rm(anchorLogFile(place))
  await anchorOn(9)
  expect(await look()).toEqual([])
})

it('days without an anchor are a finding after two', async () => {
  expect(await look({ asOf: firstDay + 4 * day })).toEqual([])
  expect(await look({ asOf: firstDay + 4 * day + 1 })).toEqual(['anchor-overdue 4'])
})

it('a leaf that is missing of a case that has moved on is found', async () => {
  await models.leaves.deleteOne({ _id: '1:case:p-2' })
  await models.projects.updateOne({ _id: 'p-2' }, { $set: { anchored: false } })
  expect(await look()).toEqual(['leaf-missing 1:'])
})

it('steps on their way do not keep others from being anchored', async () => {
  // In the record without their lines yet, and more of them than a page.
  const moving = await models.projects.findById('p-1').lean()
  const ids = Array.from({ length: 600 }, (_, index) => `p-0-${index}`)
  await models.projects.insertMany(ids.map((_id) => ({ ...moving, _id, head: 'sha256:00', anchored: false })))
  await models.projects.updateOne({ _id: 'p-3' }, { $set: { anchored: false } })
  await models.leaves.deleteMany({ id: 'p-3' })
  const anchor = await anchorDay({ models, location: place, now: () => firstDay + 3 * day, most: 5 })
  expect(anchor).toMatchObject({ serial: 4, count: 1 })
})

it('a key that was replaced meanwhile signs nothing more', async () => {
  const before = await models.anchors.findById(3).lean()
  const { key } = await rotateKey(place, new Date(firstDay + 2 * day + 1))
  expect(await anchorOn(3)).toMatchObject({ serial: 4, key })
  expect(before?.key).not.toBe(key)
  expect(await look()).toEqual([])
})
