// What clients speak: one folder a dialect, one line here.
import type { Dialect } from '../domain/dialect.ts';
import { anthropicDialect } from './anthropic/anthropic-dialect.ts';
import { openaiDialect } from './openai/openai-dialect.ts';

/** The first answers where neither path nor headers tell. */
export const dialects: readonly Dialect[] = [openaiDialect, anthropicDialect];
