import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

const ownWorkflows = fileURLToPath(new URL('../workflows/index.js', import.meta.url))

/** Hands traces on from updates to activities; does nothing where there are none. */
const interceptors = fileURLToPath(new URL('../telemetry/workflow-interceptors.js', import.meta.url))

/**
 * The rules are pure and keep nothing of a case, so that all workflows of a worker may share one copy; each would load
 * its own otherwise, with xstate and CEL, whenever its case comes back into memory.
 */
const rules = ['case/actions', 'time/deadlines', 'case/shared-rules', 'case/projection'].map((name) =>
  fileURLToPath(new URL(`../policy/${name}.js`, import.meta.url)),
)

/** Bundles compiled workflows, ours unless others are named, into one file for workers to load. */
export async function bundleWorkflows(outFile: string, workflowsPath = ownWorkflows): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger('WARN'),
    preloadModules: rules,
    workflowInterceptorModules: [interceptors],
    // Without the 'development' condition that Temporal's webpack adds, so that the worker runs the same xstate as the API.
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['module', 'import', 'require', 'default'] },
    }),
  })
  await writeFile(outFile, code)
}
