// What a mark says, at once where it is pointed at; without a script browsers show the same after a while.
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);
  document.querySelectorAll("figure svg path > title").forEach((title) => {
    const mark = title.parentNode;
    mark.dataset.tip = title.textContent;
    title.remove();
    const at = mark.closest("article")?.querySelectorAll("a.drill") ?? [];
    const own = [...at].filter((a) => mark.dataset.tip.startsWith(`${a.dataset.mark ?? a.textContent}:`));
    if (own.length !== 1) return;
    mark.classList.add("leads");
    mark.addEventListener("click", () => own[0].click());
  });
  const hide = () => (tip.hidden = true);
  document.addEventListener("pointerover", (event) => {
    const text = event.target.dataset?.tip;
    if (!text) return hide();
    tip.textContent = text;
    tip.hidden = false;
    const box = event.target.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.x + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${left}px`;
    tip.style.top = `${box.y > 60 ? box.y - tip.offsetHeight - 8 : box.bottom + 8}px`;
  });
  addEventListener("scroll", hide, { passive: true });
})();

// The conversations behind a figure: filtered by metric, period, segment and what became of them.
(() => {
  const held = document.getElementById("conversations-data");
  if (!held) return;
  const data = JSON.parse(held.textContent);
  const section = document.getElementById("conversations");
  const form = section.querySelector(".filters");
  const found = section.querySelector(".found");
  const MOST = 200;
  const DAY = 86400000;
  const EPOCH = Date.UTC(2000, 0, 1);
  const iso = (day) => new Date(EPOCH + day * DAY).toISOString().slice(0, 10);
  const number = (text) => Math.round((Date.parse(`${text}T00:00:00Z`) - EPOCH) / DAY);

  const period = (day, grain) => {
    const text = iso(day);
    if (grain === "month") return text.slice(0, 7);
    if (grain === "quarter") return `${text.slice(0, 4)}-Q${Math.ceil(Number(text.slice(5, 7)) / 3)}`;
    if (grain === "year") return text.slice(0, 4);
    if (grain === "week") return iso(day - ((new Date(EPOCH + day * DAY).getUTCDay() + 6) % 7));
    return grain === "all" ? "all time" : text;
  };

  const field = (label, name, options) => {
    const holder = document.createElement("label");
    holder.append(`${label} `);
    const select = document.createElement("select");
    select.name = name;
    options.forEach(([value, text]) => select.append(new Option(text, value)));
    holder.append(select);
    form.append(holder);
    return select;
  };
  const metric = field("Metric", "metric", data.metrics.map((m) => [m.key, m.label]));
  const others = document.createElement("optgroup");
  others.label = "Other figures";
  const offer = (l) => others.append(new Option(l.label, `list ${l.key}`));
  data.lists.filter((l) => l.offered).forEach(offer);
  if (data.lists.length) metric.append(others);
  const grain = field("By", "grain", ["day", "week", "month", "quarter", "year", "all"].map((g) => [g, g === "all" ? "all time" : g]));
  const when = field("Period", "period", []);
  const by = field("Segment", "by", [["all", "all conversations"], ...data.dimensions.map((d) => [d.name, d.label])]);
  const value = field("Value", "value", []);
  const status = field("Outcome", "status", [["", "any"], ...data.statuses.map((s, i) => [String(i), s])]);
  form.hidden = false;
  let also = []; // what a figure cut by several dimensions narrows besides the first

  const listed = () => data.lists.find((l) => `list ${l.key}` === metric.value);
  const own = () => data.metrics.find((m) => m.key === metric.value) ?? data.metrics[0];
  const dimension = () => data.dimensions.find((d) => d.name === by.value);
  const refill = (select, options, wanted) => {
    select.replaceChildren(...options.map(([v, text]) => new Option(text, v)));
    select.value = options.some(([v]) => v === wanted) ? wanted : options[0]?.[0] ?? "";
  };
  const refillValues = (wanted) => {
    const d = dimension();
    value.parentNode.hidden = !d;
    refill(value, d ? [["", "any"], ...d.values.map((v, i) => [v, d.labels[i]])] : [["", "any"]], wanted);
  };
  const refillPeriods = (wanted) => {
    const names = [...new Set(own().rows.map(([, day]) => period(day, grain.value)))].sort().reverse();
    refill(when, [["", "any"], ...names.map((n) => [n, n])], wanted);
  };

  const cell = (text, number) => {
    const td = document.createElement("td");
    td.textContent = text;
    if (number) td.className = "number";
    else if (/^\d{4}-/.test(text)) td.className = "date";
    return td;
  };
  const line = (cells) => {
    const tr = document.createElement("tr");
    tr.append(...cells);
    return tr;
  };
  const grid = (heads, rows) => {
    const holder = document.createElement("div");
    holder.className = "scroll";
    holder.tabIndex = 0;
    const table = document.createElement("table");
    const head = document.createElement("tr");
    heads.forEach(([text, numeric]) => {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = text;
      if (numeric) th.className = "number";
      head.append(th);
    });
    table.createTHead().append(head);
    table.createTBody().append(...rows);
    holder.append(table);
    return holder;
  };
  const share = (k, n) => (n ? `${((100 * k) / n).toFixed(1)}%` : "–");
  const plain = (n) => n.toLocaleString("en-US");

  const ids = (rows) => {
    const list = grid(...rows);
    list.classList.add("ids");
    return list;
  };
  const HOW = "What was said in one: convsql show --inline \"select * from conversation_messages where conversation_id = '…'\"";

  // A list of its own, behind a figure that is no rate: nothing more can be chosen.
  const showListed = (l) => {
    const said = document.createElement("p");
    const more = l.count > l.rows.length ? `, the newest ${plain(l.rows.length)} of them below` : "";
    said.textContent = `${l.label}: ${plain(l.count)} ${l.unit}${more}. ${HOW}`;
    found.replaceChildren(said, ids([[["conversation_id"], ["day"]], l.rows.map(([id, day]) => line([cell(data.ids[id]), cell(iso(day))]))]));
  };

  const show = () => {
    const l = listed();
    form.querySelectorAll("label").forEach((each) => {
      const select = each.querySelector("select");
      if (select !== metric) each.hidden = l ? true : select === value && !dimension();
    });
    if (l) return showListed(l);
    const d = dimension();
    const m = own();
    const wanted = [...(d && value.value !== "" ? [[d, value.value]] : []), ...also];
    const has = ([id], row) => wanted.every(([each, text]) => (each.of ? each.of[id] : m.own[each.name][row]) === each.values.indexOf(text));
    const inSegment = m.rows.filter(has);
    const inPeriod = inSegment.filter(([, day]) => !when.value || period(day, grain.value) === when.value);
    const chosen = inPeriod.filter(([, , s]) => status.value === "" || s === Number(status.value));
    const parts = new Map();
    inSegment.forEach(([, day, s]) => {
      const name = period(day, grain.value);
      const counts = parts.get(name) ?? [0, 0, 0, 0];
      counts[s] += 1;
      parts.set(name, counts);
    });
    // A period of which some are left out has no rate here.
    const cut = m.since === null ? "" : period(m.since, grain.value);
    const names = [...parts.keys()].sort().reverse().filter((n) => (!when.value || n === when.value) && (!cut || n > cut));
    const rates = grid(
      [["period"], ["rate", 1], ["converted", 1], ["matured (n)", 1], ["pending", 1]],
      names.slice(0, 60).map((n) => {
        const [yes, no, pending, early] = parts.get(n);
        return line([cell(n), cell(share(yes, yes + no), 1), cell(plain(yes), 1), cell(plain(yes + no), 1), cell(plain(pending + early), 1)]);
      }),
    );
    const list = ids([
      [["conversation_id"], ["day"], ["outcome"]],
      chosen.slice(0, MOST).map(([id, day, s]) => line([cell(data.ids[id]), cell(iso(day)), cell(data.statuses[s])])),
    ]);
    const said = document.createElement("p");
    const more = chosen.length > MOST ? `, the newest ${MOST} of them below` : "";
    const narrowed = also.map(([each, text]) => `, ${each.label}: ${each.labels[each.values.indexOf(text)] ?? text}`).join("");
    said.textContent = `${plain(chosen.length)} conversation${chosen.length === 1 ? "" : "s"}${narrowed}${more}. ${HOW}`;
    const columns = document.createElement("div");
    columns.className = "columns";
    columns.append(rates, list);
    found.replaceChildren(said, columns);
  };

  const follow = () => {
    const [name, asked] = location.hash.slice(1).split("?");
    if (name !== "conversations" || !asked) return;
    const want = new URLSearchParams(asked);
    if (want.has("list")) {
      const name = `list ${want.get("list")}`;
      metric.value = name;
      if (metric.value !== name) data.lists.filter((l) => `list ${l.key}` === name).forEach(offer);
      metric.value = name;
      show();
      section.scrollIntoView();
      return;
    }
    metric.value = want.get("metric") ?? metric.value;
    grain.value = want.get("grain") ?? own().grain;
    const [first, ...others] = (want.get("by") ?? "all").split("+");
    by.value = first;
    if (!by.value) by.value = "all";
    refillValues(want.get("value") ?? "");
    also = others.map((name, n) => [data.dimensions.find((d) => d.name === name), want.get(`value${n + 2}`)]);
    const from = want.get("from");
    refillPeriods(from ? period(number(from), grain.value) : (want.get("period") ?? ""));
    status.value = "";
    show();
    section.scrollIntoView();
  };
  metric.addEventListener("change", () => {
    grain.value = own().grain;
    refillPeriods("");
  });
  grain.addEventListener("change", () => refillPeriods(""));
  by.addEventListener("change", () => {
    also = [];
    refillValues("");
  });
  form.addEventListener("change", show);
  addEventListener("hashchange", follow);
  grain.value = own().grain;
  refillValues("");
  refillPeriods("");
  show();
  follow();
})();
