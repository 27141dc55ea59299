import type { ClientSession } from 'mongoose'
import { certificateNumber } from '../policy/edition/check-characters.ts'
import type { Models } from './index.ts'
import { certificateDocument, counterOf } from './step-documents.ts'
import type { StepRecord } from './step-record.ts'

/**
 * Numbers the certificates that some steps issue, once for a project and without gaps: counters and certificates are written in
 * the transaction of the steps. Answers with the number of each project, also where it had one.
 */
export async function numberCertificates(
  { certificates, counters }: Models,
  steps: readonly StepRecord[],
  session: ClientSession,
): Promise<Map<string, string>> {
  const issuing = new Map(
    steps
      .filter(({ effects }) => effects.includes('issueCertificate'))
      .map((step) => [step.project, step] as const),
  )
  if (issuing.size === 0) return new Map()
  const known = await certificates
    .find({ project: { $in: [...issuing.keys()] } }, { project: 1 }, { session })
    .lean()
  const numbers = new Map(known.map(({ project, _id }) => [project, _id]))
  const unnumbered = [...issuing.values()].filter(({ project }) => !numbers.has(project))
  for (const [counter, asking] of Map.groupBy(unnumbered, counterOf)) {
    const { last } = await counters
      .findOneAndUpdate(
        { _id: counter },
        { $inc: { last: asking.length } },
        { session, upsert: true, returnDocument: 'after' },
      )
      .lean()
    const documents = asking.map((step, index) => {
      const { prefix, bodyCode } = step.series
      return certificateDocument(step, certificateNumber(prefix, bodyCode, last - asking.length + 1 + index))
    })
    await certificates.insertMany(documents, { session })
    for (const { project, _id } of documents) numbers.set(project, _id)
  }
  return numbers
}
