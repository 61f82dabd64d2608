/** One row of a table body that can show a newer item of the same key. */
export interface Row<Item> {
  readonly element: HTMLTableRowElement;
  update(item: Item): void;
}

export interface KeyedRowsOptions<Item> {
  keyOf(item: Item): string;
  createRow(): Row<Item>;
}

/** Keeps a row's element for as long as its item is shown: focus, selection and hover stay. */
export function createKeyedRows<Item>(
  body: HTMLTableSectionElement,
  { keyOf, createRow }: KeyedRowsOptions<Item>,
): (items: readonly Item[]) => void {
  const rows = new Map<string, Row<Item>>();
  let isFirst = true;
  return (items) => {
    const gone = new Set(rows.keys());
    let next = body.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      gone.delete(key);
      let row = rows.get(key);
      if (row === undefined) {
        row = createRow();
        if (!isFirst) row.element.classList.add('is-new');
        rows.set(key, row);
      }
      row.update(item);
      if (row.element === next) next = next.nextElementSibling;
      else body.insertBefore(row.element, next);
    }
    for (const key of gone) {
      rows.get(key)?.element.remove();
      rows.delete(key);
    }
    isFirst = false;
  };
}
