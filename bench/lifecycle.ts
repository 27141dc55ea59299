export async function benchLifecycle(_options: { count: number; rounds: number }): Promise<void> {}
