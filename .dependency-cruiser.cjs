/**
 * Which folder may import which. A folder imports only what stands before it in this list, so that there are no circles between
 * folders; nobody imports the programs but those that stand below them.
 */
const rooms = {
  policy: [],
  models: ['policy'],
  workflows: ['policy', 'models/step-record'],
  delivery: ['policy', 'models'],
  evidence: ['policy', 'models', 'workflows/contract'],
  operations: ['policy', 'models', 'workflows/contract', 'delivery', 'evidence'],
  activities: ['policy', 'models', 'workflows/contract', 'evidence', 'operations'],
  portal: ['policy', 'evidence/audit/key-files'],
  telemetry: ['policy', 'models', 'evidence'],
  api: [
    'policy',
    'models',
    'workflows/contract',
    'delivery',
    'evidence',
    'operations',
    'portal',
    'telemetry',
  ],
  server: [
    'policy',
    'models',
    'workflows/contract',
    'delivery',
    'evidence',
    'operations',
    'activities',
    'portal',
    'telemetry',
    'api',
  ],
  local: ['policy', 'models', 'evidence', 'portal', 'telemetry', 'api', 'server'],
  tools: [
    'policy',
    'models',
    'workflows',
    'delivery',
    'evidence',
    'activities',
    'portal',
    'api',
    'server',
    'local',
  ],
  cli: ['policy', 'models', 'evidence', 'portal', 'server', 'local', 'tools'],
}

/** What would be a circle, but is erased by the compiler: `.oxlintrc.json` sees to it that these are types. */
const types = { workflows: ['activities/index'] }

for (const [name, imported] of Object.entries(rooms)) {
  const before = new Set(Object.keys(rooms).slice(0, Object.keys(rooms).indexOf(name)))
  const astray = imported.filter((path) => !before.has(path.split('/')[0]))
  if (astray.length > 0)
    throw new Error(`${name} would import ${astray.join(', ')}, which does not stand before it`)
}

const libraries = {
  policy: [
    'xstate',
    'zod',
    '@marcbachmann/cel-js',
    're2js',
    'yaml',
    '@noble/hashes',
    'canonicalize',
    'microdiff',
    'escape-html',
  ],
  workflows: ['@temporalio/workflow'],
}

const forbidRooms = Object.entries(rooms).map(([from, to]) => ({
  name: `${from}-imports-only-${to.length > 0 ? to.join('-').replaceAll('/', '.') : 'itself'}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: `^(${[...Object.keys(rooms), 'test'].join('|')})/`,
    pathNot: [`^${from}/`, ...[...to, ...(types[from] ?? [])].map((path) => `^${path}`)],
  },
}))

const forbidLibraries = Object.entries(libraries).map(([from, to]) => ({
  name: `${from}-uses-only-its-libraries`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'core'],
    pathNot: to.map((library) => `node_modules/${library}/`),
  },
}))

/** A folder that has no row above. */
const unnamed = `^(?!(${[...Object.keys(rooms), 'test', 'node_modules'].join('|')})/)[^/]+/`

module.exports = {
  forbidden: [
    ...forbidRooms,
    ...forbidLibraries,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { pathNot: '^(test/|vitest.config.ts)' },
      to: { path: '^test/' },
    },
    { name: 'every-folder-is-named', severity: 'error', from: { path: unnamed }, to: {} },
    {
      name: 'no-unnamed-folder-is-imported',
      severity: 'error',
      from: {},
      to: { path: unnamed, dependencyTypes: ['local'] },
    },
    {
      name: 'no-unnamed-folder-stands-alone',
      severity: 'error',
      from: { orphan: true, path: unnamed },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: '^(dist|\\.cache|\\.data)/',
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
