import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import { z } from 'zod'
import { errors, refusalMembers, type ErrorCode } from '../../policy/errors.ts'
import { statusOf } from './problem.ts'
import { isRepeatable, type Route } from './route.ts'
import { tagNames } from './route-tags.ts'

const Problem = z
  .object({
    type: z.string(),
    title: z.string().meta({ description: 'What kind of refusal it is, in the language of the answer.' }),
    status: z.int(),
    code: z.enum(Object.keys(errors)),
    detail: z.string().meta({ description: 'Why, in the language of the answer (`Accept-Language`).' }),
    zh: z.string().meta({ description: '同一句话的中文。The same in Chinese.' }),
    en: z.string().meta({ description: 'The same in English.' }),
    instance: z.string(),
    ...z.object(refusalMembers).partial().shape,
  })
  .meta({ id: 'Problem' })

/** The OpenAPI 3.1 document, made from the very routes and schemas that are served. */
export function createOpenApi(routes: Route[]) {
  const paths: ZodOpenApiPathsObject = {}
  for (const each of routes)
    paths[`/api/v1${each.path}`] = { ...paths[`/api/v1${each.path}`], [each.method]: operationOf(each) }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: '智改 zhigai',
      version: '1',
      description: '智能化改造项目认定。Certification of industrial projects.',
    },
    tags: Object.entries(tagNames).map(([name, description]) => ({ name, description })),
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  })
}

function operationOf({
  summary,
  tag,
  access,
  params,
  query,
  body,
  answer,
  path,
  errors: codes,
}: Route): ZodOpenApiOperationObject {
  const hasKey = isRepeatable({ errors: codes })
  const isOnProject = path.endsWith('/events')
  const header = z.object({
    ...(hasKey && { 'Idempotency-Key': Key.optional() }),
    ...(isOnProject && { 'If-Match': z.string().optional() }),
    ...(answer.type === 'text/event-stream' && { 'Last-Event-ID': z.string().optional() }),
  })
  return {
    summary: `${summary.zh} · ${summary.en}`,
    tags: [tag],
    ...(access === 'signedIn' && { security: [{ bearer: [] }] }),
    requestParams: { ...(params && { path: params }), ...(query && { query }), header },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [`${answer.status}` as '200']: {
        description: 'OK',
        ...(hasKey && { headers: z.object({ 'Idempotency-Key': Key }) }),
        content: {
          [answer.type ?? 'application/json']: { schema: answer.schema },
          ...(answer.also && { [answer.also]: { schema: z.string() } }),
        },
      },
      ...(answer.orElse && { [`${answer.orElse.status}` as '200']: jsonOf(answer.orElse.schema) }),
      ...problemsOf(codes),
    },
  }
}

const Key = z.string().max(200).meta({
  description:
    '同一请求的标识；未提供的，由系统生成并在答复中给出。The name of the request: where none is sent, one is made and given with the answer.',
})

const jsonOf = (schema: z.ZodType): ZodOpenApiResponseObject => ({
  description: 'OK',
  content: { 'application/json': { schema } },
})

function problemsOf(codes: readonly ErrorCode[]) {
  const responses: Record<`4${string}` | `5${string}`, ZodOpenApiResponseObject> = {}
  for (const status of new Set(codes.map((code) => statusOf[errors[code].kind]))) {
    const group = codes.filter((code) => statusOf[errors[code].kind] === status)
    responses[`${status}` as '400'] = {
      description: group.map((code) => `\`${code}\` ${errors[code].en}`).join('\n\n'),
      content: { 'application/problem+json': { schema: Problem } },
    }
  }
  return responses
}
