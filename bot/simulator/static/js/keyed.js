/** Lists that keep their nodes: what did not change stays as it is, with its focus, its player and its open quotes. */

const FOCUSABLE = "button, a[href], [tabindex='0'], audio, video";

function refocus(old, made) {
  if (!old.contains(document.activeElement)) return null;
  const index = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  return () => {
    const places = [...made.querySelectorAll(FOCUSABLE)];
    (places[index] ?? places.at(-1) ?? made).focus({ preventScroll: true });
  };
}

/**
 * Makes the children of `box` be `items`: [{key, stamp, build}]. A node is built anew only when its stamp (a text)
 * differs; a focused button hands its focus to the one that takes its place.
 */
export function keyed(box, items) {
  const old = new Map([...box.children].map((node) => [node.dataset.key, node]));
  const later = [];
  let at = box.firstElementChild;
  for (const { key, stamp, build } of items) {
    let node = old.get(key);
    if (node?.keyedStamp !== stamp) {
      const made = build();
      made.dataset.key = key;
      made.keyedStamp = stamp;
      if (node) {
        made.classList.add("settled");
        later.push(refocus(node, made));
        if (node === at) at = made;
        node.replaceWith(made);
      }
      node = made;
    }
    old.delete(key);
    if (node === at) at = at.nextElementSibling;
    else box.insertBefore(node, at);
  }
  for (const node of old.values()) node.remove();
  for (const focus of later) focus?.();
}
