/** The files of tests that are to notice mutants, as `run.ts` names them: those that run in one, and those that cannot. */
export const named = JSON.parse(process.env['MUTANT_TESTS'] ?? '{"together":[],"alone":[]}') as {
  together: string[]
  alone: string[]
}
