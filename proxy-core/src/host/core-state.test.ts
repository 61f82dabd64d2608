import assert from 'node:assert/strict';
import { createCoreStateHolder, type CoreState } from './core-state.ts';

describe('the state of a core host', () => {
  const leading: CoreState = { kind: 'leading', url: 'http://127.0.0.1:7352' };

  it('is told to everybody, whoever of them fails', () => {
    const faults: unknown[] = [];
    const heard: string[] = [];
    const holder = createCoreStateHolder((error) => faults.push(error));
    const fault = new Error('of a listener');
    holder.onChange(() => {
      throw fault;
    });
    const stop = holder.onChange(({ kind }) => heard.push(kind));
    holder.set(leading);
    holder.set({ ...leading });
    stop();
    holder.set({ kind: 'starting' });
    assert.deepEqual(heard, ['leading']);
    assert.deepEqual(faults, [fault, fault]);
  });

  it('stays closed', () => {
    const holder = createCoreStateHolder(() => {});
    holder.set({ kind: 'closed' });
    holder.set(leading);
    assert.deepEqual(holder.current(), { kind: 'closed' });
  });
});
