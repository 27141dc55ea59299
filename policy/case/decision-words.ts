import type { Words } from '../edition/edition.ts'
import type { Arisen } from '../notices/notice.ts'
import type { Sentence } from '../notices/notice-terms.ts'
import { capital } from '../notices/notice-words.ts'

/** The number of the certificate, where there is one. */
function numbered(certificate: string | null): Words {
  return certificate === null
    ? { zh: '', en: '' }
    : { zh: `，证书编号${certificate}`, en: `, certificate ${certificate}` }
}

/** What a decision says, by the event that made it. */
export const decisionSentences: Partial<Record<NonNullable<Arisen['event']>, Sentence>> & {
  approve: Sentence
} = {
  approve: ({ by, task, phase, certificate }) => ({
    zh: `${by.zh}决定通过${task.zh}，本项目${phase.zh}${numbered(certificate).zh}。`,
    en: `${capital(by.en)} has passed the ${task.en}: ${phase.en}${numbered(certificate).en}.`,
  }),
  reject: ({ by, task, phase }) => ({
    zh: `${by.zh}决定不予通过${task.zh}，本项目${phase.zh}。`,
    en: `${capital(by.en)} has not passed the ${task.en}: ${phase.en}.`,
  }),
  lapse: ({ task, phase }) => ({
    zh: `${task.zh}逾期未办，本项目按“${phase.zh}”处理。`,
    en: `The ${task.en} was not done in time: ${phase.en}.`,
  }),
  grantExtension: ({ by, from, due }) => ({
    zh: `${by.zh}决定同意延期，本项目完工日期由${from.zh}改为${due.zh}。`,
    en: `${capital(by.en)} has granted the extension: completion is moved from ${from.en} to ${due.en}.`,
  }),
  refuseExtension: ({ by, due }) => ({
    zh: `${by.zh}决定不同意延期，本项目完工日期仍为${due.zh}。`,
    en: `${capital(by.en)} has refused the extension: completion is still due on ${due.en}.`,
  }),
  revoke: ({ by, certificate }) => ({
    zh: `${by.zh}决定撤销本项目的认定${numbered(certificate).zh}，证书自即日起失效。`,
    en: `${capital(by.en)} has revoked the certification of this project${numbered(certificate).en}; the certificate is void from today.`,
  }),
  refuseRevocation: ({ by, certificate }) => ({
    zh: `${by.zh}决定不予撤销，本项目的认定继续有效${numbered(certificate).zh}。`,
    en: `${capital(by.en)} has refused the revocation; the certification stands${numbered(certificate).en}.`,
  }),
}
