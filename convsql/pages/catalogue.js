// One item at a time, by the address behind #; without a script all of them stand below each other.
(() => {
  const items = [...document.querySelectorAll(".item")];
  const links = [...document.querySelectorAll("nav a[href^='#']")];
  const main = document.getElementById("content");
  const menu = document.querySelector(".menu");
  const narrow = matchMedia("(max-width: 52rem)");
  let first = true;
  document.body.classList.add("scripted");

  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a percent sign that is one
    }
  };
  const show = () => {
    const address = decoded(location.hash.slice(1)) || "start";
    if (address === "content") return;
    const [name, column] = address.split("/");
    const item = document.getElementById(name)?.closest(".item") ?? document.getElementById("start");
    items.forEach((other) => (other.hidden = other !== item));
    links.forEach((link) => {
      const here = link.getAttribute("href") === `#${item.id}`;
      here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
      if (here) link.closest("details")?.setAttribute("open", "");
    });
    menu.open = !narrow.matches;
    document.querySelectorAll("tr.found").forEach((row) => row.classList.remove("found"));
    const row = column ? document.getElementById(address) : null;
    row?.classList.add("found");
    document.title = `${item.querySelector("h1").textContent} · catalogue`;
    if (row) row.scrollIntoView({ block: "center" });
    else scrollTo(0, 0);
    if (!first) main.focus({ preventScroll: true });
    first = false;
  };
  addEventListener("hashchange", show);
  show();

  // The search: arrows choose, Enter opens, Escape closes, / begins.
  const index = JSON.parse(document.getElementById("index").textContent);
  const input = document.getElementById("search");
  const list = document.getElementById("results");
  let chosen = -1;
  const rank = (name, words, query) =>
    name === query ? 0 : name.startsWith(query) ? 1 : name.includes(query) ? 2 : ` ${words}`.includes(` ${query}`) ? 3 : words.includes(query) ? 4 : 9;
  const find = (text) => {
    const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!parts.length) return [];
    const found = [];
    const phrase = parts.length > 1 ? ` ${parts.join(" ")}` : null; // what is called so, before what holds the letters
    index.forEach(([address, name, kind, words], place) => {
      const ranks = parts.map((part) => rank(name.toLowerCase(), words.toLowerCase(), part));
      if (Math.max(...ranks) < 9) {
        const kinds = ["metric", "model", "seed", "source", "step", "column"].indexOf(kind);
        const called = phrase && ` ${name.replaceAll("_", " ")} ${words}`.toLowerCase().includes(phrase) ? 5 : 0;
        found.push([ranks.reduce((a, b) => a + b, 0) - called, kinds, name.length, place, address, name, kind]);
      }
    });
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]);
    return found.slice(0, 30).map((one) => one.slice(4));
  };
  const choose = (next) => {
    const options = [...list.children];
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === next)));
    chosen = next;
    options[next]?.scrollIntoView({ block: "nearest" });
    next >= 0 && options[next] ? input.setAttribute("aria-activedescendant", options[next].id) : input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const open = (address) => {
    close();
    input.value = "";
    location.hash = address;
  };
  const search = () => {
    const found = find(input.value);
    list.replaceChildren(
      ...found.map(([address, name, kind], place) => {
        const option = document.createElement("li");
        option.id = `result-${place}`;
        option.setAttribute("role", "option");
        option.dataset.address = address;
        const label = document.createElement("span");
        label.textContent = name;
        const what = document.createElement("small");
        what.textContent = kind;
        option.append(label, what);
        return option;
      }),
    );
    if (!found.length && input.value.trim()) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = "Nothing of that name";
      list.append(none);
    }
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(found.length ? 0 : -1);
  };
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    const last = list.querySelectorAll("[role=option]").length - 1;
    if (event.key === "ArrowDown" && last >= 0) choose(Math.min(chosen + 1, last));
    else if (event.key === "ArrowUp" && last >= 0) choose(Math.max(chosen - 1, 0));
    else if (event.key === "Enter" && list.children[chosen]?.dataset.address) open(list.children[chosen].dataset.address);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const address = event.target.closest("[data-address]")?.dataset.address;
    if (address) {
      event.preventDefault();
      open(address);
    }
  });
  input.addEventListener("blur", close);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.focus();
    }
  });

  // The graph: a chosen node, what it rests on (up) and what rests on it (down).
  const graph = document.querySelector(".graph");
  const only = document.getElementById("only");
  const nodes = new Map([...graph.querySelectorAll(".node")].map((node) => [node.dataset.id, node]));
  const edges = [...graph.querySelectorAll(".edge")];
  const next = (key, other) => {
    const map = new Map();
    edges.forEach((edge) => map.set(edge.dataset[key], [...(map.get(edge.dataset[key]) ?? []), edge.dataset[other]]));
    return map;
  };
  const [down, up] = [next("from", "to"), next("to", "from")];
  const reach = (start, map) => {
    const found = new Set();
    const stack = [start];
    while (stack.length) {
      for (const other of map.get(stack.pop()) ?? []) {
        if (!found.has(other)) {
          found.add(other);
          stack.push(other);
        }
      }
    }
    return found;
  };
  let focus = null;
  const light = (name) => {
    focus = name;
    const [above, below] = name ? [reach(name, up), reach(name, down)] : [new Set(), new Set()];
    graph.classList.toggle("focused", Boolean(name));
    nodes.forEach((node, key) => {
      node.classList.toggle("chosen", key === name);
      node.classList.toggle("up", above.has(key));
      node.classList.toggle("down", below.has(key));
    });
    edges.forEach((edge) => {
      const { from, to } = edge.dataset;
      edge.classList.toggle("up", above.has(from) && (above.has(to) || to === name));
      edge.classList.toggle("down", below.has(to) && (below.has(from) || from === name));
    });
  };
  const centre = (name) => {
    const [canvas, box] = [graph.parentElement, nodes.get(name).querySelector("rect")];
    canvas.scrollTo({
      left: (box.x.baseVal.value + 84) * scale - canvas.clientWidth / 2,
      top: box.y.baseVal.value * scale - canvas.clientHeight / 2,
    });
  };
  // Its size: to fit the frame, larger, smaller, or as drawn.
  const size = { width: graph.width.baseVal.value, height: graph.height.baseVal.value };
  let scale = 1;
  const zoom = (next) => {
    const canvas = graph.parentElement;
    const middle = [canvas.scrollLeft + canvas.clientWidth / 2, canvas.scrollTop + canvas.clientHeight / 2].map((v) => v / scale);
    scale = Math.min(3, Math.max(0.08, next));
    graph.setAttribute("width", size.width * scale);
    graph.setAttribute("height", size.height * scale);
    canvas.scrollTo(middle[0] * scale - canvas.clientWidth / 2, middle[1] * scale - canvas.clientHeight / 2);
  };
  const fit = () => zoom(Math.min(graph.parentElement.clientWidth / size.width, (innerHeight * 0.78) / size.height, 1));
  document.querySelectorAll("[data-zoom]").forEach((button) =>
    button.addEventListener("click", () => {
      const how = button.dataset.zoom;
      how === "fit" ? fit() : zoom(how === "whole" ? 1 : scale * (how === "in" ? 1.25 : 0.8));
    }),
  );
  graph.addEventListener("click", (event) => {
    const node = event.target.closest(".node");
    if (node && node.dataset.id !== focus) {
      event.preventDefault();
      light(node.dataset.id);
    } else if (!node) light(null);
  });
  only.addEventListener("change", () => graph.classList.toggle("only", only.checked));
  addEventListener("keydown", (event) => event.key === "Escape" && light(null));
  let wanted = null; // a node that a link asks for, shown once the graph is on the page
  document.addEventListener("click", (event) => {
    wanted = event.target.closest("[data-focus]")?.dataset.focus ?? null;
  });
  addEventListener("hashchange", () => {
    if (wanted) {
      light(wanted);
      centre(wanted);
    }
    wanted = null;
  });

  // Copying works on a file too, where browsers keep the clipboard for themselves: what is selected can be copied everywhere.
  document.querySelectorAll(".copy").forEach((button) =>
    button.addEventListener("click", () => {
      const text = button.parentElement.querySelector("pre, table");
      const range = document.createRange();
      range.selectNodeContents(text);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C";
    }),
  );
})();
