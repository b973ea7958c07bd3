"""The style and the script of the format `html`, which the page holds itself: it loads nothing from anywhere."""

STYLE = """\
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--soft:#5b6570;--line:#d9dee3;--card:#f5f7f9;--mark:#fde68a;
--error:#b42318;--warning:#8a5300;--info:#0b62a8;--link:#0b62a8}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e9ec;--soft:#9aa5b1;--line:#333a41;--card:#1d2226;
--mark:#6b5310;--error:#ff8a80;--warning:#f5b94d;--info:#7cc0ff;--link:#7cc0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1rem 4rem;background:var(--bg);color:var(--fg);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:1rem 0 .2rem}
a{color:var(--link)}
code,pre{font:.875em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
pre{margin:.3rem 0;padding:.4rem .6rem;background:var(--card);border:1px solid var(--line);border-radius:4px;
overflow-x:auto}
mark{background:var(--mark);color:inherit;border-radius:2px}
.lead{color:var(--soft);margin:.2rem 0 1rem}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none;padding:0;margin:0}
.tiles li{flex:1 1 7rem;padding:.5rem .8rem;background:var(--card);border:1px solid var(--line);border-radius:6px;
color:var(--soft)}
.tiles b{display:block;font-size:1.5rem;line-height:1.2;color:var(--fg);font-variant-numeric:tabular-nums}
.error,.tiles .error b{color:var(--error)}.warning,.tiles .warning b{color:var(--warning)}
.info,.tiles .info b{color:var(--info)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.search{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;
padding:.6rem 0;background:var(--bg);border-bottom:1px solid var(--line)}
.search[hidden],[hidden]{display:none!important}
input,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:4px;
padding:.3rem .5rem;max-width:100%}
input{flex:1 1 14rem;min-width:0}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
details{margin:.6rem 0;border:1px solid var(--line);border-radius:6px}
summary{cursor:pointer;padding:.4rem .8rem;background:var(--card);border-radius:6px;overflow-wrap:anywhere}
details>div{padding:.2rem .8rem .6rem}
.file{content-visibility:auto;contain-intrinsic-size:auto 12rem}
.found{list-style:none;margin:0;padding:.2rem .8rem .4rem}
.found>li{padding:.5rem 0;border-bottom:1px solid var(--line)}.found>li:last-child{border:0}
.found p{margin:.1rem 0;overflow-wrap:anywhere}
.at{color:var(--soft);font-variant-numeric:tabular-nums;margin-right:.4rem}
.related{margin:.2rem 0 0;padding-left:1.2rem;color:var(--soft);overflow-wrap:anywhere}
.allowed,.clauses{color:var(--soft)}.clauses{font-size:.8rem}
@media (max-width:40rem){body{font-size:15px;padding:1rem .7rem 3rem}.wide{display:none}
.search{position:static}th,td{padding:.3rem .4rem}}
@media print{:root{color-scheme:light;--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--card:#fff;--mark:#eee;
--error:#900;--warning:#640;
--info:#036;--link:#000}body{max-width:none;font-size:10pt;padding:0}.search{display:none}
.file{content-visibility:visible}.found>li,tr{break-inside:avoid}summary{break-after:avoid}
pre{white-space:pre-wrap;overflow-wrap:anywhere}mark{outline:1px solid #666}}
"""

SCRIPT = """\
(function () {
  "use strict";
  var form = document.querySelector(".search");
  if (!form) { return; }
  var text = form.querySelector("input"), severity = form.elements.severity, rule = form.elements.rule;
  var count = form.querySelector("output"), none = document.getElementById("none");
  var files = Array.from(document.querySelectorAll(".file"), function (file) {
    return { element: file, path: file.firstElementChild.textContent.toLowerCase(),
             items: Array.from(file.querySelectorAll(".found > li")) };
  });
  var timer = 0;
  function filter() {
    var words = text.value.toLowerCase().split(/\\s+/).filter(Boolean), shown = 0;
    files.forEach(function (file) {
      var here = 0;
      file.items.forEach(function (item) {
        var fits = (!severity.value || item.dataset.severity === severity.value) &&
          (!rule.value || item.dataset.rule === rule.value);
        if (fits && words.length) {
          var all = file.path + " " + item.textContent.toLowerCase();
          fits = words.every(function (word) { return all.indexOf(word) >= 0; });
        }
        item.hidden = !fits;
        here += fits ? 1 : 0;
      });
      file.element.hidden = !here;
      shown += here;
    });
    count.textContent = shown.toLocaleString("en") + " shown";
    none.hidden = shown > 0;
  }
  function soon() { clearTimeout(timer); timer = setTimeout(filter, 150); }
  text.addEventListener("input", soon);
  severity.addEventListener("change", filter);
  rule.addEventListener("change", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); filter(); });
  window.addEventListener("hashchange", open);
  function open() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; }
  }
  form.hidden = false;
  filter();
  open();
})();
"""
