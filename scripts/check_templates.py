#!/usr/bin/python3
"""What a template may not do: everything it shows is escaped by its context, and it stays where ctemplate's automatic
escaping is complete.

    check_templates.py [ROOT]       says what is wrong, one line each; exit 1 where something is
    check_templates.py --self-test  breaks each rule once and expects it to be found
"""

import pathlib
import re
import sys

PRAGMA = '{{%AUTOESCAPE context="HTML"}}'

OWN_SCRIPT = ('<script nonce="{{NONCE}}" src="[[>script_url]]" integrity="[[>script_integrity]]" defer></script>')

# (rule, what it looks like, why). Looked for in *.tpl.
FORBIDDEN = [
    ("raw-output", r"\{\{[^}]*:\s*none\b", "turns the escaping off"),
    ("modifier", r"\{\{[A-Za-z_][^}]*:", "escaping is chosen by the context, not by hand"),
    ("other-pragma", r"\{\{%(?!AUTOESCAPE context=\"HTML\"\}\})", "no other pragma is needed"),
    ("include", r"\{\{>", "an included template would have to be escaped by a pragma of its own"),
    ("delimiter", r"\{\{=", "other delimiters would hide from these rules"),
    ("script", r"<\s*script\b(?!" + re.escape(OWN_SCRIPT[len("<script"):]) + ")",
     "Belfry's pages run one script, by its address, its nonce and its hash"),
    ("event-handler", r"<[^>]*\son[a-z]+\s*=", "Belfry's pages run no script"),
    ("style-attribute", r"<[^>]*\sstyle\s*=", "the Content-Security-Policy refuses inline styles without a nonce"),
    ("uncovered-attribute", r"\b(?:srcdoc|formaction|srcset|xlink:href|ping|action)\s*=\s*[\"'][^\"']*\{\{",
     "automatic escaping does not cover this attribute"),
    ("dynamic-tag", r"</?\s*\{\{", "automatic escaping does not cover tag names"),
    ("dynamic-attribute-name", r"<[a-z][^<>\"']*(?:\"[^\"]*\"[^<>\"']*)*\s\{\{[A-Za-z_][^}]*\}\}\s*=",
     "automatic escaping does not cover attribute names"),
    ("unquoted-value", r"=\s*\{\{", "a value in an attribute stands in quotes"),
    ("value-in-query", r"(?:href|src)\s*=\s*\"[^\"]*[?&][^\"]*\{\{", "build a query in code, encoded"),
    ("form-without-post", r"<\s*form\b(?![^>]*\smethod=\"post\")", "an address is no place for what a form holds"),
    ("form-without-token", r"<\s*form\b[^>]*>(?!\s*\[\[>guarded_form\]\])", "the part guarded_form has the CSRF token"),
]
# Looked for in *.css: styles are copied as they are.
STYLE = [
    ("template-in-style", r"\{\{|\[\[", "a style holds no values"),
    ("style-end", r"</", "would end the style element"),
    ("outside-style", r"@import|url\s*\(", "a page loads nothing from elsewhere"),
]


# Looked for in *.js: Trusted Types refuse the first at run time too.
SCRIPT = [
    ("markup-sink", r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|srcdoc|createContextualFragment|DOMParser)\b"
     r"|\bdocument\s*\.\s*write", "text becomes text: use textContent"),
    ("evaluated-text", r"\beval\s*\(|\bFunction\s*\(|\bset(?:Timeout|Interval)\s*\(\s*['\"`]|\bimport\s*\(",
     "no text becomes a script"),
    ("kept-in-browser", r"\b(?:localStorage|sessionStorage|indexedDB|cookie)\b|\bconsole\s*\.", "a password is kept nowhere"),
    ("outside-address", r"https?://|(?<!:)//[a-z]", "it asks its own origin alone"),
]


def find(rules, text):
    for rule, pattern, why in rules:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield text.count("\n", 0, match.start()) + 1, rule, why


def findings_of(name, text):
    if name.endswith(".css"):
        return list(find(STYLE, text))
    if name.endswith(".js"):
        return list(find(SCRIPT, text))
    found = list(find(FORBIDDEN, text))
    if not text.startswith(PRAGMA + "\n"):
        found.append((1, "no-escaping", f"the first line must be {PRAGMA}"))
    return found


def self_test():
    good = PRAGMA + '\n<p class="{{A}}">{{B}}</p>{{#C}}<a href="{{D}}">[[name]]</a>{{/C}}\n' \
        '<form method="post" action="?">\n  [[>guarded_form]]\n</form>\n'
    assert not findings_of("good.tpl", good), findings_of("good.tpl", good)
    assert not findings_of("good.tpl", good + OWN_SCRIPT)
    assert not findings_of("good.js", "element.textContent = text;")
    assert not findings_of("good.css", "@media print { .a { color: red; } }")
    bad = {
        "no-escaping": "<p>{{A}}</p>", "raw-output": "{{A:none}}", "modifier": "{{A:h}}",
        "other-pragma": '{{%AUTOESCAPE context="MANUAL"}}', "include": "{{>A}}", "delimiter": "{{=<% %>=}}",
        "script": "<script>", "event-handler": '<p onclick="a()">', "style-attribute": '<p style="color: red">',
        "uncovered-attribute": '<iframe srcdoc="{{A}}">', "dynamic-tag": "<{{A}}>",
        "dynamic-attribute-name": '<p class="a" {{A}}="b">', "unquoted-value": "<p class={{A}}>",
        "value-in-query": '<a href="/?q={{A}}">', "form-without-post": "<form>[[>guarded_form]]</form>",
        "form-without-token": '<form method="post"><input name="a"></form>',
    }
    for rule, line in bad.items():
        text = line if rule == "no-escaping" else PRAGMA + "\n" + line
        assert rule in {found for _, found, _ in findings_of("bad.tpl", text)}, rule
    for rule, line in {"template-in-style": "{{A}}", "style-end": "</style>", "outside-style": "a { b: url(c) }"}.items():
        assert rule in {found for _, found, _ in findings_of("bad.css", line)}, rule
    for rule, line in {"markup-sink": "a.innerHTML = b;", "evaluated-text": "setTimeout('a()', 1)",
                       "kept-in-browser": "localStorage.a = b", "outside-address": "fetch('//evil.test')"}.items():
        assert rule in {found for _, found, _ in findings_of("bad.js", line)}, rule
    print("each rule finds what breaks it")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    files = sorted(path for path in (root / "src").rglob("*") if path.suffix in (".tpl", ".css", ".js"))
    if not any(path.suffix == ".tpl" for path in files):
        print("no template found")
        return 1
    failed = False
    for path in files:
        for line, rule, why in findings_of(path.name, path.read_text(encoding="utf-8")):
            print(f"{path.relative_to(root)}:{line}: {rule}: {why}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
