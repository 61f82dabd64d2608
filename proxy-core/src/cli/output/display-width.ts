const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const withoutWidth = /^(?:\p{Mn}|\p{Me}|\u200d)$/u;

/** How many columns of a terminal a text takes: East Asian characters and emoji two, accents none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const [first = ''] = segment;
    if (withoutWidth.test(first)) continue;
    width += wide.test(segment) ? 2 : 1;
  }
  return width;
}
