// A kept chat completion in the other form: streamed where it was whole, whole where it was streamed.
import type { ReplayCodec } from '../../domain/dialect.ts';
import { chunksToJson } from './chunks-to-json.ts';
import { jsonToChunks } from './json-to-chunks.ts';

export const chatReplay: ReplayCodec = {
  toStream: jsonToChunks,
  toJson: chunksToJson,
};
