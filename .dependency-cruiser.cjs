/** Which folder may import which: the rules import nothing, the engine knows the rules, nobody imports the programs. */
const rooms = {
  policy: [],
  models: ['policy'],
  // As types alone, which .oxlintrc.json sees to.
  workflows: ['policy', 'models/step-record', 'activities/index'],
  activities: ['models', 'policy', 'evidence', 'operations', 'workflows/contract'],
  delivery: ['models', 'policy'],
  evidence: ['models', 'policy', 'workflows/contract'],
  operations: ['models', 'policy', 'delivery', 'evidence', 'workflows/contract'],
  telemetry: ['models', 'policy', 'evidence'],
  portal: ['policy', 'evidence/audit/key-files'],
  api: [
    'policy',
    'models',
    'delivery',
    'evidence',
    'operations',
    'portal',
    'telemetry',
    'workflows/contract',
  ],
  tools: ['policy', 'models', 'delivery', 'evidence', 'activities', 'api', 'portal', 'workflows', 'bin'],
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
  ],
  workflows: ['@temporalio/workflow'],
}

const forbidRooms = Object.entries(rooms).map(([from, to]) => ({
  name: `${from}-imports-only-${to.length > 0 ? to.join('-').replaceAll('/', '.') : 'itself'}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: `^(${[...Object.keys(rooms), 'bin', 'test'].join('|')})/`,
    pathNot: [`^${from}/`, ...to.map((room) => `^${room}`)],
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
    {
      name: 'nobody-imports-programs',
      severity: 'error',
      from: { pathNot: '^(bin|tools|test)/' },
      to: { path: '^bin/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: '^(dist|\\.cache|\\.data)/',
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
