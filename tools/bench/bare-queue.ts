/** The queue of the bare worker. */
export const bareQueue = 'bench-bare'
