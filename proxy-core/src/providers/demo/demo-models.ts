/** What the demo answers to. `demo` takes its time like a model, `demo-fast` none. */
export const demoModels = ['demo', 'demo-fast', 'demo-embedding'] as const;
