// Puts newer versions of the page's sections in place. Everything that it shows was escaped where it was rendered, and
// the content policy lets no script of it run.
"use strict";

const quiet = 10000; // milliseconds without news after which the page says so
const again = 5000; // until a stream that was refused is asked for once more

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
    const news = JSON.parse(message.data);
    put(news.section, news.html);
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, again);
  };
}

setInterval(() => {
  if (Date.now() - last > quiet) document.body.classList.add("lost");
}, 1000);
listen();
