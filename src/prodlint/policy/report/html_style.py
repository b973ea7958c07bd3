"""What the page on a policy adds to the style of the format `html` of reports."""

POLICY_STYLE = """\
:root{--ok:#1a7f37;--ok-soft:#e6f4ea;--bad-soft:#fdecea;--warn-soft:#fff4e0;--calm-soft:#eef1f4}
@media (prefers-color-scheme:dark){:root{--ok:#6fd08c;--ok-soft:#16301e;--bad-soft:#3a1a18;--warn-soft:#33270f;
--calm-soft:#242a30}}
h4{font-size:1rem;margin:0 0 .3rem}
h3{margin-top:1.6rem;font-size:1.05rem}
caption{text-align:left;font-weight:600;padding:.6rem 0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:.3rem 1.5rem;margin:.8rem 0 1.2rem}
.facts dt{color:var(--soft);font-size:.85rem}.facts dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;padding:0 .5em;border:1px solid currentColor;border-radius:1em;font-size:.8rem;
font-weight:600;line-height:1.5;white-space:nowrap}
.badge.met,.badge.attested{color:var(--ok);background:var(--ok-soft)}
.badge.violated,.badge.expired{color:var(--error);background:var(--bad-soft)}
.badge.missing,.badge.stale{color:var(--warning);background:var(--warn-soft)}
.badge.open,.badge.waived{color:var(--soft);background:var(--calm-soft)}
.tiles .met b,.tiles .attested b{color:var(--ok)}.tiles .violated b,.tiles .expired b{color:var(--error)}
.tiles .missing b,.tiles .stale b{color:var(--warning)}
.faults{color:var(--error)}.overview th:first-child{width:50%}.overview .n{width:5rem}
.clause{margin:.8rem 0;padding:.7rem .9rem;border:1px solid var(--line);border-left-width:4px;border-radius:6px}
.clause.met,.clause.attested{border-left-color:var(--ok)}
.clause.violated,.clause.expired{border-left-color:var(--error)}
.clause.missing,.clause.stale{border-left-color:var(--warning)}
.clause p{margin:.2rem 0}.why{color:var(--soft)}
.name{font-weight:400;font-size:.85rem;color:var(--soft);text-decoration:none;overflow-wrap:anywhere}
.controls span{display:inline-block;padding:0 .4em;border:1px solid var(--line);border-radius:4px;font-size:.8rem;
color:var(--soft)}
.evidence,.places{margin:.4rem 0 0;padding:0;list-style:none;overflow-wrap:anywhere}
.evidence li{padding:.1rem 0}.places{font-size:.9rem;color:var(--soft)}
.places li{display:inline-block;margin-right:1rem}
.spots{padding-left:2.2rem;overflow-wrap:anywhere}.spots li{padding:.1rem 0}
.spots li:target,.clause:target{outline:2px solid var(--link);outline-offset:2px}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem}
@media print{:root{--ok:#0a5c22;--ok-soft:#fff;--bad-soft:#fff;--warn-soft:#fff;--calm-soft:#fff}
.clause,tr,.spots li{break-inside:avoid}h2,h3,h4{break-after:avoid}a{text-decoration:none}
.tiles li{padding:.2rem .5rem}}
"""
