// Replaces the page's sections with newer versions. Their text was escaped when it was rendered, and the content security
// policy lets no script in it run.
"use strict";

const lostAfter = 10000; // milliseconds without an update after which the page says so
const retryAfter = 5000; // milliseconds until a refused stream is requested again

let last = Date.now();

function put(section, html) {
  if (section === "title") {
    const text = document.createElement("textarea"); // decodes entities and runs nothing
    text.innerHTML = html;
    document.title = text.value;
    return;
  }
  const place = document.getElementById(section);
  if (!place) return;
  const open = new Set([...place.querySelectorAll("details[open]")].map((d) => d.dataset.name));
  place.innerHTML = html;
  for (const d of place.querySelectorAll("details")) d.open = open.has(d.dataset.name);
}

function listen() {
  const stream = new EventSource("/events" + location.search);
  stream.onmessage = (message) => {
    last = Date.now();
    document.body.classList.remove("lost");
    const update = JSON.parse(message.data);
    put(update.section, update.html);
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, retryAfter);
  };
}

setInterval(() => {
  if (Date.now() - last > lostAfter) document.body.classList.add("lost");
}, 1000);
listen();
