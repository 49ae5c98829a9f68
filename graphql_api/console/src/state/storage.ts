/** Texts in a browser's storage under names of ours. A browser that keeps nothing has none, and takes none. */
type Where = () => Storage;

export const inThisBrowser: Where = () => localStorage;
export const inThisTab: Where = () => sessionStorage;

export function read(where: Where, name: string): string | null {
  try {
    return where().getItem(`eds.${name}`);
  } catch {
    return null;
  }
}

/** Null takes it out. */
export function write(where: Where, name: string, text: string | null): void {
  try {
    if (text === null) where().removeItem(`eds.${name}`);
    else where().setItem(`eds.${name}`, text);
  } catch {
    // as above
  }
}
