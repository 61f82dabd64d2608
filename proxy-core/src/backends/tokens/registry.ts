// Where client tokens can be kept; team mode will add a shared place.
import { createFileClientTokens } from './file/file-client-tokens.ts';

export const tokenBackends = { file: createFileClientTokens } as const;
