import { setTimeout as delay } from 'node:timers/promises'
import { mongo } from 'mongoose'
import { readCases, type CaseRecords } from './cases.ts'
import { checkCase } from './check-case.ts'
import { checkCertificates } from './check-certificates.ts'
import { checkFields } from './check-fields.ts'
import { checkRuns, type RunSources } from './check-runs.ts'
import type { CheckedEditions } from './editions.ts'
import { finding, type AuditFinding } from './findings.ts'

/** How cases are checked: with which histories and editions, and after which pauses (milliseconds) again. */
export type CheckOptions = RunSources & { editions: CheckedEditions; pauses: readonly number[] }

/** What is wrong with a case, and still is after a while: a step may be on its way into the record. */
export async function settledFindings(options: CheckOptions, records: CaseRecords): Promise<AuditFinding[]> {
  let found = await findingsOf(options, records)
  for (const pause of options.pauses) {
    if (found.length === 0) break
    await delay(pause)
    for (const again of await readCases(options.models, [records.project]))
      found = await findingsOf(options, again)
  }
  return found
}

/** What no case holds is a finding on this one, and stops nobody from looking at the others. */
async function findingsOf(options: CheckOptions, records: CaseRecords): Promise<AuditFinding[]> {
  try {
    return await check(options, records)
  } catch (error) {
    if (isOfEngines(error)) throw error
    return [finding('case-unreadable', records.project, { found: String(error).slice(0, 200) })]
  }
}

async function check(options: CheckOptions, records: CaseRecords): Promise<AuditFinding[]> {
  const { project, record, lines, runs, certificates } = records
  const named = new Set(lines.map(({ run }) => run))
  const { findings, evidence } = await checkRuns(options, { project, runs }, named)
  const found = [...findings, ...checkCase(records, evidence), ...checkFields(options.models, records)]
  const isGone = !record && lines.length + runs.length === 0
  if (isGone) return [...found, ...certificates.map(({ _id }) => finding('certificate-inserted', _id))]
  // What follows from the states says nothing where these are in doubt.
  if (!record || found.length > 0) return found
  const edition = await options.editions(record.editionHash)
  return edition ? checkCertificates(records, edition, evidence) : []
}

/** Whether MongoDB or Temporal did not answer: nothing is known of the case then. */
function isOfEngines(error: unknown): boolean {
  return (
    error instanceof mongo.MongoError || (error instanceof Error && 'code' in error && 'details' in error)
  )
}
