// What a direct room is called: by its other people. Pages/PageContext.cs says the same.

/**
 * The other people of a direct room, oneself for notes to oneself; null for a room with a name.
 * @param {{people?: string[]}|undefined} info
 * @param {{name: string}} me
 * @returns {string[]|null}
 */
export function othersIn(info, me) {
  const others = info?.people?.filter((name) => name !== me.name);
  return others === undefined ? null : others.length > 0 ? others : [me.name];
}

/**
 * @param {string[]} names
 * @param {(name: string) => {title: string}} personOf
 */
export function titleOfPeople(names, personOf) {
  return names.map((name) => personOf(name).title).join(", ");
}
