import type { Request } from 'express'

/**
 * Names a request after the route that its address is of, as metrics and traces do: by the address alone, so that it has the
 * same name wherever it was answered, at a gate, by its handler, or where that threw. `paths` are whole, with parameters in braces.
 */
export function createRouteNames(
  paths: readonly string[],
): (request: Pick<Request, 'originalUrl'>) => string {
  const routes = paths.map((path) => ({
    name: path.replaceAll(/\{(\w+)\}/g, ':$1'),
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
  }))
  return ({ originalUrl }) => {
    const [path = ''] = originalUrl.split('?')
    return routes.find(({ pattern }) => pattern.test(path))?.name ?? 'unknown'
  }
}
