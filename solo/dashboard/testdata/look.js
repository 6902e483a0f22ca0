// What a person can see and reach on the page, as the browser has laid it out. Evaluates to an object of functions.
(() => {
  "use strict";
  const shown = (e) =>
    e.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) && e.getClientRects().length > 0 &&
    !e.closest(".hidden");

  const parse = (text) => {
    const srgb = text.match(/^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/);
    if (srgb) return [srgb[1] * 255, srgb[2] * 255, srgb[3] * 255, srgb[4] === undefined ? 1 : +srgb[4]];
    const rgb = text.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
    if (!rgb) throw new Error("unknown color " + text);
    return [+rgb[1], +rgb[2], +rgb[3], rgb[4] === undefined ? 1 : +rgb[4]];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const background = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const luminance = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  // faint returns the texts whose contrast is below that of WCAG 2.2, 1.4.3 (AA).
  const faint = () => {
    const found = new Set();
    const check = (e, style, text) => {
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
      const back = background(e);
      const got = ratio(over(parse(style.color), back), back);
      if (got < (large ? 3 : 4.5)) found.add(`${got.toFixed(2)}: ${text.trim().slice(0, 60)} (${e.className || e.nodeName})`);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let n = 0;
    while (texts.nextNode()) {
      const e = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !shown(e)) continue;
      n++;
      check(e, getComputedStyle(e), texts.currentNode.data);
    }
    for (const e of document.querySelectorAll("[data-label]")) {
      const label = getComputedStyle(e, "::before");
      if (shown(e) && label.content !== "none") check(e, label, label.content);
    }
    if (n < 20) found.add(`only ${n} texts were looked at`);
    return [...found];
  };

  // wide returns what makes the page wider than the window.
  const wide = () => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const out = [...document.body.querySelectorAll("*")].filter((e) => shown(e) && e.getBoundingClientRect().right > innerWidth + 0.5);
    return [`${document.documentElement.scrollWidth} of ${innerWidth}`, ...out.slice(0, 5).map((e) => `${e.nodeName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)];
  };

  // overlapping returns texts that stand on one another, or out of their section.
  const clipped = () =>
    [...document.querySelectorAll("section, article, td, th, li, dd, dt, p")]
      .filter((e) => shown(e) && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
      .slice(0, 5)
      .map((e) => `${e.nodeName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`);

  // inFirstScreen reports whether all of the first element of the selector is shown without scrolling.
  const inFirstScreen = (selector) => {
    const e = document.querySelector(selector);
    if (!e || !shown(e)) return false;
    const box = e.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
  };

  // headings returns "1 ltcsolo", "2 Miners", ... in the order of the document.
  const headings = () => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((h) => h.nodeName[1] + " " + h.textContent.trim());

  const name = (e) => `${e.nodeName} ${e.textContent.trim().slice(0, 40)}`;
  const controls = () => [...document.querySelectorAll("a[href], summary, button, input, select, textarea, [tabindex]")].filter(shown).map(name);
  // focus describes what has the focus: its name, and how its outline stands out of what is behind it.
  const focus = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return { name: "", outline: 0 };
    const style = getComputedStyle(e);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return { name: name(e), outline: drawn ? ratio(parse(style.outlineColor), background(e.parentElement)) : 0 };
  };

  const unfold = () => document.querySelectorAll("details").forEach((d) => (d.open = true));
  const text = () => document.body.innerText;
  return { faint, wide, clipped, inFirstScreen, headings, controls, focus, unfold, text };
})()
