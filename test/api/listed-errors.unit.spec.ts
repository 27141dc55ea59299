import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Dependencies } from '../../api/dependencies.ts'
import { route, type Route } from '../../api/http/route.ts'
import { projectRoot } from '../../server/root.ts'
import { errors } from '../../policy/errors.ts'
import { readText } from '../fixtures.ts'
import { allRoutes, routeDependencies } from '../support/routes.ts'

/** The codes that a file of the project refuses with, or one that it uses. */
function codesFrom(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return new Set()
  seen.add(path)
  const text = readText(path)
  const used = [...text.matchAll(/^(?:import|export)\s(?!type\s)[^'"]*?from '(\.[^']+)'/gm)]
  const own = [...text.matchAll(/\bcode: '([a-z-]+)'/g)].map(([, code = '']) => code)
  const known = own.filter((code) => Object.hasOwn(errors, code))
  return new Set([...known, ...used.flatMap(([, to = '']) => [...codesFrom(join(dirname(path), to), seen)])])
}

/** What a route is given from outside, and so does not import. */
const given: Record<string, string> = {
  'calendars/routes.ts': 'api/calendars/calendars.ts',
  'history/routes.ts': 'api/history/stream.ts',
  'inbox/routes.ts': 'api/inbox/inbox-stream.ts',
}

const files = readdirSync('api', { recursive: true, encoding: 'utf8' }).filter((file) =>
  /.[/-]routes\.ts$/.test(file),
)
const routesOf = async (file: string): Promise<Route[]> => {
  const path = join(projectRoot, 'api', file)
  const module = (await import(path)) as Record<string, unknown>
  const makers = Object.entries(module).filter(([name]) => name.endsWith('Routes'))
  return makers.flatMap(([, make]) => (make as (deps: Dependencies) => Route[])(routeDependencies))
}

/** What follows from the form of a route, however it is handled. */
const formOf = ({ method, access }: Route) =>
  route({
    method,
    access,
    path: '/',
    summary: { zh: '', en: '' },
    tag: 'me',
    answer: { status: 200, schema: z.unknown() },
    errors: [],
    handle: () => Promise.reject(new Error('nobody asks')),
  }).errors

describe.each(files)('%s', async (file) => {
  const store = given[file]
  const codes = [...codesFrom(`api/${file}`), ...(store ? codesFrom(store) : [])]
  it.each(await routesOf(file))('$method $path lists nothing that no code behind it says', (each) => {
    const said = new Set<string>([...codes, ...formOf(each)])
    expect(each.errors.filter((code) => !said.has(code))).toEqual([])
  })
})

it('what the rules say to an event is listed where events are sent', () => {
  const events = allRoutes.find(({ path }) => path === '/projects/{id}/events')
  const said = [...codesFrom('policy/case/actions.ts')]
  expect(events?.errors).toEqual(expect.arrayContaining(said))
})

/** Where a code is said that no route lists: of a fault of ours, or in what became of an order. */
const elsewhere = {
  'admin-command-not-allowed': 'policy/case/admin-commands.ts',
  internal: 'api/http/problem.ts',
}

it('every code is listed by a route, or said elsewhere', () => {
  const listed = new Set<string>(allRoutes.flatMap((each) => each.errors))
  const rest = Object.keys(errors).filter((code) => !listed.has(code))
  expect(rest.toSorted()).toEqual(Object.keys(elsewhere).toSorted())
  for (const [code, file] of Object.entries(elsewhere)) expect(readText(file)).toContain(`'${code}'`)
})
