"""Small checks of what everybody must be able to use, run in the page itself; each gives what is wrong, in words."""

from __future__ import annotations

from playwright.async_api import Page

#: interactive elements without an accessible name, by what they look like in the source
NAMELESS = r"""() => {
  const words = (id) => document.getElementById(id)?.textContent ?? "";
  const named = (node) => [
    node.getAttribute("aria-label"),
    (node.getAttribute("aria-labelledby") ?? "").split(" ").map(words).join(""),
    [...(node.labels ?? [])].map((label) => label.textContent).join(""),
    node.getAttribute("title"),
    ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName) ? "" : node.textContent,
    [...node.querySelectorAll("img[alt]")].map((image) => image.alt).join(""),
  ].some((text) => text && text.trim());
  const wanted = "button, a[href], input, textarea, select, [role=listbox], [role=dialog], dialog, [tabindex='0']";
  return [...document.querySelectorAll(wanted)]
    .filter((node) => node.checkVisibility() && !named(node))
    .map((node) => node.outerHTML.slice(0, 160));
}"""

TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}"""

#: aria-controls, aria-describedby and the like that lead to nothing; notes of fields that have none are left alone
ASTRAY = """() => [...document.querySelectorAll("[aria-controls], [aria-labelledby], [aria-activedescendant]")]
  .filter((node) => node.checkVisibility())
  .flatMap((node) => ["aria-controls", "aria-labelledby", "aria-activedescendant"]
    .flatMap((name) => (node.getAttribute(name) ?? "").split(" ").filter(Boolean))
    .filter((id) => !document.getElementById(id)))"""

#: texts whose contrast with what lies behind them is under the 4.5:1 of WCAG 2 AA (3:1 for large ones)
FAINT = r"""() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const faint = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!/[\p{L}\p{N}]/u.test(walker.currentNode.data)) continue;
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (node.closest("[disabled], noscript, .unseen")) continue;
    const style = getComputedStyle(node);
    const back = behind(node);
    const [a, b] = [light(over(rgba(style.color), back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5))
      faint.set(`${node.tagName}.${node.className}`, `${walker.currentNode.data.slice(0, 40)} ${ratio.toFixed(2)}`);
  }
  return [...faint].map((pair) => pair.join(": "));
}"""

#: what a finger has to hit and is lower than 40 px, or narrower
SMALL = """() => [...document.querySelectorAll("button, input, textarea, select, summary, a.bookmark")]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.closest("label.choice") ?? node, node])
  .map(([box, node]) => [box.getBoundingClientRect(), node])
  .filter(([box]) => box.width && (box.height < 39.5 || box.width < 39.5))
  .map(([box, node]) => `${node.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""


async def assert_usable(page: Page) -> None:
    """Names, ids and contrast of all that is on the screen now."""
    for what, check in (("without a name", NAMELESS), ("twice", TWICE), ("leads to nothing", ASTRAY)):
        found = await page.evaluate(check)
        assert found == [], f"{what}: {found}"
    faint = await page.evaluate(FAINT)
    assert faint == [], f"hard to read: {faint}"


async def assert_fits_a_finger(page: Page) -> None:
    assert await page.evaluate(SMALL) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
