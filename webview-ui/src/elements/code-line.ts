import { element } from './element.ts';

const confirmationMs = 2_000;

/** A command to be copied; `label` says which one to those who do not see it. */
export function codeLine(
  text: string,
  label: string,
  copy: (text: string) => Promise<boolean>,
): HTMLElement {
  const button = element('button', {
    class: 'button-secondary',
    text: 'Copy',
    attributes: { type: 'button', 'aria-label': `Copy ${label}` },
  });
  const code = element('code', { text });
  const copyAndConfirm = async (): Promise<void> => {
    const isCopied = await copy(text);
    if (!isCopied) window.getSelection()?.selectAllChildren(code);
    button.textContent = isCopied ? 'Copied' : 'Selected';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, confirmationMs);
  };
  button.addEventListener('click', () => void copyAndConfirm());
  return element('div', { class: 'code-line' }, [
    element('pre', { attributes: { tabindex: '0' } }, [code]),
    button,
  ]);
}
