import { z } from 'zod'
import type { CertificateRecord } from '../../models/index.ts'
import { CreditCode, DateText } from '../../policy/edition/application.ts'
import { districtSchema } from '../../policy/edition/districts.ts'
import { isCertificateNumber } from '../../policy/edition/check-characters.ts'
import { areSimilar, asRead, comparable, comparableCode, roughly } from '../../policy/edition/comparable.ts'
import { shanghaiDate } from '../../policy/time/dates.ts'
import { RefusalError } from '../../policy/errors.ts'
import type { Dependencies } from '../dependencies.ts'
import { byDay, findPage, PageQuery, pageSchema } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'
import { shown } from '../http/shown.ts'

const Certificate = z
  .object({
    certificateNumber: z.string(),
    name: z.string(),
    enterprise: z.string(),
    uscc: z.string(),
    district: z.string(),
    category: z.string(),
    edition: z.string(),
    certifiedOn: z.string(),
    completedOn: z.string().nullable(),
    revokedOn: z.string().nullable(),
    status: z.enum(['certified', 'revoked']),
  })
  .meta({ id: 'Certificate' })

const StatusQuery = z.strictObject({
  uscc: CreditCode,
  project: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Name, project id or certificate number.' }),
  on: DateText.optional().meta({ description: 'Today, if left out.' }),
})

const StatusView = z
  .object({
    status: z.enum(['certified', 'notCertified', 'revoked']),
    uscc: z.string(),
    on: z.string(),
    certificates: z.array(Certificate),
    similar: z.array(Certificate).meta({
      description:
        'Where the project that was asked for is not certified: certified ones of this enterprise whose names are nearly the same, or whose number the text has in it as it may be misread.',
    }),
  })
  .meta({ id: 'CertificationStatus' })

/** The public library of certified projects, and the one question that subsidy offices ask. */
export function libraryRoutes(deps: Dependencies): Route[] {
  return [listRoute(deps), readRoute(deps), statusRoute(deps)]
}

function listRoute({ models, editions, now }: Dependencies): Route {
  const { bodies } = editions.organisation
  return route({
    method: 'get',
    path: '/library',
    tag: 'library',
    summary: { zh: '已认定入库的项目，新的在前', en: 'Certified projects, newest first' },
    access: 'anyone',
    query: PageQuery.extend({ district: districtSchema(bodies).optional() }),
    answer: { status: 200, schema: pageSchema(Certificate) },
    async handle({ query: { district, ...query } }) {
      const filter = district ? { district } : {}
      const { items, next } = await findPage(models.certificates, filter, query, byDay('certifiedOn', '$lt'))
      const today = shanghaiDate(now())
      return { body: { items: items.map((certificate) => view(certificate, today)), next } }
    },
  })
}

function readRoute({ models, now }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/library/{certificateNumber}',
    tag: 'library',
    summary: { zh: '按证书编号查询', en: 'Look a certificate up' },
    access: 'anyone',
    params: z.strictObject({ certificateNumber: z.string().min(1).max(60) }),
    answer: { status: 200, schema: Certificate },
    errors: ['not-found'],
    async handle({ params: { certificateNumber } }) {
      const number = comparableCode(certificateNumber)
      const likely = await models.certificates
        .find({ numberKey: roughly(number) })
        .limit(2)
        .lean()
      const found = likely.find(({ _id }) => _id === number) ?? (likely.length === 1 ? likely[0] : undefined)
      if (found) return { body: view(found, shanghaiDate(now())) }
      const mistyped = !isCertificateNumber(number)
      throw new RefusalError({
        code: 'not-found',
        ...(mistyped && { words: mistypedWords }),
      })
    },
  })
}

const mistypedWords = {
  zh: '没有此证书：校验码不符，编号有误。',
  en: 'There is no such certificate: the check character does not fit, the number is mistyped.',
}

function statusRoute({ models, now }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/certification-status',
    tag: 'library',
    summary: {
      zh: '某企业的项目在某日是否已认定',
      en: "Whether an enterprise's project is certified on a day",
    },
    access: 'anyone',
    query: StatusQuery,
    answer: { status: 200, schema: StatusView },
    async handle({ query: { uscc, project, on = shanghaiDate(now()) } }) {
      const all = await models.certificates
        .find({ uscc, certifiedOn: { $lte: on } })
        .sort({ certifiedOn: -1 })
        .lean()
      const { found, alike } = project === undefined ? { found: all, alike: [] } : namedBy(project, all)
      const certificates = found.slice(0, shownAtMost).map((certificate) => view(certificate, on))
      const status = statusOf(found.map((certificate) => view(certificate, on)))
      const similar = status === 'certified' ? [] : alike.map((certificate) => view(certificate, on))
      const certified = similar.filter((each) => each.status === 'certified').slice(0, shownAtMost)
      return { body: { status, uscc, on, certificates, similar: certified } }
    },
  })
}

const shownAtMost = 100

/** The certificates that a typed name, id or number names; and those that it may be meant for. */
function namedBy(project: string, all: CertificateRecord[]) {
  const [name, code, read] = [comparable(project), comparableCode(project), asRead(project)]
  const isNamed = (each: CertificateRecord) =>
    comparable(each.name) === name || [each.project, each._id].some((id) => comparableCode(id) === code)
  const isAlike = (each: CertificateRecord) =>
    read.includes(asRead(each._id)) || areSimilar(each.name, project)
  return { found: all.filter(isNamed), alike: all.filter((each) => !isNamed(each) && isAlike(each)) }
}

/** Certified if one of them is; else revoked if one was. */
function statusOf(certificates: { status: 'certified' | 'revoked' }[]): z.infer<typeof StatusView>['status'] {
  if (certificates.some(({ status }) => status === 'certified')) return 'certified'
  return certificates.length > 0 ? 'revoked' : 'notCertified'
}

/** The public fields of a certificate as they were on a day. */
function view(certificate: CertificateRecord, on: string): z.infer<typeof Certificate> {
  const asOf = (date: string | null) => (date !== null && date <= on ? date : null)
  const revokedOn = asOf(certificate.revokedOn)
  return shown(Certificate, {
    ...certificate,
    certificateNumber: certificate._id,
    completedOn: asOf(certificate.completedOn),
    revokedOn,
    status: revokedOn === null ? 'certified' : 'revoked',
  })
}
