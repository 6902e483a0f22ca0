// Keeps the page current. It changes only what differs, so that focus, selection and what is unfolded stay. The text was
// escaped when it was rendered, and the content security policy lets no script in it run.
"use strict";

const lostAfter = 10000; // milliseconds without an update after which the page says so
const retryAfter = 5000; // milliseconds until a refused stream is requested again

let last = Date.now();
let title = document.title;

// localize writes times as this browser's place has them.
function localize(root) {
  for (const t of root.querySelectorAll("time")) {
    const at = new Date(t.dateTime);
    if (isNaN(at)) continue;
    t.title = t.textContent;
    const today = at.toDateString() === new Date().toDateString();
    t.textContent = today ? at.toLocaleTimeString() : at.toLocaleString();
  }
}

// patch makes the children of old equal to those of fresh.
function patch(old, fresh) {
  const was = [...old.childNodes];
  const next = [...fresh.childNodes];
  next.forEach((now, i) => {
    const then = was[i];
    if (!then) {
      old.append(now);
    } else if (then.nodeName !== now.nodeName) {
      then.replaceWith(now);
    } else if (then.nodeType !== Node.ELEMENT_NODE) {
      if (then.data !== now.data) then.data = now.data;
    } else {
      for (const { name } of [...then.attributes]) {
        if (!now.hasAttribute(name) && name !== "open") then.removeAttribute(name);
      }
      for (const { name, value } of now.attributes) {
        if (then.getAttribute(name) !== value) then.setAttribute(name, value);
      }
      patch(then, now);
    }
  });
  for (const gone of was.slice(next.length)) gone.remove();
}

function put(section, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  if (section === "title") {
    title = fresh.content.textContent;
    return;
  }
  const place = document.getElementById(section);
  if (!place) return;
  localize(fresh.content);
  patch(place, fresh.content);
}

// show says in the title, and above everything, whether the page is out of date.
function show() {
  const lost = Date.now() - last > lostAfter;
  const note = lost ? "No updates from ltcsolo: it has stopped, or cannot be reached. What you see is out of date." : "";
  document.body.classList.toggle("lost", lost);
  const place = document.getElementById("lost");
  if (place.textContent !== note) place.textContent = note;
  document.title = (lost ? "No connection · " : "") + title;
}

function listen() {
  const stream = new EventSource("/events" + location.search);
  stream.onmessage = (message) => {
    last = Date.now();
    const update = JSON.parse(message.data);
    put(update.section, update.html);
    show();
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, retryAfter);
  };
}

localize(document);
setInterval(show, 1000);
listen();
