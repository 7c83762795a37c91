// A sentence with a link or emphasis in it, in one piece for whoever translates.

import type { ComponentChildren } from "preact";

type Tags = Record<string, (inner: string) => ComponentChildren>;

/** `rich(t`Lisez les <terms>conditions</terms>.`, { terms: (words) => <a …>{words}</a> })`. */
export function rich(text: string, tags: Tags): ComponentChildren[] {
  return text.split(/(<\w+>.*?<\/\w+>)/).map((part) => {
    const [, name = "", inner = ""] = /^<(\w+)>(.*)<\/\1>$/.exec(part) ?? [];
    return tags[name]?.(inner) ?? part;
  });
}
