import { setTimeout as delay } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { readCase, type CaseRecords } from './cases.ts'
import { checkCase } from './check-case.ts'
import { checkCertificates } from './check-certificates.ts'
import { checkFields } from './check-fields.ts'
import { checkRuns, type Engines } from './check-runs.ts'
import type { Editions } from './editions.ts'
import { finding, type Finding } from './findings.ts'

/** How cases are looked at: with which histories and editions, and after which pauses (milliseconds) again. */
export type Look = Engines & { editions: Editions; pauses: readonly number[] }

/** What is wrong with a case, and still is after a while: a step may be on its way into the record. */
export async function settledFindings(look: Look, records: CaseRecords): Promise<Finding[]> {
  let found = await findingsOf(look, records)
  for (const pause of look.pauses) {
    if (found.length === 0) break
    await delay(pause)
    found = await findingsOf(look, await readCase(look.models, records.project))
  }
  return found
}

/** What no case holds is a finding on this one, and stops nobody from looking at the others. */
async function findingsOf(look: Look, records: CaseRecords): Promise<Finding[]> {
  try {
    return await check(look, records)
  } catch (error) {
    if (isOfEngines(error)) throw error
    return [finding('case-unreadable', records.project, { found: String(error).slice(0, 200) })]
  }
}

async function check(look: Look, records: CaseRecords): Promise<Finding[]> {
  const { project, record, lines, runs, certificates } = records
  const named = new Set(lines.map(({ run }) => run))
  const { findings, evidence } = await checkRuns(look, { project, runs }, named)
  const found = [...findings, ...checkCase(records, evidence), ...checkFields(look.models, records)]
  const isGone = !record && lines.length + runs.length === 0
  if (isGone) return [...found, ...certificates.map(({ _id }) => finding('certificate-inserted', _id))]
  // What follows from the states says nothing where these are in doubt.
  if (!record || found.length > 0) return found
  const edition = await look.editions(record.editionHash)
  return edition ? checkCertificates(records, edition, evidence) : []
}

/** Whether MongoDB or Temporal did not answer: nothing is known of the case then. */
function isOfEngines(error: unknown): boolean {
  return (
    error instanceof mongo.MongoError || (error instanceof Error && 'code' in error && 'details' in error)
  )
}
