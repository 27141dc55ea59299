import { globSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { createPrng } from '../simulation/prng.ts'

/**
 * Random walks reach every line and take seconds, and a mutant would have to wait for each of them: what nothing but a walk
 * notices counts as survived, and wants a test that says what is wrong.
 */
const walks = 'test/policy/{random-lives,*-walks}.unit.spec.ts'

/** Where a top-level statement begins that can have mutants: `prettier` indents all the rest but closing brackets. */
const statementStart = /^(?:export )?(?:async )?(?:function|const) /

/** The top-level statements of a file as Stryker's `file:from-to`, with their lengths. */
function statementsOf(file: string): { range: string; lines: number }[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const starts = lines.flatMap((line, index) => (/^\w/.test(line) ? [index + 1] : []))
  return starts
    .map((from, index) => ({ from, to: (starts[index + 1] ?? lines.length + 1) - 1 }))
    .filter(({ from }) => statementStart.test(lines[from - 1] ?? ''))
    .map(({ from, to }) => ({ range: `${file}:${from}-${to}`, lines: to - from + 1 }))
}

/** Whole statements in an order of chance, until so many lines are together. */
function sample(files: string[], seed: string, most: number): string[] {
  const prng = createPrng('mutants', seed)
  const left = files.flatMap(statementsOf)
  const picked: string[] = []
  for (let lines = 0; lines < most;) {
    const [statement] = left.splice(prng.whole([0, left.length - 1]), 1)
    if (!statement) break
    picked.push(statement.range)
    lines += statement.lines
  }
  return picked
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    lines: { type: 'string', default: '100' },
    tests: { type: 'string', default: 'test/{policy,delivery,evidence}/**/*.unit.spec.ts' },
  },
})
/** Statements that are named themselves (`file:from-to`), to try those of a sample again after some lines of it have gone. */
const ranges = positionals.filter((each) => /:\d+-\d+$/.test(each))
const files = globSync(positionals.length > 0 ? positionals : ['policy/**/*.ts']).toSorted()
const tests = globSync(values.tests, { exclude: [walks] })
const statements = ranges.length > 0 ? ranges : sample(files, values.seed, Number(values.lines))
console.log(`seed ${values.seed}, ${tests.length} files of tests: ${statements.join(' ')}`)

const isSlow = (test: string) => /'fast-check'|'\.\/walk\.ts'/.test(readFileSync(test, 'utf8'))
const hasSnapshot = (test: string) => readFileSync(test, 'utf8').includes('toMatchFileSnapshot')

// By our own configuration of vitest: with Stryker's `testFiles` a mutant would act only once all modules are loaded, and what
// they compute at that time would seem to be tested by nothing. A snapshot is looked for beside the file that runs.
process.env['MUTANT_TESTS'] = JSON.stringify({
  together: tests
    .filter((test) => !hasSnapshot(test))
    .toSorted((a, b) => Number(isSlow(a)) - Number(isSlow(b))),
  alone: tests.filter(hasSnapshot),
})

await new Stryker({
  mutate: statements,
  testRunner: 'vitest',
  // Processes, as our unit tests have them: a thread cannot change the zone.
  vitest: { configFile: 'tools/mutants/vitest.config.ts', pool: 'forks', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  dryRunTimeoutMinutes: 20,
  // On a busy machine a slow test must not pass for an endless loop.
  timeoutMS: 30_000,
  tempDirName: '.cache/mutants',
  // Stryker would rewrite paths in it with the compiler's API, which TypeScript 7 does not have; none of ours leads outside.
  tsconfigFile: 'none',
  ignorePatterns: ['.cache', '.data', 'dist', 'coverage'],
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowEmojis: false, reportTests: false, skipFull: true },
  jsonReporter: { fileName: '.cache/mutants.json' },
  allowConsoleColors: process.stdout.isTTY,
}).runMutationTest()
