import { describe, expect, it } from 'vitest'
import { createRouteNames } from '../../api/http/route-names.ts'
import { allRoutes } from '../support/routes.ts'

const whole = allRoutes.map(({ path }) => `/api/v1${path}`)
const nameOf = createRouteNames(['/readyz', '/docs', ...whole])
const name = (originalUrl: string) => nameOf({ originalUrl })

describe('a request is named after its route', () => {
  it.each([...new Set(whole)])('%s, however it is written', (path) => {
    const asked = path.replaceAll(/\{\w+\}/g, 'p-1')
    const expected = path.replaceAll(/\{(\w+)\}/g, ':$1')
    for (const each of [asked, `${asked}/`, `${asked}?a=/b`, asked.toUpperCase()])
      expect(name(each)).toBe(expected)
  })

  it.each(['/', '/api/v1', '/api/v1/nothing', '/api/v1/projects/a/b', '/readyz/no', '/api/v1/feeds/x_ics'])(
    'not %s, which is of none',
    (path) => {
      expect(name(path)).toBe('unknown')
    },
  )
})
